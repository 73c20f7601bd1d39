"""How text comes over the wire: Unicode that every answer can carry."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

Text = Annotated[str, StringConstraints(min_length=0)]
"""Text of any length. The constraint makes pydantic read it: a bare ``str`` would keep half of a surrogate pair, which no JSON can hold."""
