"""The few calls of the fine-tuning API that Advisor makes, answers as plain values.

The SDK's own reading is left aside: it drops an unknown shape of metrics, follows a list that never ends for ever, and breaks on a page of
HTML with status 200.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx2
import openai

from advisor.errors import ServiceFault, UnusableInput
from advisor.sources.openai_access import ServiceAccess, open_client
from advisor.sources.openai_faults import new_job_fault, service_fault, unreadable

MAX_PAGES = 100
_PAGE_ITEMS = 100
_MAX_FILE_BYTES = 128 * 1024 * 1024
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:-]{0,199}")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """The items of a list, over all its pages; ``cut_short`` says why there may be more, None where there are not."""

    items: tuple[Json, ...]
    cut_short: str | None = None


class FineTuningService(AbstractContextManager["FineTuningService"]):
    """A connection to a fine-tuning service; close it after use. Every method raises ServiceFault with one sentence."""

    def __init__(self, access: ServiceAccess) -> None:
        self.access = access
        self._client = open_client(access)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    def job(self, job_id: str) -> Json:
        """Return a job; raise UnusableInput where the id cannot be one."""
        thing = f"job {checked_id(job_id)}"
        jobs = self._client.fine_tuning.jobs.with_raw_response
        job = self._json(thing, lambda: jobs.retrieve(job_id).content)
        if not isinstance(job.get("id"), str):
            raise unreadable(self.access, thing)
        return job

    def checkpoints(self, job_id: str) -> Listing:
        """Return a job's checkpoints, newest first."""
        listed = self._client.fine_tuning.jobs.checkpoints.with_raw_response
        return self._listing(
            f"the checkpoints of job {checked_id(job_id)}", lambda after: listed.list(job_id, after=after, limit=_PAGE_ITEMS).content
        )

    def events(self, job_id: str) -> Listing:
        """Return a job's events, newest first."""
        listed = self._client.fine_tuning.jobs.with_raw_response
        return self._listing(
            f"the events of job {checked_id(job_id)}", lambda after: listed.list_events(job_id, after=after, limit=_PAGE_ITEMS).content
        )

    def file(self, file_id: str) -> bytes:
        """Return the content of a file."""
        thing = f"file {checked_id(file_id, 'a file', 'file-abc123')}"
        data = bytearray()
        try:
            with self._client.files.with_streaming_response.content(file_id) as answer:
                for chunk in answer.iter_bytes():
                    data += chunk
                    if len(data) > _MAX_FILE_BYTES:
                        raise ServiceFault("unreadable", f"The {thing} is larger than {_MAX_FILE_BYTES // 2**20} MiB: no log of a run is.")
        except openai.OpenAIError as error:
            raise service_fault(error, self.access, thing) from None
        except httpx2.HTTPError:  # a stream is read outside the SDK's own net
            raise ServiceFault("unreachable", f"{self.access.host} broke off in the middle of {thing}: try again.") from None
        return bytes(data)

    def create_job(self, arguments: Mapping[str, Any]) -> str:
        """Start a fine-tuning job and return its id. Never repeated by itself: a job costs money."""
        jobs = self._client.with_options(max_retries=0).fine_tuning.jobs.with_raw_response
        try:
            job = json.loads(jobs.create(**arguments).content)
        except openai.OpenAIError as error:
            raise new_job_fault(error, self.access) from None
        except (ValueError, RecursionError):
            raise new_job_fault(None, self.access) from None
        if not isinstance(job, dict) or not isinstance(job.get("id"), str):
            raise new_job_fault(None, self.access)
        return str(job["id"])

    def _listing(self, thing: str, page_behind: Callable[[Any], bytes]) -> Listing:
        items: list[Json] = []
        cursors: set[str] = set()
        after: Any = openai.omit
        for _ in range(MAX_PAGES):
            try:
                page = self._page(thing, page_behind, after)
            except ServiceFault as fault:
                if not cursors:
                    raise
                return Listing(tuple(items), f"a later page could not be read ({str(fault).rstrip('.')})")
            items += page["items"]
            if page["has_more"] is not True:
                return Listing(tuple(items))
            cursor = page["items"][-1].get("id") if page["items"] else None
            if not isinstance(cursor, str):
                return Listing(tuple(items), "the service says that there are more but not where they begin")
            if cursor in cursors:
                return Listing(tuple(items), "the service gives the same page again and again")
            cursors.add(cursor)
            after = cursor
        return Listing(tuple(items), f"only the newest {len(items):,} were read")

    def _page(self, thing: str, page_behind: Callable[[Any], bytes], after: Any) -> Json:
        page = self._json(thing, lambda: page_behind(after))
        if not isinstance(page.get("data"), list):
            raise unreadable(self.access, thing)
        return {"items": [item for item in page["data"] if isinstance(item, dict)], "has_more": page.get("has_more")}

    def _json(self, thing: str, ask: Callable[[], bytes]) -> Json:
        try:
            value = json.loads(ask())
        except openai.OpenAIError as error:
            raise service_fault(error, self.access, thing) from None
        except (ValueError, RecursionError):
            raise unreadable(self.access, thing) from None
        if not isinstance(value, dict):
            raise unreadable(self.access, thing)
        return value


def checked_id(given: str, of: str = "a fine-tuning job", example: str = "ftjob-abc123") -> str:
    """Return an id; raise UnusableInput where it holds what no id of the service holds."""
    if _ID.fullmatch(given) is None:
        raise UnusableInput(f"This is no id of {of}: it looks like {example}; letters, digits, -, _ and : only.")
    return given
