"""Who may do what: API keys, kept as hashes, and the role that each route asks for."""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Literal

from fastapi import Request

from advisor.api.problems import Refusal, problem
from advisor.errors import UnusableInput
from advisor.settings import Settings

Role = Literal["reader", "engineer", "lead"]
_RANKS: dict[str, int] = {"reader": 0, "engineer": 1, "lead": 2}
_ENTRY = re.compile(r"(?P<name>[\w.-]+):(?P<role>reader|engineer|lead):(?P<hash>[0-9a-fA-F]{64})")
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="advisor"'}


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Somebody's key: only its SHA-256 is known here."""

    name: str
    role: Role
    digest: bytes


class Guard:
    """Asks for a key where one is needed: on any address but loopback, and wherever keys are configured.

    Args:
        settings: The address that is listened on, and the keys.

    Raises:
        UnusableInput: A key is not in its form, or an address that others reach has none.
    """

    def __init__(self, settings: Settings) -> None:
        self._keys = read_keys(settings.api_keys)
        if not self._keys and not is_loopback(settings.host):
            raise UnusableInput(
                f"The service would listen on {settings.host}, which others can reach, and no API key is configured: "
                "set ADVISOR_API_KEYS to name:role:sha256, or listen on 127.0.0.1."
            )

    def at_least(self, role: Role) -> Callable[[Request], Awaitable[None]]:
        """Return a dependency that refuses a request without a key of this role or a higher one."""

        async def check(request: Request) -> None:
            if self._keys:
                self._check(request, role)

        return check

    def _check(self, request: Request, role: Role) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        digest = sha256(given.strip().encode("utf-8", "surrogateescape")).digest()
        # Every key is compared, so that the time tells nothing about which one was close.
        found = [key for key in self._keys if hmac.compare_digest(key.digest, digest)]
        if scheme.lower() != "bearer" or not found:
            raise Refusal(problem(401, "This needs an API key. Send it as Authorization: Bearer KEY."), _CHALLENGE)
        if max(_RANKS[key.role] for key in found) < _RANKS[role]:
            raise Refusal(problem(403, f"This needs a key of the role {role}; yours is of the role {found[0].role}."))


def read_keys(text: str) -> tuple[ApiKey, ...]:
    """Return the keys that a setting names; raise UnusableInput, which never repeats the text, where one is not in its form."""
    keys = []
    for i, entry in enumerate(text.replace(",", " ").split(), 1):
        match = _ENTRY.fullmatch(entry)
        if match is None:
            raise UnusableInput(
                f"Entry {i} of ADVISOR_API_KEYS is not name:role:sha256 with a role of reader, engineer or lead: "
                "the hash of a key comes from printf %s KEY | sha256sum."
            )
        keys.append(ApiKey(match["name"], match["role"], bytes.fromhex(match["hash"])))  # type: ignore[arg-type]  # the pattern knows the roles
    return tuple(keys)


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
