"""A file's bytes and the few ways in which formats look at them, each worked out at most once."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any, BinaryIO

from pydantic_core import from_json

from advisor.errors import UnusableInput
from advisor.sources.documents import Documents, read_documents

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BASE64 = re.compile(rb'\s*"?(?:data:[\w/+;=.-]*;base64,)?([A-Za-z0-9+/\s]{24,}={0,2})"?\s*')
_OPENS_JSON = re.compile(r"\s*(?:\{|\[\s*(?:[\[{\"\]]|$|(?:-?\d[\d.eE+-]*|true|false|null|NaN|-?Infinity)\s*(?:[,\]]|$)))")
_DELIMITERS = ",;\t"
_HEAD_BYTES = 64 * 1024
_SAMPLE_LINES = 50
_LINES_PER_REPORT = 2000


class Content:
    """The content of one file.

    Args:
        data: The bytes as they were given; a base64 wrapping is taken off here.
        name: The file's own name, for the one format whose metric has no other name; empty where it has none.
        progress: Told now and then which share of the bytes has been gone through.
    """

    def __init__(self, data: bytes, name: str = "", progress: Callable[[float], None] | None = None) -> None:
        self.name = name
        self._progress = progress
        unwrapped = _unwrap_base64(data)
        self.was_base64 = unwrapped is not None
        self.data = data if unwrapped is None else unwrapped
        self.encoding = next((name for bom, name in _BOMS if self.data.startswith(bom)), "utf-8")

    @cached_property
    def head(self) -> str:
        """The beginning as text, unreadable bytes replaced."""
        return self.data[:_HEAD_BYTES].decode(self.encoding, "replace").lstrip("\ufeff")

    @cached_property
    def is_binary(self) -> bool:
        """Whether the beginning holds bytes that no text has."""
        return self.encoding != "utf-16" and b"\0" in self.data[:_HEAD_BYTES]

    @cached_property
    def looks_like_json(self) -> bool:
        """Whether it begins as a JSON object or list does; ``[INFO]`` and ``[2026-01-31 12:00]`` are text."""
        return _OPENS_JSON.match(self.head) is not None and not self.is_binary

    @cached_property
    def documents(self) -> Documents:
        """The JSON documents in the file, none where it is not JSON."""
        return read_documents(self.data, self.encoding) if self.looks_like_json else Documents(())

    @property
    def document(self) -> Any:
        """The one JSON document, or None where there is none or more than one."""
        if self.is_json_lines:
            return None
        return self.documents.values[0] if len(self.documents.values) == 1 else None

    @cached_property
    def is_json_lines(self) -> bool:
        """Whether each of the first two lines that are not blank is a JSON object of its own."""
        first_two = self.sample_lines[:2] if self.looks_like_json else ()
        return len(first_two) == 2 and isinstance(_object_in(first_two[0].encode()), dict) and first_two[1].lstrip().startswith("{")

    def json_lines(self) -> Iterator[dict[str, Any] | None]:
        """Yield the object of each line that is not blank, None for a line that holds none, one at a time."""
        for line in self.lines():
            yield _object_in(line)

    @cached_property
    def sample_objects(self) -> tuple[dict[str, Any], ...]:
        """The objects of the first lines, where the content is JSON lines."""
        if not self.is_json_lines:
            return ()
        return tuple(found for line in self.sample_lines if (found := _object_in(line.encode())) is not None)

    def lines(self) -> Iterator[bytes]:
        """Yield each line that is not blank, as UTF-8."""
        if self.encoding == "utf-16":
            yield from (line.encode() for line in self.data.decode(self.encoding, "replace").splitlines() if line.strip())
            return
        stream = io.BytesIO(self.data)
        for number, line in enumerate(stream):
            if number % _LINES_PER_REPORT == 0:
                self._report(stream)
            stripped = line.strip()
            if stripped:
                yield stripped.removeprefix(b"\xef\xbb\xbf")

    def _report(self, stream: BinaryIO) -> None:
        if self._progress is not None:
            self._progress(stream.tell() / max(1, len(self.data)))

    @cached_property
    def delimiter(self) -> str:
        """What separates the columns of the first line that is not blank."""
        return max(_DELIMITERS, key=self._first_line.count)

    @property
    def _first_line(self) -> str:
        return next((line for line in self.head.splitlines() if line.strip()), "")

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The column names of the first line that is not blank, unquoted and stripped; empty for JSON and binary content."""
        if self.is_binary or self.looks_like_json:
            return ()
        try:
            names = next(csv.reader([self._first_line], delimiter=self.delimiter), [])
        except csv.Error:
            return ()
        return tuple(name.strip() for name in names)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (line number, cells) for each line behind the header that is not blank, decoding as it goes.

        Raises:
            UnusableInput: The content is no text, or a quotation mark is never closed.
        """
        stream = io.BytesIO(self.data)
        text = io.TextIOWrapper(stream, encoding=self.encoding, newline="")
        reader = csv.reader(text, delimiter=self.delimiter)
        try:
            filled = ((reader.line_num, row) for row in reader if any(cell.strip() for cell in row))
            for number, numbered_row in enumerate(islice(filled, 1, None)):
                if number % _LINES_PER_REPORT == 0:
                    self._report(stream)
                yield numbered_row
        except UnicodeDecodeError:
            raise UnusableInput("The file is not UTF-8 text: save it as UTF-8 and give it again.") from None
        except csv.Error as error:
            raise UnusableInput(f"Line {reader.line_num:,} of the file is no CSV ({error}): export the file again.") from None

    @cached_property
    def sample_lines(self) -> tuple[str, ...]:
        """The first lines that are not blank."""
        return tuple(islice((line for line in self.head.splitlines() if line.strip()), _SAMPLE_LINES))


def _object_in(line: bytes) -> dict[str, Any] | None:
    try:
        found = from_json(line, allow_inf_nan=True, cache_strings="keys")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _unwrap_base64(data: bytes) -> bytes | None:
    """Return what a base64 text holds, None where the data is something else. A cut-off end loses its last bytes."""
    if _BASE64.match(data[:4096]) is None or (found := _BASE64.fullmatch(data)) is None:
        return None
    packed = b"".join(found.group(1).split()).rstrip(b"=")
    if len(packed) % 4 == 1:
        packed = packed[:-1]
    try:
        unpacked = base64.b64decode(packed + b"=" * (-len(packed) % 4))
    except binascii.Error:
        return None
    return unpacked if _is_text(unpacked) else None


def _is_text(data: bytes) -> bool:
    head = data[:_HEAD_BYTES]
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and len(head) > 3
    return True
