"""What the operator sets for the web chat (`HOIDAP_CHANNELS__WEBCHAT__…`). Nothing is required."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from runtime.loading import explain
from runtime.settings import PREFIX, Settings

_ORIGIN = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?")


class WebchatSettings(BaseModel):
    """Settings of the channel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed_origins: tuple[str, ...] = ()
    """Sites that may show the widget: exact origins such as `https://startup.caobang.gov.vn`, comma separated."""
    trusted_proxies: Annotated[int, Field(ge=0, le=5)] = 0
    """How many proxies of ours stand in front and add to X-Forwarded-For; 0: the header is not believed."""
    text_limit: Annotated[int, Field(ge=50, le=4000)] = 1000
    """Longest question, in characters."""
    messages_per_minute: Annotated[int, Field(ge=1)] = 20
    """Messages of one visitor."""
    address_messages_per_minute: Annotated[int, Field(ge=1)] = 120
    """Messages from one network address: a whole office may share one."""
    address_sessions_per_hour: Annotated[int, Field(ge=1)] = 120
    """New visitors from one network address."""
    address_streams: Annotated[int, Field(ge=1)] = 100
    """Open pages from one network address."""

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _exact(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(part for text in value.split(",") if (part := text.strip().rstrip("/").lower()))

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError("must be exact origins (https://host), comma separated, without path or wildcard")
        return value


def webchat_settings(settings: Settings) -> WebchatSettings:
    """Return the channel's own section. Raises ConfigurationError."""
    try:
        return WebchatSettings.model_validate(settings.channels.get("webchat", {}))
    except ValidationError as error:
        raise explain(error, prefix=f"{PREFIX}CHANNELS__WEBCHAT__") from None
