"""WhatsApp Cloud API as a channel."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import aiohttp
import structlog

from bot.channel import Finding, Pace, Reading, Receipt, RetryLater, SendError, SignedRequest
from bot.messages import InboundUpdate, Payload, Reply
from runtime.errors import BadSignature
from webhooks import wire
from webhooks.calls import Answer, InDoubt, call
from webhooks.whatsapp import errors, payloads, rendering
from webhooks.whatsapp.settings import WhatsAppSettings
from webhooks.whatsapp.signature import challenge, is_signed

# Country, dot, up to 128 letters and digits; a parent id has "ENT" between. Telephone numbers are digits only.
_SCOPED_ID = re.compile(r"[A-Z]{2}\..+")
_FIELDS = "verified_name,code_verification_status,quality_rating,platform_type"
_ACKNOWLEDGE_SECONDS = 5.0

log = structlog.get_logger(__name__)


class WhatsAppChannel:
    """WhatsApp Cloud API: signed batches in, text and interactive messages out.

    Sending is at most once when in doubt: the API has no idempotency key, so a request that went out without an answer
    counts as sent (an empty receipt and a warning), while one that surely did not arrive is tried again.
    """

    name = payloads.CHANNEL

    def __init__(self, settings: WhatsAppSettings, *, http: aiohttp.ClientSession) -> None:
        self.settings = settings
        self._app_secrets = settings.app_secrets
        account = f"whatsapp:{settings.phone_number_id}"
        self.limits = replace(
            rendering.LIMITS,
            person_seconds=settings.person_seconds,
            pace=Pace(account=account, count=settings.messages_per_second, seconds=1.0),
        )
        self._http = http
        self._number = f"{settings.graph_base}/{settings.graph_version}/{settings.phone_number_id}"

    def handshake(self, request: SignedRequest) -> str | None:
        """Answer Meta's GET with the challenge. Raises BadSignature for a wrong token or form."""
        if request.body or not any(name.startswith("hub.") for name in request.query):
            return None
        text = challenge(request.query, self.settings.verify_token.get_secret_value())
        if not text:
            raise BadSignature
        return text

    def verify(self, request: SignedRequest) -> None:
        """Check `X-Hub-Signature-256`. Raises BadSignature."""
        if not is_signed(request.headers, request.body, self._app_secrets):
            raise BadSignature

    def read(self, body: bytes) -> Reading:
        """Translate an authentic body, with the reasons of what needs nothing. Raises BadPayload."""
        return payloads.read(body, phone_number_id=self.settings.phone_number_id)

    def parse(self, body: bytes) -> Sequence[InboundUpdate]:
        """Translate an authentic body. Raises BadPayload."""
        return self.read(body).updates

    def render(self, reply: Reply) -> Sequence[Payload]:
        """Say `reply` in one or two messages."""
        return rendering.render(reply)

    def notice(self, text: str) -> Payload | None:
        """Say `text` as the approved template, the form for outside the 24 hours; None: none is configured."""
        template = self.settings.reminder_template
        return rendering.template(template, self.settings.reminder_language, text) if template else None

    def is_notice(self, payload: Payload) -> bool:
        """Tell whether a payload is a template."""
        return payload.get("type") == "template"

    async def send(self, to: str, payload: Payload) -> Receipt:
        """Send one message; a refused interactive form is said once in plain words."""
        try:
            return await self._post(to, payload)
        except _Refused as refused:
            code = refused.code
        if code not in errors.SAY_IT_PLAINLY or payload.get("type") != "interactive":
            raise errors.refusal(code)
        log.warning("whatsapp.said_plainly", code=code)
        try:
            return await self._post(to, rendering.plain(payload))
        except _Refused as refused:
            raise errors.refusal(refused.code) from None

    async def acknowledge(self, update: InboundUpdate) -> None:
        """Mark a message as read and show "typing" (for at most 25 seconds). A nicety: failure is only logged."""
        document = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": update.external_id,
            "typing_indicator": {"type": "text"},
        }
        try:
            await self._call("POST", "/messages", document=document, seconds=_ACKNOWLEDGE_SECONDS)
        except InDoubt:
            log.info("whatsapp.acknowledge_failed", code="in_doubt")
        except _Refused as refused:
            log.info("whatsapp.acknowledge_failed", code=refused.code)
        except SendError as error:
            log.info("whatsapp.acknowledge_failed", code=error.code)

    async def check(self) -> Sequence[Finding]:
        """Ask Meta for the state of our number."""
        try:
            state = await self._call("GET", f"?fields={_FIELDS}", seconds=self.settings.timeout_seconds)
        except InDoubt:
            return [Finding(subject=self.name, ok=False, message="Meta did not answer in time.", hint="Try later.")]
        except _Refused as refused:
            error = errors.refusal(refused.code)
            hint = error.hint or "Check HOIDAP_CHANNELS__WHATSAPP__PHONE_NUMBER_ID and __GRAPH_VERSION."
            return [Finding(subject=self.name, ok=False, message=error.message, hint=hint)]
        except SendError as error:
            return [Finding(subject=self.name, ok=False, message=error.message, hint=error.hint or "Try again later.")]
        return [Finding(subject=self.name, ok=True, message="The token works."), *_number_state(state)]

    async def _post(self, to: str, message: Payload) -> Receipt:
        recipient = {"recipient": to} if _SCOPED_ID.fullmatch(to) else {"to": to}
        head = {"messaging_product": "whatsapp", "recipient_type": "individual"}
        try:
            document = {**head, **recipient, **message}
            answer = await self._call("POST", "/messages", document=document, seconds=self.settings.timeout_seconds)
        except InDoubt:
            log.warning("whatsapp.sent_in_doubt")
            return Receipt(external_id="")
        ids = [wire.message_id(wire.mapping(item).get("id")) for item in wire.items(answer.get("messages"))]
        return Receipt(external_id=next(iter(ids), ""))

    async def _call(
        self, method: str, path: str, *, seconds: float, document: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        token = self.settings.access_token.get_secret_value()
        answer = await call(
            self._http,
            method,
            self._number + path,
            seconds=seconds,
            headers={"Authorization": f"Bearer {token}"},
            document=document,
        )
        return _document(answer)


def _number_state(state: Mapping[str, Any]) -> Sequence[Finding]:
    """Say what is wrong with the number, or that nothing is. What Meta does not mention is not judged."""
    subject = "whatsapp number"
    words = {name: wire.word(state.get(name)) for name in _FIELDS.split(",")}
    quality = words["quality_rating"] or "unknown"
    problems = [
        ("quality_rating", {"RED"}, "Its quality is RED: people block or report it.", "Look at what was sent to whom."),
        ("code_verification_status", {"NOT_VERIFIED"}, "It is not verified.", "Verify it in WhatsApp Manager."),
        ("platform_type", {"NOT_APPLICABLE", "ON_PREMISE"}, "It is not on the Cloud API.", "Register it there."),
    ]
    found = [
        Finding(subject=subject, ok=False, message=message, hint=hint)
        for name, bad, message, hint in problems
        if words[name] in bad
    ]
    return found or [Finding(subject=subject, ok=True, message=f"Reachable; quality {quality}.")]


class _Refused(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def _document(answer: Answer) -> Mapping[str, Any]:
    error = answer.document.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, int) and not isinstance(code, bool):
        raise _Refused(code)
    if not answer.is_readable or answer.status >= 300 or error is not None:  # noqa: PLR2004 - anything but 2xx
        raise RetryLater(f"WhatsApp answered with HTTP {answer.status}.", code=f"http_{answer.status}")
    return answer.document
