"""The rotating token pair of a Zalo Official Account.

OAuth v4 (docs.zaloplatforms.com/docs/OA, surveyed 2026-08-20): the access token lives 25 hours and dies when the next
one is issued; the refresh token lives 3 months and works once. So one process renews at a time, and the new pair is
stored before it is used: both are promises of the store.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import aiohttp
import structlog

from bot.channel import RetryLater, Unauthorized
from runtime.clock import Clock
from runtime.errors import CredentialError
from runtime.vault import Credential
from webhooks.calls import InDoubt, call
from webhooks.zalo.settings import ZaloSettings

NAME = "zalo"
_RATE = -32
_DEFAULT_SECONDS = 90_000  # 25 h
_PAUSE = timedelta(minutes=5)  # after an early renewal failed; the token at hand still works
_HINTS: Mapping[object, str] = {
    -14002: "Check HOIDAP_CHANNELS__ZALO__APP_ID and __APP_SECRET, and that the application is active.",
    -14003: "The callback differs from the Official Account Callback Url of the console: make them equal.",
}

log = structlog.get_logger(__name__)


class CredentialStore(Protocol):
    """Where rotating credentials live. Implemented by `runtime.vault`."""

    async def read(self, name: str) -> Credential | None:
        """Return the newest generation, None when there is none yet."""
        ...

    async def seed(self, name: str, credential: Credential) -> Credential:
        """Store `credential` if there is none yet; return what is stored then."""
        ...

    async def store(self, name: str, credential: Credential) -> Credential:
        """Replace whatever is stored."""
        ...

    async def refresh(
        self, name: str, renew: Callable[[Credential], Awaitable[Credential]], *, unless_newer_than: int
    ) -> Credential:
        """Renew under a lock that all processes share and store the result durably before returning it.

        When the stored version is already newer than `unless_newer_than`, that one is returned and nothing renewed.
        What `renew` raises is passed on and nothing is stored.
        """
        ...


class ZaloTokens:
    """Hands out the access token, renewed ahead of need."""

    def __init__(
        self, settings: ZaloSettings, store: CredentialStore, http: aiohttp.ClientSession, clock: Clock
    ) -> None:
        self._settings = settings
        self._store = store
        self._http = http
        self._clock = clock
        self._quiet_until: datetime | None = None

    async def stored(self) -> Credential:
        """Return the newest pair as it is; seeds an empty store from the settings. Raises Unauthorized without one."""
        try:
            credential = await self._store.read(NAME)
            if credential is None and (first := self._first()) is not None:
                credential = await self._store.seed(NAME, first)
        except CredentialError as error:
            # The sealing key is wrong, say: no message can leave, and no message is at fault.
            raise Unauthorized(error.message, hint=error.hint, code="credential") from error
        if credential is None:
            raise Unauthorized(
                "Zalo has no access token.",
                hint="Run `hoidap zalo-login`, or set HOIDAP_CHANNELS__ZALO__ACCESS_TOKEN and __REFRESH_TOKEN.",
                code="no_token",
            )
        return credential

    async def current(self) -> Credential:
        """Return a pair fit for use. Raises RetryLater or Unauthorized."""
        credential = await self.stored()
        now = self._clock.now()
        if now - credential.issued_at < timedelta(hours=self._settings.refresh_after_hours):
            return credential
        expired = credential.expires_at is not None and now >= credential.expires_at
        if not expired and self._quiet_until is not None and now < self._quiet_until:
            return credential
        try:
            return await self.renew(unless_newer_than=credential.version)
        except (RetryLater, Unauthorized) as error:
            if expired:
                raise
            self._quiet_until = now + _PAUSE
            log.warning("zalo.early_renewal_failed", code=error.code)
            return credential

    async def renew(self, *, unless_newer_than: int) -> Credential:
        """Return a pair newer than the given version. Raises RetryLater or Unauthorized."""
        try:
            return await self._store.refresh(NAME, self._exchange, unless_newer_than=unless_newer_than)
        except CredentialError as error:
            raise Unauthorized(error.message, hint=error.hint, code="credential") from error

    def _first(self) -> Credential | None:
        access = self._settings.access_token.get_secret_value()
        refresh = self._settings.refresh_token.get_secret_value()
        if not (access and refresh):
            return None
        now = self._clock.now()  # its real age is unknown; -216 or -220 will tell
        values = {"access_token": access, "refresh_token": refresh}
        return Credential(values=values, issued_at=now, expires_at=None, version=1)

    async def log_in(self, code: str, verifier: str) -> Credential:
        """Exchange the code of a consent for the first pair and store it. Raises RetryLater or Unauthorized."""
        nobody = Credential(values={}, issued_at=self._clock.now())
        pair = await self._ask(nobody, {"code": code, "code_verifier": verifier, "grant_type": "authorization_code"})
        return await self._store.store(NAME, pair)

    async def take_over(self, access_token: str, refresh_token: str) -> Credential:
        """Renew a pair that was issued elsewhere (API Explorer), which proves it and its age, and store the new one."""
        values = {"access_token": access_token, "refresh_token": refresh_token}
        pair = await self._exchange(Credential(values=values, issued_at=self._clock.now()))
        return await self._store.store(NAME, pair)

    async def _exchange(self, used: Credential) -> Credential:
        token = used.values.get("refresh_token", "")
        return await self._ask(used, {"refresh_token": token, "grant_type": "refresh_token"})

    async def _ask(self, used: Credential, form: Mapping[str, str]) -> Credential:
        try:
            answer = await call(
                self._http,
                "POST",
                f"{self._settings.oauth_base}/v4/oa/access_token",
                seconds=self._settings.timeout_seconds,
                headers={"secret_key": self._settings.app_secret.get_secret_value()},
                form={"app_id": self._settings.app_id, **form},
            )
        except InDoubt as error:
            # The refresh token may be used up; the next try shows it, and then only a new consent helps.
            raise RetryLater("Zalo did not answer the token renewal in time.", code="in_doubt") from error
        return self._pair(used, answer.document, readable=answer.is_readable)

    def _pair(self, used: Credential, document: Mapping[str, object], *, readable: bool) -> Credential:
        access, refresh = document.get("access_token"), document.get("refresh_token")
        if isinstance(access, str) and access and isinstance(refresh, str) and refresh:
            now = self._clock.now()
            return Credential(
                values={"access_token": access, "refresh_token": refresh},
                issued_at=now,
                expires_at=now + timedelta(seconds=_seconds(document.get("expires_in"))),
                version=used.version + 1,
            )
        code = document.get("error")
        if not readable or code == _RATE:
            raise RetryLater("Zalo could not renew the token now.", after=60.0, code=str(code or "unreadable"))
        raise Unauthorized(
            f"Zalo gives no token ({code}).",
            hint=_HINTS.get(code, "Run `hoidap zalo-login` and grant the application again."),
            code=str(code or "no_token"),
        )


def _seconds(value: object) -> int:
    # `expires_in` is text: "90000".
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else _DEFAULT_SECONDS  # noqa: PLR2004
