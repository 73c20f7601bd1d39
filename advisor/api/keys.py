"""Who may do what: API keys, kept as hashes, and the role that each route asks for."""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from advisor.api.problems import Refusal, problem
from advisor.errors import UnusableInput
from advisor.settings import Settings

Role = Literal["reader", "engineer", "lead"]
ROLES: tuple[Role, ...] = get_args(Role)
_NAME = r"[\w.-]+"
_ENTRY = re.compile(rf"(?P<name>{_NAME}):(?P<role>{'|'.join(ROLES)}):(?P<hash>[0-9a-fA-F]{{64}})")
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="advisor"'}
_BEARER = HTTPBearer(auto_error=False, description="A key of ADVISOR_API_KEYS")  # only described by it: every refusal is a problem
_EMPTY = sha256(b"").digest()
_SET_KEYS = "Set ADVISOR_API_KEYS (advisor key NAME ROLE makes an entry)"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Somebody's key: only its SHA-256 is known here."""

    name: str
    role: Role
    digest: bytes

    @property
    def entry(self) -> str:
        """The key as ``ADVISOR_API_KEYS`` holds it."""
        return f"{self.name}:{self.role}:{self.digest.hex()}"


class Guard:
    """Asks for a key where keys are configured; without any, only this machine may do what they would protect.

    A reader reads the log; an engineer also records, and spends the key of the fine-tuning service; a lead also changes rules.

    Args:
        settings: The address that is listened on, and the keys.

    Raises:
        UnusableInput: A key is not in its form, or an address that others reach has none.
    """

    def __init__(self, settings: Settings) -> None:
        self._keys = read_keys(settings.api_keys)
        if not self._keys and not is_loopback(settings.host):
            raise UnusableInput(
                f"The service would listen on {settings.host}, which others can reach, and no API key is configured. "
                f"{_SET_KEYS}, or listen on 127.0.0.1."
            )

    def at_least(self, role: Role) -> Callable[..., Awaitable[None]]:
        """Return a dependency that refuses a request without a key of this role or a higher one."""

        async def check_key(request: Request, _: Annotated[object, Depends(_BEARER)]) -> None:
            self._check(request, role)

        async def check_place(request: Request) -> None:
            _check_local(request)

        return check_key if self._keys else check_place

    def allows(self, role: Role) -> Callable[[Request], Awaitable[None]]:
        """Return the same for a route that needs a key for some requests only, and calls it for those."""

        async def check(request: Request) -> None:
            if self._keys:
                self._check(request, role)
            else:
                _check_local(request)

        return check

    def _check(self, request: Request, role: Role) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        digest = sha256(given.strip(" \t").encode("latin-1")).digest()  # the bytes as they came: à ends like a space of Latin-1
        # Every key is compared, so that the time tells nothing about which one was close.
        found = [key for key in self._keys if hmac.compare_digest(key.digest, digest)]
        if scheme.lower() != "bearer" or not found:
            raise Refusal(problem(401, "This needs an API key. Send it as Authorization: Bearer KEY."), _CHALLENGE)
        (key,) = found
        if ROLES.index(key.role) < ROLES.index(role):
            raise Refusal(problem(403, f"This needs a key of the role {role}; yours is of the role {key.role}."))
        request.state.key_name = key.name  # an edit of the rules has an author


def read_keys(text: str) -> tuple[ApiKey, ...]:
    """Return the keys that a setting names; raise UnusableInput, which never repeats the text, where one is not in its form."""
    keys: list[ApiKey] = []
    for i, entry in enumerate(text.replace(",", " ").split(), 1):
        match = _ENTRY.fullmatch(entry)
        if match is None:
            raise UnusableInput(
                f"Entry {i} of ADVISOR_API_KEYS is not name:role:sha256 with a role of reader, engineer or lead: "
                "advisor key NAME ROLE makes one."
            )
        role: Role = match["role"]  # type: ignore[assignment]  # the pattern knows the roles
        digest = bytes.fromhex(match["hash"])
        if digest == _EMPTY:
            raise UnusableInput(f"Entry {i} of ADVISOR_API_KEYS is the hash of an empty key, which everybody has: advisor key makes one.")
        same = next((n for n, key in enumerate(keys, 1) if key.digest == digest), None)
        if same is not None:
            raise UnusableInput(
                f"Entry {i} of ADVISOR_API_KEYS is the same key as entry {same}: give each person a key, and each key one role."
            )
        keys.append(ApiKey(match["name"], role, digest))
    return tuple(keys)


def key_of(name: str, role: Role, secret: str) -> ApiKey:
    """Return what is kept of a key; raise UnusableInput where nobody can be called so, or the key is empty."""
    if not secret:
        raise UnusableInput("A key is not empty.")
    if not re.fullmatch(_NAME, name):
        raise UnusableInput("A key's name is made of letters, digits, dots, dashes and underscores.")
    return ApiKey(name, role, sha256(secret.encode()).digest())


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_local(request: Request) -> None:
    """Refuse what did not come over loopback, or comes from a web page of somebody else, which a browser here would send for it."""
    server = request.scope.get("server")
    host = request.headers.get("host", "")
    origin = request.headers.get("origin")
    if (server is not None and _is_public(server[0])) or _names_another(host):
        raise Refusal(problem(403, f"Without API keys this is for callers on this machine, at 127.0.0.1 or localhost. {_SET_KEYS}."))
    if origin is not None and origin.partition("://")[2] != host:
        raise Refusal(problem(403, f"Without API keys this is not for web pages of other addresses. {_SET_KEYS}."))


def _names_another(host: str) -> bool:
    try:
        return _is_public(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return True


def _is_public(name: str) -> bool:
    """Say whether an address or name can be another machine's: one without a dot can be no name of the internet."""
    return not is_loopback(name) and ("." in name or ":" in name)
