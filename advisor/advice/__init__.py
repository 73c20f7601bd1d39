"""Outcomes to advice: findings, ranked actions, the next experiment, stopping and mistakes. Pure functions."""

from advisor.advice.assemble import ExplainLevel, assemble

__all__ = ["ExplainLevel", "assemble"]
