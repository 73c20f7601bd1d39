"""The files of the team's rules over HTTP: read with an entity tag, written under a lead's key where that tag still holds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from advisor.api.body import read_body, read_bytes
from advisor.api.description import refusals
from advisor.api.etags import matches, tag_of
from advisor.api.keys import Guard
from advisor.api.problems import Refusal, problem
from advisor.api.reading import read_facts, read_json
from advisor.api.rule_edits import Changes, Precondition, RuleEdits, RulesEdit
from advisor.api.team_folder import Contents, Unfit, tag_of_all
from advisor.errors import BrokenRulebook
from advisor.rulebook.overlay import read_each
from advisor.rulebook.source import MAX_BYTES
from advisor.settings import Settings

_YAML = "application/yaml"
_TYPES = frozenset({"", _YAML, "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain", "application/octet-stream"})
_NOBODY = "somebody-on-this-machine"
_REFUSED = refusals(401, 403, 404, 408, 409, 412, 413, 415, 422, 428, 503, 507)
_IF_MATCH = {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"}}
_TAG_OF_FILE = {**_IF_MATCH, "description": "The ETag of the file as it was read; for a new file If-None-Match: * instead."}
_TAG_OF_ALL = {**_IF_MATCH, "required": True, "description": "The ETag of GET /rules/files."}
_TEXT = {"type": "string", "description": "The file, YAML in UTF-8, at most 100 kB."}

Message = Annotated[str, Query(max_length=1000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$", description="Why; what the commit says.")]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file of the team's folder; ``etag`` is what If-Match wants."""

    path: str
    etag: str
    bytes: int


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """The files of the team's folder; not ``writable``, and none, where only the shipped rules are served."""

    writable: bool
    files: tuple[RuleFile, ...]


class FilesPatch(BaseModel):
    """Several files at once, such as a rule with its cases: the new text of each by its path, null to take one away."""

    model_config = ConfigDict(extra="forbid")

    files: dict[str, str | None] = Field(min_length=1, max_length=100)
    message: str = Field(default="", max_length=1000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")


def rule_file_routes(edits: RuleEdits, guard: Guard, settings: Settings) -> APIRouter:
    """Return the routes that show and change the files of the team's folder."""
    router = APIRouter(tags=["rulebook"])
    lead = [Depends(guard.at_least("lead"))]
    folder = edits.folder

    @router.get("/rules/files", summary="List the files of the team's rules")
    async def list_files(response: Response) -> RuleFiles:
        """The files that can be written, each with its entity tag; the header ETag is that of all of them together."""
        contents = await asyncio.to_thread(folder.read) if folder.writable else {}
        response.headers["ETag"] = tag_of_all(contents)
        return RuleFiles(folder.writable, tuple(RuleFile(path, tag_of(data), len(data)) for path, data in contents.items()))

    @router.get(
        "/rules/files/{path:path}",
        summary="Show a rule file",
        response_class=Response,
        responses={200: {"content": {_YAML: {"schema": _TEXT}}}, **refusals(404)},
    )
    async def show_file(path: str) -> Response:
        """A file as it stands: the team's with an ETag; one of a folder below without, and the header Advisor-Folder names that folder."""
        contents = await asyncio.to_thread(folder.read) if folder.writable else {}
        if path in contents:
            return Response(contents[path], headers={"ETag": tag_of(contents[path])}, media_type=_YAML)
        try:
            layers = await asyncio.to_thread(read_each, settings.rules)
        except BrokenRulebook:
            layers = ()
        for layer in reversed(layers[:-1] if folder.writable else layers):
            if path in layer.files:
                return Response(layer.files[path], headers={"Advisor-Folder": layer.name}, media_type=_YAML)
        raise Refusal(problem(404, "The rules have no file of this path. GET /rules/files lists those of your team."))

    @router.put(
        "/rules/files/{path:path}",
        summary="Write a rule file",
        dependencies=lead,
        status_code=200,
        responses={201: {"description": "The file is new", "model": RulesEdit}, **_REFUSED},
        openapi_extra={"parameters": [_TAG_OF_FILE], "requestBody": {"required": True, "content": {_YAML: {"schema": _TEXT}}}},
    )
    async def put_file(path: str, request: Request, response: Response, message: Message = "") -> RulesEdit:
        """Try the rulebook out with this file in place; where it loads, no check finds an error and every case holds, write and serve it.

        Otherwise nothing is written, and `errors` names every mistake. In a git repository the edit is a commit by the key's name.
        """
        wanted = _of_file(request, path)
        data = await _read_file(request, settings)
        new = path not in await _contents(path)
        edit = await _applied({path: data}, wanted, request, message)
        response.headers["ETag"] = tag_of(data)
        if new:
            response.status_code = 201
        return edit

    @router.delete(
        "/rules/files/{path:path}",
        summary="Take a rule file away",
        dependencies=lead,
        responses=refusals(401, 403, 404, 409, 412, 422, 428, 503, 507),
        openapi_extra={"parameters": [_TAG_OF_FILE]},
    )
    async def delete_file(path: str, request: Request, message: Message = "") -> RulesEdit:
        """Take a file away where the rulebook is whole without it; what it replaced in a folder below counts again."""
        if path not in await _contents(path):
            raise Refusal(problem(404, "Your team's folder has no file of this path. GET /rules/files lists what it has."))
        return await _applied({path: None}, _of_file(request, path), request, message)

    @router.patch(
        "/rules/files",
        summary="Write several rule files at once",
        dependencies=lead,
        responses=_REFUSED,
        openapi_extra={
            "parameters": [_TAG_OF_ALL],
            "requestBody": {"required": True, "content": {"application/json": {"schema": FilesPatch.model_json_schema()}}},
        },
    )
    async def patch_files(request: Request, response: Response) -> RulesEdit:
        """Change several files as one edit, such as a rule and its cases, which only hold together."""
        patch = read_facts(FilesPatch, read_json(await read_body(request, settings)))
        changes = {path: _encoded(path, text) for path, text in patch.files.items()}
        edit = await _applied(changes, _of_all(request), request, patch.message)
        response.headers["ETag"] = edit.etag
        return edit

    async def _contents(path: str) -> Contents:
        try:
            folder.check(path)
            return await asyncio.to_thread(folder.read)
        except Unfit as unfit:
            raise Refusal(problem(409 if not folder.writable else 422, str(unfit))) from None

    async def _applied(changes: Changes, wanted: Precondition, request: Request, message: str) -> RulesEdit:
        for path in changes:
            await _contents(path)
        return await edits.apply(changes, wanted, getattr(request.state, "key_name", None) or _NOBODY, message.strip())

    return router


def _of_file(request: Request, path: str) -> Precondition:
    """Return what a request asks of the file it is about."""
    match, none_match = request.headers.get("if-match"), request.headers.get("if-none-match")

    def check(contents: Contents) -> None:
        tag = tag_of(contents[path]) if path in contents else None
        if match is None and none_match is None:
            asked = "Send If-Match with the ETag of GET" if tag else "Your team's folder has no such file yet: send If-None-Match: *"
            raise Refusal(problem(428, f"An edit says what it was made on. {asked}."), _tagged(tag))
        if none_match is not None and (tag is not None or none_match.strip() != "*"):
            there = "There is such a file already." if tag else "If-None-Match takes * only here."
            raise Refusal(problem(412, f"{there} To change it, read it and send its ETag as If-Match."), _tagged(tag))
        if match is not None and not matches(match, tag):
            detail = "The file was changed since you read it" if tag else "Your team's folder has no such file"
            remedy = (
                f"its ETag is {tag} now. Read it again and make your edit on that." if tag else "send If-None-Match: * to write a new one."
            )
            raise Refusal(problem(412, f"{detail}; {remedy}"), _tagged(tag))

    return check


def _of_all(request: Request) -> Precondition:
    match = request.headers.get("if-match")

    def check(contents: Contents) -> None:
        tag = tag_of_all(contents)
        if match is None:
            raise Refusal(problem(428, "An edit says what it was made on. Send If-Match with the ETag of GET /rules/files."), _tagged(tag))
        if not matches(match, tag):
            detail = f"The folder was changed since you read it; its ETag is {tag} now. Read it again and make your edit on that."
            raise Refusal(problem(412, detail), _tagged(tag))

    return check


def _tagged(tag: str | None) -> dict[str, str]:
    return {} if tag is None else {"ETag": tag}


async def _read_file(request: Request, settings: Settings) -> bytes:
    declared = request.headers.get("content-type", "").lower()
    if declared.partition(";")[0].strip() not in _TYPES or "charset" in declared.replace("charset=utf-8", ""):
        raise Refusal(problem(415, f"The body is the file itself, YAML in UTF-8. Send it with Content-Type: {_YAML}."), {"Accept": _YAML})
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal(problem(415, "The body must not be compressed."), {"Accept-Encoding": "identity"})
    try:
        return bytes(await read_bytes(request, settings.model_copy(update={"max_body_bytes": MAX_BYTES})))
    except Refusal as refusal:
        if refusal.problem.status != 413:
            raise
        raise Refusal(problem(413, f"The file is larger than {MAX_BYTES // 1000} kB. Split it: one rule per file.")) from None


def _encoded(path: str, text: str | None) -> bytes | None:
    try:
        return None if text is None else text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refusal(problem(422, f"The text of {path} holds half of a surrogate pair, which is no text.")) from None
