"""The rulebook as pages: its rules, its tables, and each rule with its cases, what covers it and who changed it."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response

from advisor.api.parts import Parts
from advisor.api.problems import Refusal, problem
from advisor.web.features.shelf import Shelf
from advisor.web.pages import Pages
from advisor.web.rule_view import by_folder, given, rule_view
from advisor.web.signing_in import may

_SECTION = "/ui/rules"


def rules_routes(parts: Parts, pages: Pages, shelf: Shelf) -> APIRouter:
    """Return the routes that show the rulebook in force."""
    router = APIRouter(include_in_schema=False)

    @router.get(_SECTION)
    async def index(request: Request, q: str = "") -> Response:
        rulebook = parts.serving.rulebook
        words = q.lower().split()
        folders = {
            folder: found
            for folder, rules in by_folder(rulebook).items()
            if (found := [r for r in rules if all(word in f"{r.id} {r.title} {r.diagnosis} {r.observation}".lower() for word in words)])
        }
        refused = parts.reloader.status.refused
        return pages.page(
            request,
            "rules.html.j2",
            section=_SECTION,
            rulebook=rulebook,
            folders=folders,
            q=q,
            warning=refused.sentence if refused else None,
        )

    @router.get("/ui/tables")
    async def tables(request: Request) -> Response:
        return pages.page(request, "tables.html.j2", section=_SECTION, rulebook=parts.serving.rulebook)

    @router.get("/ui/actions")
    async def actions(request: Request) -> Response:
        rulebook = parts.serving.rulebook
        by_action: dict[str, list[str]] = {}
        for rule in rulebook.rules:
            for name in dict.fromkeys(item.action for item in rule.recommend):
                by_action.setdefault(name, []).append(rule.id)
        return pages.page(request, "actions.html.j2", section=_SECTION, rulebook=rulebook, by_action=by_action)

    @router.get(_SECTION + "/{rule_id}")
    async def rule(request: Request, rule_id: str) -> Response:
        rulebook = parts.serving.rulebook
        found = rulebook.rule(rule_id)
        if found is None:
            raise Refusal(problem(404, "The rulebook has no rule of this id."))
        to_reader = await may(request, "reader", parts)
        view = await asyncio.to_thread(rule_view, found, parts, to_reader=to_reader)
        covered = await asyncio.to_thread(shelf.covered, rulebook)
        mentions = covered.scenarios.get(rule_id, ())
        return pages.page(request, "rule.html.j2", section=_SECTION, view=view, mentions=mentions, given=given, rulebook=rulebook)

    return router
