"""Every deploy-time option with its unit and default. What staff tune is data, not a setting.

Later wins: defaults here, `settings.toml`, `.env`, environment `HOIDAP_*` (nested by `__`), files in the directory
named by `HOIDAP_SECRETS_DIR` (`channels__zalo__app_secret` and so on).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "HOIDAP_"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class Section(BaseModel):
    """A group of settings: frozen, and a misspelt name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DatabaseSettings(Section):
    """Where everything durable lives."""

    url: str = Field(default="sqlite+aiosqlite:///var/hoidap.db", repr=False)
    """SQLAlchemy async URL: `sqlite+aiosqlite:///…` (one machine) or `postgresql+psycopg://…` (many)."""
    pool_size: int = Field(default=10, ge=2, le=200)
    """PostgreSQL connections per process."""

    @field_validator("url")
    @classmethod
    def _known_driver(cls, url: str) -> str:
        if not url.startswith(("sqlite+aiosqlite:///", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+psycopg://")
        return url


class WorkerSettings(Section):
    """How queued work is done and repeated."""

    concurrency: int = Field(default=8, ge=1, le=256)
    """Lanes worked on at the same time in one process."""
    lease_seconds: float = Field(default=30.0, gt=0)
    """A lane whose worker is silent for this long is given to another one."""
    poll_seconds: float = Field(default=0.25, gt=0)
    """How often the waker looks for work that nobody announced."""
    max_attempts: int = Field(default=8, ge=1)
    """Tries of one update or delivery before it becomes a dead letter."""
    backoff_seconds: float = Field(default=2.0, gt=0)
    """First pause before a retry; doubles each time, with full jitter."""
    backoff_cap_seconds: float = Field(default=900.0, gt=0)
    """Longest pause between two tries."""
    drain_seconds: float = Field(default=10.0, ge=0)
    """How long shutdown waits for work that has begun."""
    gather_seconds: float = Field(default=2.0, ge=0)
    """How long a short message that cannot be answered alone waits for the rest of the question; 0: not at all."""
    staff_pause_minutes: float = Field(default=60.0, ge=0)
    """How long the assistant stays silent after a person of staff has answered."""
    choice_minutes: float = Field(default=10.0, gt=0)
    """How long choices wait for a pick before staff see the question as not answered."""
    chore_seconds: float = Field(default=15.0, gt=0)
    """How often missed questions are sorted, askers told and waiting people looked after."""


class StaffSettings(Section):
    """What citizens and their questions may expect of staff."""

    waiting_minutes: float = Field(default=30.0, gt=0)
    """Minutes of office hours a person waits for staff before the assistant takes over again, with an apology."""
    keep_text_days: int = Field(default=90, ge=1)
    """Days after triage for which the texts of missed questions are kept; then only counts remain."""
    keep_conversation_days: int = Field(default=0, ge=0)
    """Days after a person's last act after which everything of theirs is deleted; 0: never."""


class IngressSettings(Section):
    """How requests become durable before they are acknowledged."""

    batch_rows: int = Field(default=512, ge=1)
    """Updates stored by one commit at most."""
    pending_rows: int = Field(default=20_000, ge=1)
    """Updates waiting to be stored beyond which senders get 503 and come again."""


class KnowledgeSettings(Section):
    """How published knowledge reaches the running assistant."""

    poll_seconds: float = Field(default=1.0, gt=0)
    """How often a process looks for a newer publication."""
    second_approval: bool = True
    """Whether an entry that names money or law is approved by somebody who did not write it."""


class PortalSettings(Section):
    """Which pages are read for the knowledge, and how often they are read again."""

    hosts: str = "startup.caobang.gov.vn"
    """Hosts whose pages may be read, comma separated."""
    check_hours: float = Field(default=24.0, ge=0)
    """Hours between two readings of an article; 0: articles are read once, and when a person asks."""
    max_bytes: int = Field(default=3_000_000, ge=1_000)
    """Largest page that is read."""
    timeout_seconds: float = Field(default=20.0, gt=0, le=60)
    """Longest wait for a page, robots.txt and redirects included."""
    trial_address: str = ""
    """`address:port` of a stand-in for every host, reached over plain http; for trials only."""

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The hosts as a set, in lower case."""
        return frozenset(part for name in self.hosts.split(",") if (part := name.strip().rstrip(".").lower()))

    @field_validator("trial_address")
    @classmethod
    def _has_port(cls, address: str) -> str:
        if address and not address.rpartition(":")[2].isdigit():
            raise ValueError("must be an address and a port, such as 127.0.0.1:8090")
        return address


class ConsoleSettings(Section):
    """How staff get into the console at `/admin`."""

    enabled: bool = True
    """Whether this process serves the console."""
    require_totp: bool = False
    """Whether everybody needs a second factor; without one they can only set it up."""
    idle_minutes: float = Field(default=60.0, gt=0)
    """A session unused for this long ends."""
    session_hours: float = Field(default=12.0, gt=0)
    """A session ends after this time even when it is used."""
    step_up_minutes: float = Field(default=10.0, ge=0)
    """How long a confirmed password counts for dangerous acts; 0: ask every time."""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many proxies of ours stand in front and add to X-Forwarded-For; 0: the header is not believed."""


class GuideSettings(Section):
    """Eligibility guides."""

    idle_days: int = Field(default=7, ge=1)
    """How many days after the last answer somebody may go on in a guide."""
    slip_days: int = Field(default=30, ge=1)
    """How many days the link to a slip opens it."""


class ContactSettings(Section):
    """The office that an "I don't know" offers. Empty parts are left out."""

    name: str = ""
    """Name of the office; empty: the wording catalogue's."""
    phone: str = ""
    email: str = ""
    address: str = ""
    hours: str = ""


class _Plain(EnvSettingsSource):
    """Values below `channels` stay text: an id or a secret must never be read as a JSON number."""

    def decode_complex_value(self, field_name: str, field: FieldInfo | None, value: Any) -> Any:
        return value if field is None else super().decode_complex_value(field_name, field, value)


class _PlainDotEnv(_Plain, DotEnvSettingsSource):
    """The same for `.env`."""


class _PlainFiles(_Plain, NestedSecretsSettingsSource):
    """The same for files in the secrets directory."""


class Settings(BaseSettings):
    """All settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        toml_file="settings.toml",
        frozen=True,
        extra="ignore",
        secrets_nested_delimiter="__",
        secrets_prefix="",
    )

    database: DatabaseSettings = DatabaseSettings()
    worker: WorkerSettings = WorkerSettings()
    staff: StaffSettings = StaffSettings()
    ingress: IngressSettings = IngressSettings()
    knowledge: KnowledgeSettings = KnowledgeSettings()
    portal: PortalSettings = PortalSettings()
    console: ConsoleSettings = ConsoleSettings()
    guides: GuideSettings = GuideSettings()
    contact: ContactSettings = ContactSettings()
    channels: dict[str, dict[str, Any]] = Field(default_factory=dict, repr=False)
    """One table per channel; each channel validates its own."""
    public_url: str = ""
    """The address people see, e.g. `https://hoidap.caobang.gov.vn`."""
    secret_key: SecretStr = SecretStr("")
    """Seals stored credentials. Empty: a key file is made beside the embedded database (`var/secret.key`)."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(default=8080, ge=0, le=65535)
    """Port to listen on; 0 takes a free one and prints it."""
    demo_page: bool = True
    """Whether `/` shows the demo page."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""
    log_json: bool = False
    """One JSON object per line instead of text for people."""

    @field_validator("log_level")
    @classmethod
    def _level(cls, level: str) -> str:
        if level.upper() not in LOG_LEVELS:
            raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
        return level.upper()

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if url and not re.fullmatch(r"https?://[^/\s?#]+(/[^\s?#]*)?", url):
            raise ValueError("must be an address such as https://hoidap.example.vn")
        return url.rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - replaced by the plain twins
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources, first wins."""
        return (
            init_settings,
            _PlainFiles(file_secret_settings),
            _Plain(settings_cls),
            _PlainDotEnv(settings_cls),
            TomlConfigSettingsSource(settings_cls),
        )

    @property
    def is_embedded(self) -> bool:
        """Whether the database is a file of this process."""
        return self.database.url.startswith("sqlite")

    @property
    def state_dir(self) -> Path:
        """Where files of this process may stand: beside the embedded database, else `var`."""
        path = self.database.url.removeprefix("sqlite+aiosqlite:///")
        return Path(path).parent if self.is_embedded and path not in {"", ":memory:"} else Path("var")
