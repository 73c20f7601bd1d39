"""TensorBoard event files as tests write them."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from advisor.sources.event_records import _masked

SIMPLE, TENSOR = "simple", "tensor"


def event_file(scalars: Iterable[tuple[int, str, float]], *, form: str = SIMPLE) -> bytes:
    """Return an event file with these (step, tag, value), each as a simple value or as a tensor."""
    records = [b"\x09" + struct.pack("<d", 0.0) + _sized(3, b"brain.Event:2")]
    for step, tag, value in scalars:
        tensor = b"\x08\x01" + _sized(4, struct.pack("<f", value))
        number = b"\x15" + struct.pack("<f", value) if form == SIMPLE else _sized(8, tensor)
        records.append(b"\x10" + _varint(step) + _sized(5, _sized(1, _sized(1, tag.encode()) + number)))
    return b"".join(map(_framed, records))


def _framed(event: bytes) -> bytes:
    length = struct.pack("<Q", len(event))
    return length + struct.pack("<I", _masked(length)) + event + struct.pack("<I", _masked(event))


def _sized(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])
