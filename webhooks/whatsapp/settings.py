"""What the operator sets for WhatsApp (`HOIDAP_CHANNELS__WHATSAPP__…`)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from webhooks.calls import BaseUrl

Secret = Annotated[SecretStr, Field(min_length=1)]


class WhatsAppSettings(BaseModel):
    """Settings of the channel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phone_number_id: Annotated[str, Field(pattern=r"^[0-9]{1,32}$")]
    """Id of the number at Meta (not the number itself); events of other numbers are ignored."""
    app_secret: Secret
    """Signs events. Comma separated while a secret is being changed; each of them is accepted."""
    verify_token: Secret
    """Free text that is entered at Meta together with the webhook's address."""
    access_token: Secret
    """Permanent token of a system user."""
    graph_base: BaseUrl = "https://graph.facebook.com"
    """Where messages are sent."""
    graph_version: Annotated[str, Field(pattern=r"^v[0-9]{1,3}\.[0-9]{1,2}$")] = "v25.0"
    """Version of the Graph API."""
    person_seconds: float = Field(default=6.0, ge=0, le=60)
    """Least time between two messages to one person; Meta allows one in 6 seconds."""
    messages_per_second: int = Field(default=40, ge=2, le=1000)
    """Messages of the number in any second, all processes together; Meta allows 80, what comes in included."""
    reminder_template: Annotated[str, Field(pattern=r"^[a-z0-9_]{0,512}$")] = ""
    """Approved template, with one body variable, for reminders outside the 24 hours; empty: none are sent there."""
    reminder_language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")] = "vi"
    """Language code of that template."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """Longest wait for an answer of the platform."""

    @field_validator("*", mode="before")
    @classmethod
    def _strip(cls, value: Any) -> Any:
        # Secret files end with a newline more often than not.
        return value.strip() if isinstance(value, str) else value

    @field_validator("app_secret")
    @classmethod
    def _some_secret(cls, value: SecretStr) -> SecretStr:
        if not any(part.strip() for part in value.get_secret_value().split(",")):
            raise ValueError("must hold a secret")
        return value

    @property
    def app_secrets(self) -> tuple[str, ...]:
        """Every secret that may have signed an event."""
        return tuple(part for text in self.app_secret.get_secret_value().split(",") if (part := text.strip()))
