"""Which fine-tuning service to ask, and with which key: OpenAI, Azure or any that speaks like them, as the SDK's own variables say."""

from __future__ import annotations

from urllib.parse import urlsplit

import openai
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from advisor.errors import ServiceFault

_OPENAI = "https://api.openai.com/v1"


class ServiceAccess(BaseSettings):
    """How to reach the service; everything comes from the environment, and no key shows in a representation.

    Attributes:
        openai_api_key: The key of OpenAI or a compatible service.
        openai_base_url: Address of a compatible service, or of Azure's ``/openai/v1``; None is OpenAI's own.
        azure_openai_endpoint: An Azure resource; where it is set, Azure is asked and nobody else.
        azure_openai_api_key: The key of that resource.
        openai_api_version: Azure's dated API; None is its ``/openai/v1``, which has no dates.
        openai_webhook_secret: What webhooks are signed with.
        advisor_openai_timeout_seconds: The longest that one answer may take.
        advisor_openai_retries: How often a refused or failed request is repeated, after the pause that the service asks for.
    """

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    azure_openai_endpoint: str | None = None
    azure_openai_api_key: SecretStr | None = None
    openai_api_version: str | None = None
    openai_webhook_secret: SecretStr | None = None
    advisor_openai_timeout_seconds: float = Field(default=30.0, gt=0, allow_inf_nan=False)
    advisor_openai_retries: int = Field(default=2, ge=0, le=10)

    @classmethod
    def from_environment(cls) -> ServiceAccess:
        """Return what the environment says; raise ServiceFault where a variable has no usable value, without showing it."""
        try:
            return cls()
        except ValidationError as error:
            names = ", ".join(dict.fromkeys(str(e["loc"][0]).upper() for e in error.errors(include_input=False, include_url=False)))
            raise ServiceFault("not-configured", f"{names} has no usable value: give a number above zero, or unset it.") from None

    @property
    def address(self) -> str:
        """The base address that is asked."""
        if self.azure_openai_endpoint is not None:
            path = "/openai" if self.openai_api_version else "/openai/v1"
            return self.azure_openai_endpoint.rstrip("/").removesuffix("/openai/v1").removesuffix("/openai") + path
        return self.openai_base_url or _OPENAI

    @property
    def host(self) -> str:
        """The name of the service in sentences."""
        return urlsplit(self.address).hostname or "the service"

    @property
    def key_name(self) -> str:
        """The variable that the key is taken from."""
        if self.azure_openai_endpoint is not None:
            return "AZURE_OPENAI_API_KEY"
        azure = self.openai_api_key is None and self.azure_openai_api_key is not None and self.openai_base_url is not None
        return "AZURE_OPENAI_API_KEY" if azure else "OPENAI_API_KEY"

    @property
    def address_name(self) -> str:
        """The variable that the address is taken from."""
        return "OPENAI_BASE_URL" if self.azure_openai_endpoint is None else "AZURE_OPENAI_ENDPOINT"


def open_client(access: ServiceAccess) -> openai.OpenAI:
    """Return the SDK's client; raise ServiceFault where the environment names no key or no usable address."""
    address = urlsplit(access.address)
    if address.scheme not in ("http", "https") or not address.hostname or not access.address.isprintable():
        raise ServiceFault("not-configured", f"{access.address_name} is no web address: give one that begins with https://.")
    secret = access.azure_openai_api_key if access.key_name.startswith("AZURE") else access.openai_api_key
    if secret is None:
        raise ServiceFault("not-configured", f"There is no key for {access.host}: set {access.key_name} in the environment.")
    key = secret.get_secret_value()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ServiceFault(
            "not-configured", f"{access.key_name} holds characters that no key has: copy the key again, without line breaks."
        )
    timeout, retries = access.advisor_openai_timeout_seconds, access.advisor_openai_retries
    if access.azure_openai_endpoint is not None and access.openai_api_version:
        return openai.AzureOpenAI(
            base_url=access.address, api_version=access.openai_api_version, api_key=key, timeout=timeout, max_retries=retries
        )
    return openai.OpenAI(base_url=access.address, api_key=key, timeout=timeout, max_retries=retries)
