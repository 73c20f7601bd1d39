"""Runs every scenario of ``features/`` through the real HTTP app."""

from __future__ import annotations

from pytest_bdd import scenarios

pytest_plugins = (
    "tests.steps.request",
    "tests.steps.run",
    "tests.steps.checkpoints",
    "tests.steps.data",
    "tests.steps.evaluation",
    "tests.steps.history",
    "tests.steps.goal",
    "tests.steps.findings",
    "tests.steps.actions",
    "tests.steps.advice",
    "tests.steps.refusals",
    "tests.steps.project",
)

scenarios(".")
