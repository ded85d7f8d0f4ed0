"""What the operator sets for a Zalo Official Account (`HOIDAP_CHANNELS__ZALO__…`)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from webhooks.calls import BaseUrl

Secret = Annotated[SecretStr, Field(min_length=1)]
Digits = Annotated[str, Field(pattern=r"^[0-9]{1,32}$")]


class ZaloSettings(BaseModel):
    """Settings of the channel. The two secrets are different things; see `app_secret` and `oa_secret_key`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    app_id: Digits
    """The application at developers.zalo.me."""
    oa_id: Digits
    """The Official Account the application answers for; events of other accounts are ignored."""
    app_secret: Secret
    """"Secret key" on the application's page; used for OAuth only."""
    oa_secret_key: Secret
    """"OA Secret Key" on the application's Webhook page; signs events."""
    access_token: SecretStr = SecretStr("")
    """Seeds an empty credential store, together with `refresh_token`."""
    refresh_token: SecretStr = SecretStr("")
    """Single use: once the store is seeded, the stored pair replaces it for good."""
    openapi_base: BaseUrl = "https://openapi.zalo.me"
    """Where messages are sent."""
    oauth_base: BaseUrl = "https://oauth.zaloapp.com"
    """Where tokens are renewed."""
    choice_button: Literal["oa.query.show", "oa.query.hide"] = "oa.query.hide"
    """Whether a tap appears in the chat: hide sends our key unseen; show would print it as the citizen's message."""
    reply_window_hours: int = Field(default=168, ge=1, le=168)
    """48: free replies only. 168: also the billed ones between 48 hours and 7 days."""
    requests_per_minute: int = Field(default=4000, ge=2)
    """Messages of the application in any minute, all processes together; what Zalo allows."""
    refresh_after_hours: float = Field(default=20.0, gt=0, lt=25)
    """Age at which an access token (valid 25 hours) is renewed ahead of need."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=25)
    """Longest wait for an answer of the platform; shorter than the lease under which a token is renewed (30 s)."""

    @field_validator("*", mode="before")
    @classmethod
    def _strip(cls, value: Any) -> Any:
        # Secret files end with a newline more often than not.
        return value.strip() if isinstance(value, str) else value
