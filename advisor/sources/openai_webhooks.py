"""What the fine-tuning service says of its own accord: a signed event that names a job."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass

import openai

from advisor.errors import ServiceFault, UnusableWebhook, WrongSignature
from advisor.sources.openai_access import ServiceAccess

_SIGNED_BY = ("webhook-id", "webhook-timestamp", "webhook-signature")
_ENDED = frozenset({"fine_tuning.job.succeeded", "fine_tuning.job.failed", "fine_tuning.job.cancelled"})


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """A signed event; ``webhook_id`` is the same for each delivery of it, ``job_id`` is None where it tells of no ended job."""

    webhook_id: str
    kind: str
    job_id: str | None


def read_webhook(payload: bytes, headers: Mapping[str, str], access: ServiceAccess) -> ServiceEvent:
    """Return the event of a delivery.

    Args:
        payload: The body, byte for byte as it came.
        headers: The request's headers, names in lower case.
        access: Holds the secret that deliveries are signed with.

    Raises:
        UnusableWebhook: A header of the signature is missing, or the signed body is no event.
        WrongSignature: The signature is another's, or older than five minutes.
        ServiceFault: No secret is set, so that nothing can be checked.
    """
    missing = [name for name in _SIGNED_BY if not headers.get(name)]
    if missing:
        raise UnusableWebhook(f"The webhook lacks {', '.join(missing)}: only what the fine-tuning service signs is taken.")
    if access.openai_webhook_secret is None:
        raise ServiceFault("not-configured", "No webhook can be checked: set OPENAI_WEBHOOK_SECRET in the environment.")
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        raise UnusableWebhook("The webhook's body is no text: only what the fine-tuning service signs is taken.") from None
    _check(text, headers, access.openai_webhook_secret.get_secret_value())
    return _event(text, headers["webhook-id"])


def _check(text: str, headers: Mapping[str, str], secret: str) -> None:
    signed = {name: headers[name] for name in _SIGNED_BY}
    if not _is_secret(secret):
        raise ServiceFault("not-configured", "OPENAI_WEBHOOK_SECRET is no secret of a webhook: copy it again; it begins with whsec_.")
    try:
        with openai.OpenAI(api_key="none is needed to check a signature", base_url="https://unused.invalid") as client:
            client.webhooks.verify_signature(text, signed, secret=secret)
    except (openai.InvalidWebhookSignatureError, TypeError):  # TypeError: a signature with letters that no base64 has
        raise WrongSignature(
            "The webhook's signature is wrong or too old: check OPENAI_WEBHOOK_SECRET, and the clock of this machine."
        ) from None


def _is_secret(secret: str) -> bool:
    """Say whether a secret can sign anything: the SDK would take one that is not base64 as an empty key, which everybody knows."""
    if not secret.startswith("whsec_"):
        return bool(secret.strip())
    try:
        return bool(base64.b64decode(secret.removeprefix("whsec_"), validate=True))
    except ValueError:
        return False


def _event(text: str, webhook_id: str) -> ServiceEvent:
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        event = None
    kind = event.get("type") if isinstance(event, dict) else None
    if not isinstance(kind, str):
        raise UnusableWebhook("The webhook's body is no event: it must be a JSON object with a type.")
    data = event.get("data")
    job_id = data.get("id") if kind in _ENDED and isinstance(data, dict) else None
    if kind in _ENDED and not isinstance(job_id, str):
        raise UnusableWebhook("The webhook's event names no job: it must have a data.id.")
    return ServiceEvent(webhook_id, kind, job_id)
