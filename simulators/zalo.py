"""A fake Zalo: OAuth with single-use refresh tokens, the message endpoints of an Official Account, signed events.

Refuses what the real one refuses, with HTTP 200 and `error` other than 0 (docs.zaloplatforms.com/docs/OA, 2026-08-20).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
from aiohttp import web

from simulators.platform import (
    Accepted,
    Fault,
    Quota,
    Script,
    Wire,
    act_out,
    channel_settings,
    is_composed,
    is_text,
    json_body,
    post_event,
)
from simulators.zalo_oauth import ZaloAccount, ZaloOAuth

LADDER = (30.0, 300.0, 900.0, 1800.0, 3600.0)
"""Seconds between the tries of an event that was not answered with 200."""
TEXT, BUTTONS, TITLE, QUERY = 2000, 5, 100, 1000

_OK, _RATE, _TOKEN, _INVALID, _LIMIT, _CLOSED, _V2 = 0, -32, -216, -201, -210, -230, -240
_BUTTON_KEYS = {
    "oa.open.url": {"url"},
    "oa.open.phone": {"phone_code"},
    "oa.open.sms": {"content", "phone_code"},
}


class FakeZalo:
    """One application with one Official Account.

    `accepted` are the messages taken, `refused` the codes given, `out_of_window` the people who may not be written to.
    """

    def __init__(self, account: ZaloAccount | None = None) -> None:
        self.account = account or ZaloAccount()
        self.accepted: list[Accepted] = []
        self.refused: list[int] = []
        self.out_of_window: set[str] = set()
        self.messages = Script()
        self.quota = Quota(60.0)
        self.tokens = ZaloOAuth(self.account)
        self.app = web.Application()
        self.app.add_routes(
            [
                web.post("/v3.0/oa/message/cs", self._send_to_account_holder),
                web.post("/v2.0/oa/message", self._send_to_anonymous),
                web.get("/v2.0/oa/getoa", self._getoa),
                web.post("/v3.0/oa/quota/message", self._quota),
                *self.tokens.routes(),
            ]
        )

    @property
    def access_token(self) -> str:
        """The access token that works now."""
        return self.tokens.access_token

    @property
    def refresh_token(self) -> str:
        """The refresh token that works next."""
        return self.tokens.refresh_token

    @property
    def refreshes(self) -> int:
        """How often a pair was renewed."""
        return self.tokens.refreshes

    @property
    def oauth(self) -> Script:
        """The faults to come when tokens are asked for."""
        return self.tokens.script

    def settings(self, base: str) -> Mapping[str, str]:
        """Return the settings with which `hoidap serve` talks to this platform, running at `base`."""
        account, tokens = self.account, self.tokens
        values = {
            "APP_ID": account.app_id,
            "OA_ID": account.oa_id,
            "APP_SECRET": account.app_secret,
            "OA_SECRET_KEY": account.oa_secret_key,
            "ACCESS_TOKEN": tokens.access_token,
            "REFRESH_TOKEN": tokens.refresh_token,
            "OPENAPI_BASE": base,
            "OAUTH_BASE": base,
        }
        return channel_settings("ZALO", values)

    def fail(self, *codes: int) -> None:
        """Refuse the next messages with these codes, one each."""
        self.messages.add(*(Fault(code=code) for code in codes))

    def expire_token(self) -> None:
        """Let the access token die, as it does after 25 hours."""
        self.tokens.access_token = secrets.token_hex(8)

    def sign(self, body: bytes, timestamp: str) -> dict[str, str]:
        """Return the header that Zalo puts on an event."""
        data = self.account.app_id.encode() + body + timestamp.encode() + self.account.oa_secret_key.encode()
        return {"X-ZEvent-Signature": f"mac={hashlib.sha256(data).hexdigest()}"}

    def wire(self, event: Mapping[str, Any]) -> Wire:
        """Return a signed event."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        return Wire(body=body, headers=self.sign(body, str(event["timestamp"])))

    async def deliver(
        self,
        http: aiohttp.ClientSession,
        url: str,
        event: Mapping[str, Any],
        *,
        ladder: Sequence[float] = LADDER,
        scale: float = 1.0,
    ) -> list[int]:
        """Send a signed event until it is answered with 200; return every status. `scale` shortens the ladder."""
        wire = self.wire(event)
        body, headers = wire.body, wire.headers
        statuses = [await post_event(http, url, body, headers)]
        for number, pause in enumerate(ladder, start=1):
            if statuses[-1] == 200:  # noqa: PLR2004 - nothing else counts as received
                break
            await asyncio.sleep(pause * scale)
            statuses.append(await post_event(http, url, body, {**headers, "num_retry": str(number)}))
        return statuses

    async def _send_to_account_holder(self, request: web.Request) -> web.Response:
        return await self._take(request, ("user_id",))

    async def _send_to_anonymous(self, request: web.Request) -> web.Response:
        return await self._take(request, ("anonymous_id", "conversation_id"))

    async def _take(self, request: web.Request, ids: Sequence[str]) -> web.Response:
        fault = self.messages.next()
        document = await json_body(request) or {}
        code = self._judge(request, document, ids) if fault.code is None else fault.code
        if not fault.taken and (answer := await act_out(request, fault)):
            return answer
        if code != _OK:
            self.refused.append(code)
            return _refusal(code)
        message_id = secrets.token_hex(10)
        recipient = document["recipient"]
        to = ":".join(str(recipient[name]) for name in ids)
        self.accepted.append(Accepted(to=to, message=document["message"], message_id=message_id, path=request.path))
        if answer := await act_out(request, fault):
            return answer
        return _success({"message_id": message_id, "user_id": to, "sent_time": "1790000000000"})

    def _judge(self, request: web.Request, document: Mapping[str, Any], ids: Sequence[str]) -> int:
        if request.headers.get("access_token") != self.access_token:
            return _TOKEN
        recipient, message = document.get("recipient"), document.get("message")
        if not isinstance(recipient, dict) or not isinstance(message, dict):
            return _INVALID
        if "user_id" in recipient and "user_id" not in ids:
            return _V2
        if set(recipient) != set(ids) or not all(is_text(recipient[name], 128) for name in ids):
            return _INVALID
        if recipient.get("user_id") in self.out_of_window:
            return _CLOSED
        return judge_message(message) or (_OK if self.quota.takes() else _RATE)

    async def _getoa(self, request: web.Request) -> web.Response:
        if request.headers.get("access_token") != self.access_token:
            return _refusal(_TOKEN)
        data = {"oaid": self.account.oa_id, "name": "OA", "oa_type": 4, "is_verified": True, "num_follower": 1}
        return _success(data)

    async def _quota(self, request: web.Request) -> web.Response:
        document = await json_body(request) or {}
        if request.headers.get("access_token") != self.access_token:
            return _refusal(_TOKEN)
        if not is_text(document.get("user_id"), 128):
            return _refusal(_INVALID)
        closed = document["user_id"] in self.out_of_window
        return _success({"last_interaction": "1790000000000", "cs_reply": {"type": "out" if closed else "free"}})


def judge_message(message: Mapping[str, Any]) -> int:
    """Return 0 for a consultation message that Zalo takes, else its code."""
    text = message.get("text")
    if not isinstance(text, str) or not text.strip() or set(message) - {"text", "attachment", "quote_message_id"}:
        return _INVALID
    if len(text) > TEXT or not is_composed(text):
        return _LIMIT
    return _judge_attachment(message["attachment"]) if "attachment" in message else _OK


def _judge_attachment(attachment: Any) -> int:
    if not isinstance(attachment, dict) or attachment.get("type") != "template":
        return _INVALID
    buttons = attachment.get("payload", {}).get("buttons")
    if not isinstance(buttons, list) or not buttons:
        return _INVALID
    if len(buttons) > BUTTONS:
        return _LIMIT
    return _OK if all(_is_button(button) for button in buttons) else _INVALID


def _is_button(button: Any) -> bool:
    if not isinstance(button, dict) or not is_text(button.get("title"), TITLE):
        return False
    kind, payload = button.get("type"), button.get("payload")
    if kind in ("oa.query.show", "oa.query.hide"):
        return is_text(payload, QUERY)
    return isinstance(payload, dict) and set(payload) == _BUTTON_KEYS.get(str(kind))


def _success(data: Mapping[str, Any]) -> web.Response:
    return web.json_response({"data": data, "error": 0, "message": "Success"})


def _refusal(code: int) -> web.Response:
    return web.json_response({"error": code, "message": f"injected or refused ({code})"})
