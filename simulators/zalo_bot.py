"""A fake Zalo Bot API: the methods a webhook bot uses, and events in both envelopes.

Answers `{ok, result | error_code}`; the token stands in the URL (docs.zaloplatforms.com/docs/BOT, checked 2026-10-02).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp import web

from simulators.platform import (
    Accepted,
    Fault,
    Script,
    Wire,
    act_out,
    channel_settings,
    is_composed,
    is_text,
    json_body,
    post_event,
)

TEXT = 2000
USER = "a1b2c3d4e5f60718293a"
_OK = 0


class FakeZaloBot:
    """One bot. `accepted` are messages taken, `typing` the chats that saw the indicator."""

    def __init__(
        self,
        *,
        token: str = "1234567890:bot-test-token",  # noqa: S107 - made up
        secret_token: str = "zalo-bot-test-secret-token",  # noqa: S107 - made up
    ) -> None:
        self.token = token
        self.secret_token = secret_token
        self.webhook = ""
        self.accepted: list[Accepted] = []
        self.refused: list[int] = []
        self.typing: list[str] = []
        self.messages = Script()
        self.app = web.Application()
        self.app.add_routes([web.post("/bot{token}/{method}", self._dispatch)])

    def settings(self, base: str) -> Mapping[str, str]:
        """Return the settings with which `hoidap serve` talks to this platform, running at `base`."""
        values = {"TOKEN": self.token, "SECRET_TOKEN": self.secret_token, "API_BASE": base}
        return channel_settings("ZALO_BOT", values)

    def fail(self, *codes: int) -> None:
        """Refuse the next messages with these codes, one each."""
        self.messages.add(*(Fault(code=code) for code in codes))

    def wire(self, event: Mapping[str, Any]) -> Wire:
        """Return an event with the secret that our server expects."""
        body = json.dumps(event, ensure_ascii=False).encode()
        return Wire(body=body, headers={"X-Bot-Api-Secret-Token": self.secret_token})

    async def deliver(
        self, http: aiohttp.ClientSession, url: str, event: Mapping[str, Any], *, wrapped: bool = False
    ) -> int:
        """Send an event, bare as real traffic or wrapped as documented; return the HTTP status."""
        wire = self.wire({"ok": True, "result": event} if wrapped else event)
        return await post_event(http, url, wire.body, wire.headers)

    async def _dispatch(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            return _refusal(401)
        document = await json_body(request) or {}
        methods = {
            "getMe": self._get_me,
            "getWebhookInfo": self._get_webhook,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "sendChatAction": self._act,
        }
        method = request.match_info["method"]
        if method == "sendMessage":
            return await self._take(request, document)
        return methods[method](document) if method in methods else _refusal(404)

    async def _take(self, request: web.Request, document: Mapping[str, Any]) -> web.Response:
        fault = self.messages.next()
        code = judge_message(document) if fault.code is None else fault.code
        if not fault.taken and (answer := await act_out(request, fault)):
            return answer
        if code != _OK:
            self.refused.append(code)
            return _refusal(code)
        message_id = secrets.token_hex(10)
        to = document["chat_id"]
        self.accepted.append(Accepted(to=to, message=document, message_id=message_id, path="sendMessage"))
        return await act_out(request, fault) or _success({"message_id": message_id, "date": 1790000000000})

    def _get_me(self, _: Mapping[str, Any]) -> web.Response:
        return _success({"id": "1", "account_name": "bot.test", "account_type": "BASIC", "can_join_groups": False})

    def _get_webhook(self, _: Mapping[str, Any]) -> web.Response:
        return _success({"url": self.webhook}) if self.webhook else _refusal(404)

    def _set_webhook(self, document: Mapping[str, Any]) -> web.Response:
        secret = document.get("secret_token")
        if not is_text(document.get("url"), 500) or not isinstance(secret, str) or not 8 <= len(secret) <= 256:  # noqa: PLR2004 - documented
            return _refusal(400)
        self.webhook = document["url"]
        return _success({"url": self.webhook})

    def _delete_webhook(self, _: Mapping[str, Any]) -> web.Response:
        self.webhook = ""
        return _success({"url": ""})

    def _act(self, document: Mapping[str, Any]) -> web.Response:
        if document.get("action") != "typing" or not is_text(document.get("chat_id"), 128):
            return _refusal(400)
        self.typing.append(document["chat_id"])
        return _success({})


def judge_message(message: Mapping[str, Any]) -> int:
    """Return 0 for a message that the platform takes, else its code."""
    text = message.get("text")
    is_sound = is_text(message.get("chat_id"), 128) and is_text(text, TEXT) and is_composed(str(text))
    return _OK if is_sound and set(message) <= {"chat_id", "text", "parse_mode"} else 400


def message_event(
    name: str = "message.text.received", *, user: str = USER, date: int = 1790000070000, **content: Any
) -> dict[str, Any]:
    """An event of a private chat."""
    message = {
        "message_id": secrets.token_hex(10),
        "date": date,
        "from": {"id": user, "display_name": "N", "is_bot": False},
        "chat": {"id": user, "chat_type": "PRIVATE"},
        **content,
    }
    return {"event_name": name, "message": message}


def text_event(text: str, *, user: str = USER) -> dict[str, Any]:
    """A citizen wrote."""
    return message_event(user=user, text=text)


def _success(result: Mapping[str, Any]) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refusal(code: int) -> web.Response:
    return web.json_response({"ok": False, "error_code": code, "description": "refused"}, status=code)
