"""What the operator sets for a bot of the Zalo Bot Platform (`HOIDAP_CHANNELS__ZALO_BOT__…`)."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from webhooks.calls import BaseUrl


class ZaloBotSettings(BaseModel):
    """Settings of the channel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr
    """"digits:text", from the Official Account "Zalo Bot Manager". It stands in the URL of every call."""
    secret_token: Annotated[SecretStr, Field(min_length=8, max_length=256)]
    """8 to 256 characters of our own choice; the platform sends it with every event."""
    api_base: BaseUrl = "https://bot-api.zaloplatforms.com"
    """Where messages are sent; https://bot-api.zapps.me is the platform's older address."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """Longest wait for an answer of the platform."""

    @field_validator("*", mode="before")
    @classmethod
    def _strip(cls, value: Any) -> Any:
        # Secret files end with a newline more often than not.
        return value.strip() if isinstance(value, str) else value

    @field_validator("token")
    @classmethod
    def _fits_a_url(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[0-9A-Za-z:_.~-]{1,256}", value.get_secret_value()):
            raise ValueError("must be the bot's token, digits:text")
        return value
