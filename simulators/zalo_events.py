"""Events as an Official Account's webhook gets them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from simulators.zalo_oauth import ZaloAccount

USER = "7411200000000000001"
TIMESTAMP = "1790000001000"


def message_event(
    account: ZaloAccount,
    name: str,
    message: Mapping[str, Any],
    *,
    user: str = USER,
    timestamp: str = TIMESTAMP,
) -> dict[str, Any]:
    """An event with sender, recipient and message; a message id is made up when none is given."""
    return {
        "app_id": account.app_id,
        "user_id_by_app": "5520000000000000011",
        "event_name": name,
        "timestamp": timestamp,
        "sender": {"id": user},
        "recipient": {"id": account.oa_id},
        "message": {"msg_id": secrets.token_hex(10), **message},
    }


def text_event(account: ZaloAccount, text: str, *, user: str = USER, timestamp: str = TIMESTAMP) -> dict[str, Any]:
    """A citizen wrote, or tapped a query button whose payload is `text`."""
    return message_event(account, "user_send_text", {"text": text}, user=user, timestamp=timestamp)


def follow_event(
    account: ZaloAccount, *, user: str = USER, name: str = "follow", timestamp: str = TIMESTAMP
) -> dict[str, Any]:
    """A citizen follows or, by `name`, leaves; there is neither sender nor message."""
    return {
        "oa_id": account.oa_id,
        "follower": {"id": user},
        "event_name": name,
        "source": "oa_profile",
        "app_id": account.app_id,
        "timestamp": timestamp,
    }


def person_event(account: ZaloAccount, name: str, *, user: str = USER) -> dict[str, Any]:
    """A citizen opened the chat or withdrew consent: the id stands alone."""
    return {
        "oa_id": account.oa_id,
        "user_id": user,
        "event_name": name,
        "app_id": account.app_id,
        "timestamp": TIMESTAMP,
    }


def echo_event(account: ZaloAccount, text: str, *, user: str = USER, admin_id: str = "") -> dict[str, Any]:
    """What the account itself sent; with `admin_id` a person wrote it in the chat tool."""
    event = message_event(account, "oa_send_text", {"text": text})
    sender = {"id": account.oa_id, **({"admin_id": admin_id} if admin_id else {})}
    return {**event, "sender": sender, "recipient": {"id": user}}
