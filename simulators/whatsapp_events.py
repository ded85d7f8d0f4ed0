"""Values of a webhook change as WhatsApp sends them."""

from __future__ import annotations

import secrets
from typing import Any

from simulators.whatsapp import USER

TIMESTAMP = "1790000001"


def message_value(kind: str, *, user: str = USER, timestamp: str = TIMESTAMP, **content: Any) -> dict[str, Any]:
    """One message of a kind; its own part is given under the kind's name."""
    message = {"from": user, "id": f"wamid.{secrets.token_hex(12)}", "timestamp": timestamp, "type": kind, **content}
    return {"contacts": [{"profile": {"name": "N"}, "wa_id": user}], "messages": [message]}


def text_value(text: str, *, user: str = USER, timestamp: str = TIMESTAMP) -> dict[str, Any]:
    """A citizen wrote."""
    return message_value("text", user=user, timestamp=timestamp, text={"body": text})


def tap_value(payload: str, title: str, *, user: str = USER, kind: str = "button_reply") -> dict[str, Any]:
    """A citizen tapped a button or, by `kind` "list_reply", picked a row."""
    return message_value("interactive", user=user, interactive={"type": kind, kind: {"id": payload, "title": title}})


def status_value(message_id: str, status: str, *, user: str = USER, code: int = 0) -> dict[str, Any]:
    """What became of one of our messages."""
    item: dict[str, Any] = {"id": message_id, "status": status, "timestamp": TIMESTAMP, "recipient_id": user}
    if code:
        item["errors"] = [{"code": code, "title": "refused"}]
    return {"statuses": [item]}


def echo_value(text: str, *, user: str = USER) -> dict[str, Any]:
    """Staff answered from the phone (field `smb_message_echoes`)."""
    message_id = f"wamid.{secrets.token_hex(12)}"
    item = {"from": "15550100999", "to": user, "id": message_id, "timestamp": TIMESTAMP, "type": "text"}
    return {"message_echoes": [{**item, "text": {"body": text}}]}
