"""``POST /import``: a log of any format in, the contract's run out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from advisor.api.body import read_bytes
from advisor.api.description import answers, refusals
from advisor.api.import_answer import PointsRead, answer_import
from advisor.api.large import Job, LargeBodies
from advisor.api.log_answer import AroundLog
from advisor.api.problems import Refusal, problem
from advisor.api.serving import Serving
from advisor.errors import UnusableInput
from advisor.settings import Settings
from advisor.sources import Dropped, parse_mapping

_UPLOAD = "multipart/form-data"
_BINARY = {"type": "string", "format": "binary"}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {**_BINARY, "description": "The file as it is; any other media type is taken alike."}},
            _UPLOAD: {
                "schema": {
                    "type": "object",
                    "properties": {"file": {**_BINARY, "description": "The file; the first one counts."}},
                    "required": ["file"],
                }
            },
        },
    }
}

Mapped = Annotated[
    list[str] | None,
    Query(alias="map", description="What a column or a key of the file is, such as `my_loss=train_loss`; may be repeated."),
]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a body, its own name, and the texts of the form that it came in."""

    name: str
    data: bytes
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """A run as it was read; the answer can be posted to ``/advise`` as it stands.

    Attributes:
        run: The run in the contract's form; what the file does not say is absent.
        format: The id of the format that was recognised.
        points: How many points of each kind were read.
        dropped: What was left out, and why.
        warnings: What a reader of the advice should know.
    """

    run: dict[str, Any]
    format: str
    points: PointsRead
    dropped: tuple[Dropped, ...]
    warnings: tuple[str, ...]


def import_routes(settings: Settings, serving: Serving, large: LargeBodies) -> APIRouter:
    """Return the route that reads logs, large ones in a process of their own."""
    router = APIRouter(tags=["runs"])

    @router.post("/import", summary="Read a log of a run", openapi_extra=_BODY, responses=answers(Imported) | refusals(408, 413, 422, 503))
    async def import_run(request: Request, mapped: Mapped = None) -> Response:
        """Read a file that a trainer, a tracker or a service wrote, and return its run in the contract's form.

        The file is the body itself, or the first file of a form. Its format is found by its content. What is no curve of a run is
        refused with one sentence that says what it is and what to give instead.
        """
        raw = bytes(await read_bytes(request, settings))
        name, data = await file_of(request.headers, raw)
        try:
            given = parse_mapping(mapped or ())
        except UnusableInput as error:
            raise Refusal(problem(422, str(error))) from None
        if len(data) > settings.large_body_bytes:
            answer = await large.answer(Job("import", "fired", 1, around=AroundLog(name, given)), data, serving.rulebook)
        else:
            answer = await asyncio.to_thread(answer_import, data, name, given)
        return Response(answer.body, answer.status, media_type=answer.media_type)

    return router


async def file_of(headers: Headers, raw: bytes) -> tuple[str, bytes]:
    """Return name and content of the file in a body: the first one of a form, else the body itself."""
    upload = await upload_of(headers, raw)
    return upload.name, upload.data


async def upload_of(headers: Headers, raw: bytes) -> Upload:
    """Return the file in a body with the other fields of its form."""
    if not headers.get("content-type", "").lower().startswith(_UPLOAD):
        return Upload("", raw)

    async def once() -> AsyncIterator[bytes]:
        yield raw

    try:
        form = await MultiPartParser(headers, once(), max_files=1, max_fields=100).parse()  # type: ignore[arg-type]  # wants a generator
    except (MultiPartException, KeyError, ValueError) as error:
        reason = getattr(error, "message", "its boundary is missing")
        raise Refusal(problem(422, f"The form cannot be read ({reason}): send one file in it.")) from None
    for part in form.values():
        if isinstance(part, UploadFile):
            data = await part.read()
            await part.close()
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            return Upload((part.filename or "").replace("\\", "/").rpartition("/")[2], data, fields)
    raise Refusal(problem(422, 'The form holds no file: send it as the field "file".'))
