"""The three platforms as scenes: what a person can do there, as events, and what they see, as bubbles."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from simulators import whatsapp_events, zalo_bot, zalo_events
from simulators.platform import Accepted, Fault
from simulators.scene import Bubble, Button, Said
from simulators.whatsapp import FakeWhatsApp
from simulators.zalo import LADDER, FakeZalo
from simulators.zalo_bot import FakeZaloBot


class ZaloScene:
    """Zalo Official Account."""

    name, path, shows_taps = "zalo", "/webhooks/zalo", False
    ladder: Sequence[float] = LADDER
    codes: Sequence[int] = (-216, -32, -200, -201, -213, -230, -221)

    def __init__(self) -> None:
        self._platform = FakeZalo()
        self._platform.quota.count = 4000
        self.app, self.accepted, self.faults = self._platform.app, self._platform.accepted, self._platform.messages

    def person(self) -> str:
        """Return the id of somebody new."""
        return "74112" + "".join(secrets.choice("0123456789") for _ in range(14))

    def text(self, person: str, text: str, at: datetime) -> Said:
        """They wrote."""
        return self._said(zalo_events.text_event(self._platform.account, text, user=person, timestamp=_millis(at)))

    def tap(self, person: str, button: Button, at: datetime) -> Said:
        """A tap is a text that carries the button's payload."""
        return self.text(person, button.payload, at)

    def other(self, person: str, act: str, at: datetime) -> Said | None:
        """They sent a picture, follow or leave."""
        account, when = self._platform.account, _millis(at)
        if act == "picture":
            content = {"attachments": [{"type": "image", "payload": {"url": "https://example.zdn.vn/1.jpg"}}]}
            event = zalo_events.message_event(account, "user_send_image", content, user=person, timestamp=when)
            return self._said(event)
        return self._said(zalo_events.follow_event(account, user=person, name=act, timestamp=when))

    def react(self, person: str, message_id: str, is_good: bool, at: datetime) -> Said | None:  # noqa: FBT001 - one of two
        """They put a thumb on a message."""
        content = {"msg_id": message_id, "react_icon": "/-strong" if is_good else "/-weak"}
        return self._notice("user_reacted_message", content, person, at)

    def seen(self, person: str, message_id: str, at: datetime) -> Sequence[Said]:
        """Their phone got it, then they saw it."""
        return (
            self._notice("user_received_message", {"msg_id": message_id}, person, at),
            self._notice("user_seen_message", {"msg_ids": [message_id], "msg_id": message_id}, person, at),
        )

    def _notice(self, name: str, message: Mapping[str, Any], person: str, at: datetime) -> Said:
        account = self._platform.account
        return self._said(zalo_events.message_event(account, name, message, user=person, timestamp=_millis(at)))

    def _said(self, event: Mapping[str, Any]) -> Said:
        return Said(wire=self._platform.wire(event), id=event.get("message", {}).get("msg_id", ""))

    def bubble(self, sent: Accepted) -> Bubble:
        """Text with buttons below it."""
        found = sent.message.get("attachment", {}).get("payload", {}).get("buttons", ())
        return Bubble(text=sent.message["text"], buttons=tuple(_zalo_button(button) for button in found))

    def settings(self, base: str) -> Mapping[str, str]:
        """Return the settings with which `hoidap serve` talks to this simulator."""
        return self._platform.settings(base)


class ZaloBotScene:
    """Zalo Bot Platform: text only."""

    name, path, shows_taps = "zalo-bot", "/webhooks/zalo-bot", False
    ladder: Sequence[float] = ()  # whether it repeats events is documented nowhere
    codes: Sequence[int] = (401, 403, 429, 500)

    def __init__(self) -> None:
        self._platform = FakeZaloBot()
        self.app, self.accepted, self.faults = self._platform.app, self._platform.accepted, self._platform.messages

    def person(self) -> str:
        """Return the id of somebody new."""
        return secrets.token_hex(10)

    def text(self, person: str, text: str, at: datetime) -> Said:
        """They wrote."""
        return self._said(zalo_bot.message_event(user=person, date=int(_millis(at)), text=text))

    def tap(self, person: str, button: Button, at: datetime) -> Said:
        """There are no buttons: the number is typed."""
        return self.text(person, button.payload or button.title, at)

    def other(self, person: str, act: str, at: datetime) -> Said | None:
        """They sent a picture."""
        if act != "picture":
            return None
        name, url = "message.image.received", "https://example.zdn.vn/1.jpg"
        return self._said(zalo_bot.message_event(name, user=person, date=int(_millis(at)), photo_url=url))

    def react(self, person: str, message_id: str, is_good: bool, at: datetime) -> Said | None:  # noqa: ARG002, FBT001 - not here
        """There are no reactions."""
        return None

    def seen(self, person: str, message_id: str, at: datetime) -> Sequence[Said]:  # noqa: ARG002 - not here
        """There are no notices."""
        return ()

    def _said(self, event: Mapping[str, Any]) -> Said:
        return Said(wire=self._platform.wire(event), id=event["message"]["message_id"])

    def bubble(self, sent: Accepted) -> Bubble:
        """Plain text."""
        return Bubble(text=sent.message["text"])

    def settings(self, base: str) -> Mapping[str, str]:
        """Return the settings with which `hoidap serve` talks to this simulator."""
        return self._platform.settings(base)


class WhatsAppScene:
    """WhatsApp Cloud API."""

    name, path, shows_taps = "whatsapp", "/webhooks/whatsapp", True
    ladder: Sequence[float] = (10.0, 60.0, 300.0, 1800.0)  # Meta repeats for 7 days, ever more rarely
    codes: Sequence[int] = (190, 131056, 130429, 131000, 131009, 131026, 131047)

    def __init__(self) -> None:
        self._platform = FakeWhatsApp()
        self._platform.quota.count, self._platform.person_quota.count = 80, 1
        self.app, self.accepted, self.faults = self._platform.app, self._platform.accepted, self._platform.messages

    def person(self) -> str:
        """Return the number of somebody new."""
        return "8490" + "".join(secrets.choice("0123456789") for _ in range(7))

    def text(self, person: str, text: str, at: datetime) -> Said:
        """They wrote."""
        return self._said(whatsapp_events.text_value(text, user=person, timestamp=_seconds(at)))

    def tap(self, person: str, button: Button, at: datetime) -> Said:
        """They tapped a button or a row."""
        kind = button.kind or "button_reply"
        part = {"type": kind, kind: {"id": button.payload, "title": button.title}}
        return self._said(
            whatsapp_events.message_value("interactive", user=person, timestamp=_seconds(at), interactive=part)
        )

    def other(self, person: str, act: str, at: datetime) -> Said | None:
        """They sent a picture, or opened the chat for the first time."""
        when = _seconds(at)
        if act == "picture":
            part = {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}
            return self._said(whatsapp_events.message_value("image", user=person, timestamp=when, image=part))
        if act == "follow":
            return self._said(whatsapp_events.message_value("request_welcome", user=person, timestamp=when))
        return None

    def react(self, person: str, message_id: str, is_good: bool, at: datetime) -> Said | None:  # noqa: FBT001 - one of two
        """They put a thumb on a message."""
        emoji = "\N{THUMBS UP SIGN}" if is_good else "\N{THUMBS DOWN SIGN}"
        part = {"message_id": message_id, "emoji": emoji}
        return self._said(whatsapp_events.message_value("reaction", user=person, timestamp=_seconds(at), reaction=part))

    def seen(self, person: str, message_id: str, at: datetime) -> Sequence[Said]:  # noqa: ARG002 - Meta's own stamp
        """Sent, delivered, read."""
        return [
            Said(wire=self._platform.wire(whatsapp_events.status_value(message_id, status, user=person)))
            for status in ("sent", "delivered", "read")
        ]

    def _said(self, value: Mapping[str, Any]) -> Said:
        return Said(wire=self._platform.wire(value), id=value["messages"][0]["id"])

    def bubble(self, sent: Accepted) -> Bubble:
        """Text, or a body with buttons, a list or a link."""
        if sent.message["type"] == "text":
            return Bubble(text=sent.message["text"]["body"])
        part = sent.message["interactive"]
        action, body = part["action"], part["body"]["text"]
        if part["type"] == "cta_url":
            parameters = action["parameters"]
            return Bubble(text=body, buttons=(Button(title=parameters["display_text"], url=parameters["url"]),))
        if part["type"] == "button":
            replies = [button["reply"] for button in action["buttons"]]
            return Bubble(text=body, buttons=tuple(Button(title=r["title"], payload=r["id"]) for r in replies))
        rows = [row for section in action["sections"] for row in section["rows"]]
        buttons = tuple(
            Button(title=row["title"], payload=row["id"], detail=row.get("description", ""), kind="list_reply")
            for row in rows
        )
        return Bubble(text=body, buttons=buttons, menu=action["button"])

    def settings(self, base: str) -> Mapping[str, str]:
        """Return the settings with which `hoidap serve` talks to this simulator."""
        return self._platform.settings(base)


SCENES: Mapping[str, type[ZaloScene | ZaloBotScene | WhatsAppScene]] = {
    "zalo": ZaloScene,
    "zalo-bot": ZaloBotScene,
    "whatsapp": WhatsAppScene,
}


def fault_named(word: str) -> Fault:
    """Return the fault of a word: a code of the platform, `http:502`, `drop`, `hang`, `lost`, or `ok` for none.

    Raises ValueError for any other word.
    """
    if word in {"drop", "hang", "lost", "ok"}:
        return {
            "drop": Fault(drop=True),
            "hang": Fault(hang=15.0),
            "ok": Fault(),
            "lost": Fault(hang=15.0, taken=True),
        }[word]
    kind, _, status = word.rpartition(":")
    return Fault(status=int(status)) if kind == "http" else Fault(code=int(word))


def _zalo_button(button: Mapping[str, Any]) -> Button:
    payload = button["payload"]
    if not isinstance(payload, dict):
        return Button(title=button["title"], payload=payload)
    return Button(title=button["title"], url=payload.get("url") or f"tel:+{payload['phone_code']}")


def _millis(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))
