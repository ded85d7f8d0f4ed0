"""A fake WhatsApp Cloud API: messages and the phone number of one account, signed events, statuses.

Refuses what Meta refuses, in its form `{error: {code, …}}` (developers.facebook.com/documentation/business-messaging/
whatsapp, 2026-06-17). Events are escaped as Meta escapes them, before they are signed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

TEXT, BODY, BUTTONS, TITLE, BUTTON_ID = 4096, 1024, 3, 20, 256
ROWS, ROW_ID, ROW_TITLE, ROW_DESCRIPTION = 10, 200, 24, 72
USER = "84000000101"

_OK, _TOKEN, _PARAMETER, _VALUE, _CLOSED = -1, 190, 100, 131009, 131047
_RATE, _PAIR_RATE = 130429, 131056
_STATUS = {_TOKEN: 401, 4: 429, 130429: 429, 131056: 429, 131000: 500, 131016: 503}


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppAccount:
    """The made-up number and application."""

    phone_number_id: str = "100000000000001"
    waba_id: str = "200000000000002"
    app_secret: str = "wa-app-test-secret"  # noqa: S105 - made up
    access_token: str = "wa-access-token"  # noqa: S105 - made up
    version: str = "v25.0"


class FakeWhatsApp:
    """One business number. `accepted` are messages taken, `read` the message ids marked as read."""

    def __init__(self, account: WhatsAppAccount | None = None) -> None:
        self.account = account or WhatsAppAccount()
        self.accepted: list[Accepted] = []
        self.refused: list[int] = []
        self.read: list[str] = []
        self.out_of_window: set[str] = set()
        self.messages = Script()
        self.receipts = Script()  # of our "read" and "typing", so that faults for messages meet messages
        self.quota = Quota(1.0)
        self.person_quota = Quota(6.0)
        self.app = web.Application()
        number = f"/{self.account.version}/{self.account.phone_number_id}"
        self.app.add_routes([web.post(f"{number}/messages", self._take), web.get(number, self._number)])

    def settings(self, base: str) -> Mapping[str, str]:
        """Return the settings with which `hoidap serve` talks to this platform, running at `base`."""
        account = self.account
        values = {
            "PHONE_NUMBER_ID": account.phone_number_id,
            "APP_SECRET": account.app_secret,
            "VERIFY_TOKEN": "simulated-verify-token",
            "ACCESS_TOKEN": account.access_token,
            "GRAPH_BASE": base,
        }
        return channel_settings("WHATSAPP", values)

    def fail(self, *codes: int) -> None:
        """Refuse the next messages with these codes, one each."""
        self.messages.add(*(Fault(code=code) for code in codes))

    def sign(self, body: bytes) -> dict[str, str]:
        """Return the header that Meta puts on an event."""
        digest = hmac.new(self.account.app_secret.encode(), body, hashlib.sha256).hexdigest()
        return {"X-Hub-Signature-256": f"sha256={digest}"}

    def wire(self, *values: Mapping[str, Any]) -> Wire:
        """Return one signed POST with one change per value."""
        body = wire_body(self.envelope(*values))
        return Wire(body=body, headers=self.sign(body))

    async def deliver(self, http: aiohttp.ClientSession, url: str, *values: Mapping[str, Any]) -> int:
        """Send one signed POST with one change per value and return the HTTP status."""
        wire = self.wire(*values)
        return await post_event(http, url, wire.body, wire.headers)

    def envelope(self, *values: Mapping[str, Any], name: str = "messages") -> dict[str, Any]:
        """Wrap values (`messages`, `statuses`, `message_echoes`) as a webhook body."""
        metadata = {"display_phone_number": "15550100999", "phone_number_id": self.account.phone_number_id}
        changes = [
            {"field": name, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
            for value in values
        ]
        return {"object": "whatsapp_business_account", "entry": [{"id": self.account.waba_id, "changes": changes}]}

    async def _number(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self.account.access_token}":
            return _refusal(_TOKEN)
        return web.json_response(
            {
                "id": self.account.phone_number_id,
                "verified_name": "Hoidap",
                "code_verification_status": "VERIFIED",
                "quality_rating": "GREEN",
                "platform_type": "CLOUD_API",
            }
        )

    async def _take(self, request: web.Request) -> web.Response:
        document = await json_body(request) or {}
        is_receipt = document.get("status") == "read"
        fault = (self.receipts if is_receipt else self.messages).next()
        code = self._judge(request, document) if fault.code is None else fault.code
        if not fault.taken and (answer := await act_out(request, fault)):
            return answer
        if code != _OK:
            self.refused.append(code)
            return _refusal(code)
        if is_receipt:
            self.read.append(document["message_id"])
            return web.json_response({"success": True})
        to = document.get("to") or document["recipient"]
        message_id = f"wamid.{secrets.token_hex(12)}"
        self.accepted.append(Accepted(to=to, message=document, message_id=message_id, path=request.path))
        if answer := await act_out(request, fault):
            return answer
        contacts = [{"input": to, "wa_id": to}]
        return web.json_response(
            {"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": message_id}]}
        )

    def _judge(self, request: web.Request, document: Mapping[str, Any]) -> int:
        if request.headers.get("Authorization") != f"Bearer {self.account.access_token}":
            return _TOKEN
        if document.get("messaging_product") != "whatsapp":
            return _PARAMETER
        if document.get("status") == "read":
            return _OK if is_text(document.get("message_id"), 256) else _PARAMETER
        receivers = [document[name] for name in ("to", "recipient") if name in document]
        if len(receivers) != 1 or not is_text(receivers[0], 140):
            return _PARAMETER
        if receivers[0] in self.out_of_window and document.get("type") != "template":
            return _CLOSED
        code = judge_message(document)
        return self._count(receivers[0]) if code == _OK else code

    def _count(self, receiver: str) -> int:
        if not self.quota.takes():
            return _RATE
        return _OK if self.person_quota.takes(receiver) else _PAIR_RATE


def judge_message(message: Mapping[str, Any]) -> int:
    """Return -1 for a message that Meta takes, else its code."""
    if message.get("type") == "text":
        body = message.get("text", {}).get("body")
        return _OK if is_text(body, TEXT) and is_composed(body) else _PARAMETER
    if message.get("type") == "template":
        return _OK if _is_template(message.get("template") or {}) else _PARAMETER
    interactive = message.get("interactive")
    if message.get("type") != "interactive" or not isinstance(interactive, dict):
        return _PARAMETER
    body = interactive.get("body", {}).get("text")
    if not is_text(body, BODY) or not is_composed(body):
        return _VALUE
    judges = {"button": _is_buttons, "list": _is_list, "cta_url": _is_link}
    judge = judges.get(interactive.get("type", ""))
    return _OK if judge is not None and judge(interactive.get("action") or {}) else _VALUE


def _is_template(template: Mapping[str, Any]) -> bool:
    """Tell whether a template is named, has a language and body variables of one line (no breaks, tabs, 5 blanks)."""
    parts = [part for part in template.get("components", ()) if part.get("type") == "body"]
    texts = [variable.get("text") for part in parts for variable in part.get("parameters", ())]
    is_named = is_text(template.get("name"), 512) and is_text((template.get("language") or {}).get("code"), 8)
    return is_named and all(is_text(text, BODY) and not re.search(r"[\n\t]| {5}", text) for text in texts)


def _is_buttons(action: Mapping[str, Any]) -> bool:
    replies = [button.get("reply", {}) for button in action.get("buttons", ()) if button.get("type") == "reply"]
    return (
        1 <= len(replies) <= BUTTONS
        and len(replies) == len(action["buttons"])
        and all(_is_title(reply.get("title"), TITLE) and is_text(reply.get("id"), BUTTON_ID) for reply in replies)
        and _are_different([reply["title"] for reply in replies])
        and _are_different([reply["id"] for reply in replies])
    )


def _is_list(action: Mapping[str, Any]) -> bool:
    sections = action.get("sections", ())
    rows = [row for section in sections for row in section.get("rows", ())]
    return (
        is_text(action.get("button"), TITLE)
        and 1 <= len(rows) <= ROWS
        and (len(sections) == 1 or all(is_text(section.get("title"), ROW_TITLE) for section in sections))
        and all(_is_title(row.get("title"), ROW_TITLE) and is_text(row.get("id"), ROW_ID) for row in rows)
        and all(is_text(row.get("description", "-"), ROW_DESCRIPTION) for row in rows)
        and _are_different([row["id"] for row in rows])
    )


def _is_link(action: Mapping[str, Any]) -> bool:
    parameters = action.get("parameters", {})
    url = parameters.get("url")
    is_url = isinstance(url, str) and url.startswith(("http://", "https://"))
    return action.get("name") == "cta_url" and is_url and is_text(parameters.get("display_text"), TITLE)


def _is_title(value: Any, limit: int) -> bool:
    return is_text(value, limit) and value == value.strip()


def _are_different(values: Sequence[str]) -> bool:
    return len(set(values)) == len(values)


def wire_body(document: Mapping[str, Any]) -> bytes:
    r"""Serialise as Meta does: letters outside ASCII as \uXXXX, slashes escaped."""
    return json.dumps(document, separators=(",", ":")).replace("/", "\\/").encode()


def _refusal(code: int) -> web.Response:
    error = {"message": f"(#{code}) refused", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    return web.json_response({"error": error}, status=_STATUS.get(code, 400))
