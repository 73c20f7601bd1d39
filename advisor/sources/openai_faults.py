"""What the SDK raises, as one sentence that says what to do; the service's own words are passed on only where they cannot hold a key."""

from __future__ import annotations

from math import isfinite

import httpx2
import openai

from advisor.errors import ServiceFault
from advisor.sources.openai_access import ServiceAccess

_SHOWN_REASON = 300
_NEW_JOB = "a new job"
_MAY_HAVE_STARTED = (
    "and may have started the job all the same: look at the service's list of jobs before starting another, and record one that stands "
    "there by advisor job ftjob-… --project NAME."
)


def service_fault(error: openai.OpenAIError, access: ServiceAccess, thing: str) -> ServiceFault:
    """Return the fault behind an error of the SDK.

    Args:
        error: What was raised.
        access: The service that was asked.
        thing: What was asked for, such as ``job ftjob-1``.
    """
    host = access.host
    if isinstance(error, openai.APITimeoutError):
        seconds = f"{access.advisor_openai_timeout_seconds:g}"
        return ServiceFault(
            "timeout", f"{host} did not answer within {seconds} s: try again, or give it longer by ADVISOR_OPENAI_TIMEOUT_SECONDS."
        )
    if isinstance(error, openai.APIConnectionError):
        return ServiceFault("unreachable", f"{host} cannot be reached: check the network and {access.address_name}, then try again.")
    if isinstance(error, openai.APIStatusError):
        return _refusal(error, access, thing)
    return ServiceFault("failed", f"The OpenAI SDK gave up on {thing} at {host}: try again.")


def new_job_fault(error: openai.OpenAIError | None, access: ServiceAccess) -> ServiceFault:
    """Return the fault behind a job that was asked for; where it may have been started all the same, that is said before all else.

    Args:
        error: What was raised; None is an answer that is no JSON of the fine-tuning API.
        access: The service that was asked.
    """
    fault = unreadable(access, _NEW_JOB) if error is None else service_fault(error, access, _NEW_JOB)
    if isinstance(error, openai.APIStatusError) and error.status_code < 500:
        return fault
    if error is not None and isinstance(error.__cause__, httpx2.ConnectError):
        return fault
    what = {
        "timeout": f"did not answer within {access.advisor_openai_timeout_seconds:g} s",
        "unreachable": "broke off before it answered",
        "unreadable": "answered with something that is not the fine-tuning API's JSON",
    }.get(fault.kind, f"failed (status {error.status_code})" if isinstance(error, openai.APIStatusError) else "gave no answer to use")
    return ServiceFault(fault.kind, f"{access.host} {what}, {_MAY_HAVE_STARTED}", retry_after_seconds=fault.retry_after_seconds)


def unreadable(access: ServiceAccess, thing: str) -> ServiceFault:
    """Return the fault of an answer that is no JSON of the fine-tuning API, such as a proxy's page with status 200."""
    return ServiceFault(
        "unreadable",
        f"{access.host} answered the question for {thing} with something that is not the fine-tuning API's JSON (a login page, perhaps): "
        f"check {access.address_name}.",
    )


def _refusal(error: openai.APIStatusError, access: ServiceAccess, thing: str) -> ServiceFault:
    host, status = access.host, error.status_code
    if status == 401:
        return ServiceFault("wrong-key", f"{host} does not accept the key: check {access.key_name}.")
    if status == 403 and error.code == "training_not_available":
        return ServiceFault(
            "forbidden",
            f"{host} offers this account no fine-tuning (training_not_available): use a service that does by {access.address_name}, "
            "or save the job's checkpoints and give them as a file.",
        )
    if status == 403:
        return ServiceFault("forbidden", f"{host} does not let this key see {thing}: use a key with access to fine-tuning in that project.")
    if status == 404:
        return ServiceFault("unknown-job", f"{host} knows no {thing}: check the id, and that {access.key_name} belongs to its project.")
    if status == 429:
        wait = _retry_after(error)
        when = f"in {wait:.0f} s" if wait is not None else "later"
        return ServiceFault("busy", f"{host} takes no more requests right now: try again {when}.", retry_after_seconds=wait)
    if status >= 500:
        return ServiceFault("failed", f"{host} failed (status {status}): that lies with the service; try again later.")
    return ServiceFault("refused", f"{host} refused the request for {thing} (status {status}){_reason(error, access)}.")


def _retry_after(error: openai.APIStatusError) -> float | None:
    try:
        seconds = float(error.response.headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if isfinite(seconds) and seconds >= 0 else None


def _reason(error: openai.APIStatusError, access: ServiceAccess) -> str:
    body = error.body
    said = body.get("message") if isinstance(body, dict) else None
    if not isinstance(said, str) or not said.strip():
        return ""
    return ": " + " ".join(without_keys(said, access).split())[:_SHOWN_REASON].rstrip(".")


def without_keys(text: str, access: ServiceAccess) -> str:
    """Return a text of the service with every key of the environment taken out."""
    for secret in (access.openai_api_key, access.azure_openai_api_key, access.openai_webhook_secret):
        if secret is not None:
            text = text.replace(secret.get_secret_value(), "***")
    return text
