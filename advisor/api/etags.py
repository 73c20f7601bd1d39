"""Entity tags (RFC 9110): what a change was made on, compared with what stands there now."""

from __future__ import annotations

import re
from hashlib import sha256

_TAGS = re.compile(r'(?:W/)?"[^"]*"')


def tag_of(data: bytes) -> str:
    """Return the entity tag of some bytes, in quotes as the headers have it."""
    return f'"{sha256(data).hexdigest()[:32]}"'


def matches(header: str, tag: str | None) -> bool:
    """Say whether If-Match names an entity tag, None where there is nothing; a weak one never does, and * means any."""
    return tag is not None and (header.strip() == "*" or tag in _TAGS.findall(header))
