"""The Zalo Official Account as a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import aiohttp
import structlog

from bot.channel import Finding, Pace, Reading, Receipt, RetryLater, SendError, SignedRequest
from bot.messages import InboundUpdate, Payload, Reply
from runtime.clock import Clock
from runtime.errors import BadSignature
from runtime.vault import Credential
from webhooks import wire
from webhooks.calls import Answer, InDoubt, call
from webhooks.zalo import errors, login, payloads, rendering
from webhooks.zalo.settings import ZaloSettings
from webhooks.zalo.signature import SIGNATURE_HEADER, matching_formula
from webhooks.zalo.tokens import CredentialStore, ZaloTokens

_TYPES = {2: "business", 4: "government"}

log = structlog.get_logger(__name__)


class ZaloChannel:
    """Zalo Official Account: signed events in, consultation messages out.

    Sending is at most once when in doubt: Zalo has no idempotency key, so a request that went out without an answer
    counts as sent (an empty receipt and a warning), while one that surely did not arrive is tried again.
    """

    name = payloads.CHANNEL

    def __init__(
        self, settings: ZaloSettings, *, store: CredentialStore, http: aiohttp.ClientSession, clock: Clock
    ) -> None:
        self.settings = settings
        self.tokens = ZaloTokens(settings, store, http, clock)
        self._http = http
        self._clock = clock
        self._formula = ""
        self.limits = replace(
            rendering.LIMITS,
            reply_window_hours=settings.reply_window_hours,
            pace=Pace(account=f"zalo:{settings.app_id}", count=settings.requests_per_minute, seconds=60.0),
        )

    def handshake(self, request: SignedRequest) -> str | None:
        """Answer the console's check of a new webhook URL: an unsigned POST of exactly `{}`."""
        return "ok" if request.body.strip() == b"{}" and SIGNATURE_HEADER not in request.headers else None

    def verify(self, request: SignedRequest) -> None:
        """Check `X-ZEvent-Signature`. Raises BadSignature."""
        formula = self.formula(request)
        if not formula:
            raise BadSignature
        if formula != self._formula:
            # Once per process and change: this settles which formula the platform uses.
            log.info("zalo.signature_formula", formula=formula)
            self._formula = formula

    def formula(self, request: SignedRequest) -> str:
        """Return which formula a captured event matches, "" for none (`hoidap verify-event zalo`)."""
        return matching_formula(
            request.headers,
            request.body,
            app_id=self.settings.app_id,
            oa_id=self.settings.oa_id,
            secret=self.settings.oa_secret_key.get_secret_value(),
        )

    def read(self, body: bytes) -> Reading:
        """Translate an authentic body, with the reasons of what needs nothing. Raises BadPayload."""
        return payloads.read(body, oa_id=self.settings.oa_id)

    def parse(self, body: bytes) -> Sequence[InboundUpdate]:
        """Translate an authentic body. Raises BadPayload."""
        return self.read(body).updates

    def render(self, reply: Reply) -> Sequence[Payload]:
        """Say `reply` as text with buttons."""
        return rendering.render(reply, choice_button=self.settings.choice_button)

    async def send(self, to: str, payload: Payload) -> Receipt:
        """Send one message. A stale token is renewed once, a refused template is said once in plain words."""
        anonymous = to.startswith(payloads.ANONYMOUS)
        message = rendering.plain(payload) if anonymous else payload
        try:
            return await self._send_with_fresh_token(to, message)
        except _Refused as refused:
            code = refused.code
        if code in errors.SAY_IT_PLAINLY and rendering.buttons_of(message):
            log.warning("zalo.said_plainly", code=code)
            message = rendering.plain(message)
        elif code != errors.TRY_ONCE_MORE:
            raise errors.refusal(code)
        try:
            return await self._send_with_fresh_token(to, message)
        except _Refused as refused:
            raise errors.refusal(refused.code) from None

    async def check(self) -> Sequence[Finding]:
        """Ask Zalo who we are (`getoa`) and look at the age of the token; a stale one is renewed as for a message."""
        try:
            credential, document = await self._ask_who_we_are()
        except InDoubt:
            return [Finding(subject="zalo", ok=False, message="Zalo did not answer in time.", hint="Try again later.")]
        except _Refused as refused:
            error = errors.refusal(refused.code)
            return [Finding(subject="zalo", ok=False, message=error.message, hint=error.hint)]
        except SendError as error:
            return [Finding(subject="zalo", ok=False, message=error.message, hint=error.hint)]
        age = int((self._clock.now() - credential.issued_at).total_seconds() // 3600)
        return [self._account(wire.mapping(document.get("data"))), _age(credential, age)]

    async def _ask_who_we_are(self) -> tuple[Credential, Mapping[str, Any]]:
        credential = await self.tokens.current()
        try:
            return credential, await self._getoa(credential)
        except _Refused as refused:
            if refused.code not in errors.STALE_TOKEN:
                raise
        credential = await self.tokens.renew(unless_newer_than=credential.version)
        return credential, await self._getoa(credential)

    async def _getoa(self, credential: Credential) -> Mapping[str, Any]:
        answer = await call(
            self._http,
            "GET",
            f"{self.settings.openapi_base}/v2.0/oa/getoa",
            seconds=self.settings.timeout_seconds,
            headers=_authorisation(credential),
        )
        document: Mapping[str, Any] = self._document(answer)
        return document

    def _account(self, data: Any) -> Finding:
        found = wire.identifier(data.get("oaid") or data.get("oa_id"))
        if found != self.settings.oa_id:
            message = "The token belongs to another Official Account than HOIDAP_CHANNELS__ZALO__OA_ID."
            return Finding(subject="zalo", ok=False, message=message, hint="Log in with the right account.")
        kind = _TYPES.get(data.get("oa_type"), "other") if isinstance(data.get("oa_type"), int) else "unknown"
        if data.get("is_verified") is not True:
            message = f"The token works, but the account (type {kind}) is not verified: Zalo may refuse to send (-221)."
            return Finding(subject="zalo", ok=False, message=message, hint="Have the account verified at oa.zalo.me.")
        return Finding(subject="zalo", ok=True, message=f"Account of type {kind}, verified; the token works.")

    async def log_in(self, answer: str, verifier: str) -> Credential:
        """Finish a consent with what came back from it and store the pair. Raises AppError."""
        consent = login.begin(verifier)
        return await self.tokens.log_in(login.code_of(answer, oa_id=self.settings.oa_id), consent.verifier)

    def consent(self, verifier: str = "", callback: str = "") -> tuple[login.Consent, str]:
        """Begin a consent; with a callback address also return its link. Raises ConfigurationError."""
        begun = login.begin(verifier)
        return begun, login.link(self.settings, begun, callback) if callback else ""

    async def _send_with_fresh_token(self, to: str, message: Payload) -> Receipt:
        credential = await self.tokens.current()
        try:
            return await self._post(to, message, credential)
        except _Refused as refused:
            if refused.code not in errors.STALE_TOKEN:
                raise
        credential = await self.tokens.renew(unless_newer_than=credential.version)
        return await self._post(to, message, credential)

    async def _post(self, to: str, message: Payload, credential: Credential) -> Receipt:
        # v2.0 is shut for account holders (-240) and still the only way to people without an account.
        path, recipient = "/v3.0/oa/message/cs", {"user_id": to}
        if to.startswith(payloads.ANONYMOUS):
            person, _, conversation = to.removeprefix(payloads.ANONYMOUS).partition(":")
            path, recipient = "/v2.0/oa/message", {"anonymous_id": person, "conversation_id": conversation}
        try:
            answer = await call(
                self._http,
                "POST",
                f"{self.settings.openapi_base}{path}",
                seconds=self.settings.timeout_seconds,
                headers=_authorisation(credential),
                document={"recipient": recipient, "message": dict(message)},
            )
        except InDoubt:
            log.warning("zalo.sent_in_doubt")
            return Receipt(external_id="")
        data = wire.mapping(self._document(answer).get("data"))
        return Receipt(external_id=wire.message_id(data.get("message_id")))

    @staticmethod
    def _document(answer: Answer) -> Any:
        code = answer.document.get("error")
        if not answer.is_readable or isinstance(code, bool) or not isinstance(code, int):
            raise RetryLater(f"Zalo answered with HTTP {answer.status}.", code=f"http_{answer.status}")
        if code != 0:
            raise _Refused(code)
        return answer.document


class _Refused(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def _authorisation(credential: Credential) -> dict[str, str]:
    # A bare header of this name, not `Authorization: Bearer`.
    return {"access_token": credential.values.get("access_token", "")}


def _age(credential: Credential, hours: int) -> Finding:
    if credential.expires_at is None:
        return Finding(subject="zalo token", ok=True, message="Seeded from the settings, not renewed yet.")
    message = f"Renewed {hours} hours ago, valid until {credential.expires_at:%Y-%m-%d %H:%M} UTC."
    return Finding(subject="zalo token", ok=True, message=message)
