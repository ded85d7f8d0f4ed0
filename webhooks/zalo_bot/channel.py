"""A bot of the Zalo Bot Platform as a channel. Not the Official Account: other host, other token, other events."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import structlog

from bot.channel import Finding, Reading, Receipt, Rejected, RetryLater, SendError, SignedRequest, Unauthorized
from bot.messages import InboundUpdate, Payload, Reply
from runtime.errors import BadSignature
from webhooks import wire
from webhooks.calls import InDoubt, call
from webhooks.zalo_bot import payloads
from webhooks.zalo_bot.settings import ZaloBotSettings

SECRET_HEADER = "x-bot-api-secret-token"  # noqa: S105 - a header's name
_TOKEN_REFUSED = 401
_NOT_FOUND = 404
_RETRY = frozenset({408, 429})
_PAUSE = 60.0  # the platform publishes no limits; a minute is what its sibling counts in
_ACKNOWLEDGE_SECONDS = 5.0

log = structlog.get_logger(__name__)


class ZaloBotChannel:
    """Zalo Bot Platform: events with a secret header in, plain text out.

    The token is part of every URL, so no error and no log line of this module holds a URL. Sending is at most once
    when in doubt: a request that went out without an answer counts as sent.
    """

    name = payloads.CHANNEL
    limits = payloads.LIMITS

    def __init__(self, settings: ZaloBotSettings, *, http: aiohttp.ClientSession) -> None:
        self.settings = settings
        self._http = http

    def handshake(self, request: SignedRequest) -> str | None:
        """Answer the platform's probe: an empty body with our secret. Raises BadSignature without it."""
        if request.body.strip():
            return None
        self.verify(request)
        return "ok"

    def verify(self, request: SignedRequest) -> None:
        """Check the secret header; the platform signs nothing. Raises BadSignature."""
        # Bytes, because compare_digest raises TypeError for text outside ASCII and a header may hold anything.
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self.settings.secret_token.get_secret_value().encode()):
            raise BadSignature

    def read(self, body: bytes) -> Reading:
        """Translate an authentic body, with the reasons of what needs nothing. Raises BadPayload."""
        return payloads.read(body)

    def parse(self, body: bytes) -> Sequence[InboundUpdate]:
        """Translate an authentic body. Raises BadPayload."""
        return self.read(body).updates

    def render(self, reply: Reply) -> Sequence[Payload]:
        """Say `reply` as text, choices numbered."""
        return payloads.render(reply)

    async def send(self, to: str, payload: Payload) -> Receipt:
        """Send one text to a chat."""
        try:
            result = await self._call("sendMessage", {"chat_id": to, **payload})
        except InDoubt:
            log.warning("zalo_bot.sent_in_doubt")
            return Receipt(external_id="")
        return Receipt(external_id=wire.message_id(result.get("message_id")))

    async def acknowledge(self, update: InboundUpdate) -> None:
        """Show "typing" in the chat. A nicety: failure is only logged."""
        try:
            await self._call(
                "sendChatAction", {"chat_id": update.address, "action": "typing"}, seconds=_ACKNOWLEDGE_SECONDS
            )
        except InDoubt:
            log.info("zalo_bot.acknowledge_failed", code="in_doubt")
        except SendError as error:
            log.info("zalo_bot.acknowledge_failed", code=error.code)

    async def set_webhook(self, url: str) -> None:
        """Register `url` and our secret with the platform (`hoidap zalo-bot-webhook`). Raises SendError."""
        await self._ask("setWebhook", {"url": url, "secret_token": self.settings.secret_token.get_secret_value()})

    async def delete_webhook(self) -> None:
        """Take the webhook off. Raises SendError."""
        await self._ask("deleteWebhook", {})

    async def webhook(self) -> str:
        """Return the registered address, "" when there is none. Raises SendError."""
        try:
            return wire.text((await self._ask("getWebhookInfo", {})).get("url"))
        except SendError as error:
            if error.code == str(_NOT_FOUND):  # how the platform says that none is set
                return ""
            raise

    async def _ask(self, method: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return await self._call(method, document)
        except InDoubt:
            pass
        raise RetryLater("Zalo did not answer in time.", code="in_doubt")

    async def check(self) -> Sequence[Finding]:
        """Ask who the bot is and whether a webhook is set."""
        subject = f"{self.name} webhook"
        try:
            await self._ask("getMe", {})
            token = Finding(subject=self.name, ok=True, message="The token works.")
        except SendError as error:
            return [Finding(subject=self.name, ok=False, message=error.message, hint=error.hint or "Try again later.")]
        try:
            url = await self.webhook()
        except SendError as error:
            return [token, Finding(subject=subject, ok=False, message=error.message, hint="Try again later.")]
        if not url:
            hint = "Run `hoidap zalo-bot-webhook --set https://YOUR-ADDRESS/webhooks/zalo-bot`."
            return [token, Finding(subject=subject, ok=False, message="No webhook is set.", hint=hint)]
        return [token, Finding(subject=subject, ok=True, message=f"Events go to {url}.")]

    async def _call(
        self, method: str, document: Mapping[str, Any], *, seconds: float | None = None
    ) -> Mapping[str, Any]:
        answer = await call(
            self._http,
            "POST",
            f"{self.settings.api_base}/bot{self.settings.token.get_secret_value()}/{method}",
            seconds=seconds or self.settings.timeout_seconds,
            document=document,
        )
        # HTTP 200 is not yet success, and a refusal may come with any status: `ok` decides, then `error_code`.
        if answer.document.get("ok") is True:
            return wire.mapping(answer.document.get("result"))
        code = answer.document.get("error_code")
        raise refusal(code if isinstance(code, int) and not isinstance(code, bool) else answer.status)


def refusal(code: int) -> SendError:
    """Return the error that says what to do about a code. Never quotes the platform's own text."""
    label = str(code)
    if code == _TOKEN_REFUSED:
        hint = "Set HOIDAP_CHANNELS__ZALO_BOT__TOKEN to the token that the Zalo Bot Manager shows."
        return Unauthorized("Zalo does not accept the bot's token.", hint=hint, code=label)
    if code in _RETRY:
        return RetryLater("Zalo takes no more messages now.", after=_PAUSE, code=label)
    if 400 <= code < 500:  # noqa: PLR2004 - the platform's codes follow HTTP
        return Rejected(f"Zalo refuses this message ({code}).", code=label)
    is_away = code >= 500  # noqa: PLR2004 - as above
    return RetryLater(f"Zalo answered with code {code}.", code=f"http_{code}" if is_away else label)
