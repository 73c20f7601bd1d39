"""The editor of rules: it opens files, checks a draft, and shows what it would change. The API itself writes."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from advisor.api.body import read_body
from advisor.api.parts import Parts
from advisor.api.preview import Validation
from advisor.api.problems import Refusal, problem, problem_response
from advisor.api.reading import read_json
from advisor.errors import BrokenRulebook
from advisor.web.draft import Draft
from advisor.web.editing import checked, effects_of, opened
from advisor.web.pages import Pages
from advisor.web.signing_in import may

_SECTION = "/ui/rules"
_PATH = re.compile(r"[A-Za-z0-9_][\w.-]*(/[A-Za-z0-9_][\w.-]*){0,4}\.yaml", re.ASCII)


def edit_routes(parts: Parts, pages: Pages) -> APIRouter:
    """Return the routes of the editor."""
    router = APIRouter(include_in_schema=False)

    @router.get("/ui/edit")
    async def edit(request: Request, path: Annotated[str, Query(max_length=200)] = "") -> Response:
        if not path:
            return pages.page(request, "new_rule.html.j2", section=_SECTION)
        if not _PATH.fullmatch(path):
            raise Refusal(problem(422, "A rule file's path leads down from the rules folder and ends in .yaml, such as sft/our-rule.yaml."))
        try:
            files = await asyncio.to_thread(opened, path, parts)
        except BrokenRulebook:
            raise Refusal(problem(503, "A rules folder cannot be read. GET /rules/status says why.")) from None
        rule = next((r for r in parts.serving.rulebook.rules if r.file == path), None)
        return pages.page(request, "edit.html.j2", section=_SECTION, files=files, path=path, rule=rule)

    @router.post("/ui/edit/check", response_model=Validation)
    async def check(request: Request) -> Validation | Response:
        try:
            return await checked(await _draft(request), parts)
        except Refusal as refusal:  # a script asks, not a person
            return problem_response(refusal.problem)

    @router.post("/ui/edit/effects")
    async def effects(request: Request) -> Response:
        try:
            found = await effects_of(await _draft(request), parts, with_log=await may(request, "reader", parts))
        except Refusal as refusal:
            return pages.page(request, "refused.html.j2", status=refusal.problem.status, sentences=[refusal.problem.detail])
        except BrokenRulebook:
            return pages.page(
                request, "refused.html.j2", status=422, sentences=["A rules folder cannot be read. GET /rules/status says why."]
            )
        return pages.page(request, "effects.html.j2", effects=found)

    async def _draft(request: Request) -> Draft:
        try:
            return Draft.model_validate(read_json(await read_body(request, parts.settings)))
        except ValidationError:
            raise Refusal(problem(422, "The files could not be read. Load the page again.")) from None

    return router
