"""TensorBoard event files taken apart: records in their framing, and of the protocol buffers the few fields that scalars need.

Record: length (8 bytes), its checksum (4), the event, the event's checksum (4). Event: 2 is the step, 5 the summary. Summary: 1 are
values. Value: 1 is the tag, 2 a float, 8 a tensor. Tensor: 1 is its type, 4 its bytes, 5 floats, 6 doubles.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_LENGTH = struct.Struct("<QI")
_CHECKSUM = struct.Struct("<I")
_FLOAT, _DOUBLE = struct.Struct("<f"), struct.Struct("<d")
_LARGEST_SCALAR = 1024  # bytes; a larger event holds a text, a picture or a histogram
_FLOAT_TYPE, _DOUBLE_TYPE = 1, 2
_VARINT, _EIGHT, _SIZED, _FOUR = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value of one tag at one step."""

    step: int
    tag: str
    value: float


@dataclass(slots=True)
class Damage:
    """How many records were broken, and whether the file ends in the middle of one or cannot be followed to its end."""

    records: int = 0
    cut_off: bool = False


def scalars(data: bytes, damage: Damage) -> Iterator[Scalar]:
    """Yield every scalar in the order of the file; what is broken is counted in ``damage``."""
    for event in _events(data, damage):
        try:
            yield from _scalars_of(event)
        except (ValueError, struct.error):
            damage.records += 1


def _events(data: bytes, damage: Damage) -> Iterator[bytes]:
    place = 0
    while place < len(data):
        start = place + _LENGTH.size
        if start > len(data):
            damage.cut_off = True
            return
        length, checksum = _LENGTH.unpack_from(data, place)
        end = start + length
        if _masked(data[place : place + 8]) != checksum or end + _CHECKSUM.size > len(data):
            damage.cut_off = True
            return
        event = data[start:end]
        place = end + _CHECKSUM.size
        if length > _LARGEST_SCALAR:
            continue
        if _masked(event) != _CHECKSUM.unpack_from(data, end)[0]:
            damage.records += 1
            continue
        yield event


def _scalars_of(event: bytes) -> Iterator[Scalar]:
    step, summary = 0, b""
    for field, value in _fields(event):
        if field == 2 and isinstance(value, int):
            step = value
        elif field == 5 and isinstance(value, bytes):
            summary = value
    for field, value in _fields(summary):
        if field == 1 and isinstance(value, bytes):
            found = _scalar(value)
            if found is not None:
                yield Scalar(step, *found)


def _scalar(value: bytes) -> tuple[str, float] | None:
    tag, number = "", None
    for field, content in _fields(value):
        if field == 1 and isinstance(content, bytes):
            tag = content.decode("utf-8", "replace")
        elif field == 2 and isinstance(content, bytes) and len(content) == _FLOAT.size:
            number = _FLOAT.unpack(content)[0]
        elif field == 8 and isinstance(content, bytes):
            number = _tensor_number(content)
    return (tag, number) if tag and number is not None else None


def _tensor_number(tensor: bytes) -> float | None:
    """Return the number in a tensor that holds exactly one float or double, None for every other tensor."""
    kind, packed, floats, doubles = 0, b"", b"", b""
    for field, value in _fields(tensor):
        if field == 1 and isinstance(value, int):
            kind = value
        elif isinstance(value, bytes):
            packed = value if field == 4 else packed
            floats = value if field == 5 else floats
            doubles = value if field == 6 else doubles
    form, given = (_FLOAT, floats) if kind == _FLOAT_TYPE else (_DOUBLE, doubles) if kind == _DOUBLE_TYPE else (None, b"")
    content = packed or given
    if form is None or len(content) != form.size:
        return None
    number: float = form.unpack(content)[0]
    return number


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and content of each field; raise ValueError where the message is broken."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        kind = key & 7
        if kind == _VARINT:
            number, place = _varint(message, place)
            yield key >> 3, number
            continue
        if kind == _SIZED:
            size, place = _varint(message, place)
        elif kind in (_EIGHT, _FOUR):
            size = 8 if kind == _EIGHT else 4
        else:
            raise ValueError("no such kind of field")
        if place + size > len(message):
            raise ValueError("a field is longer than its message")
        yield key >> 3, message[place : place + size]
        place += size


def _varint(message: bytes, place: int) -> tuple[int, int]:
    number = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            raise ValueError("a number breaks off")
        byte = message[place]
        place += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, place
    raise ValueError("a number has no end")


@cache
def _table() -> tuple[int, ...]:
    """Return the table of the checksum CRC-32C (Castagnoli)."""
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return tuple(table)


def _masked(data: bytes) -> int:
    """Return the checksum of some bytes as records carry it: turned by 15 bits and shifted by a constant."""
    table = _table()
    value = 0xFFFFFFFF
    for byte in data:
        value = table[(value ^ byte) & 255] ^ (value >> 8)
    value ^= 0xFFFFFFFF
    return (((value >> 15) | (value << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def is_event_file(data: bytes) -> bool:
    """Say whether the data begins like an event file."""
    return b"brain.Event:" in data[:64]
