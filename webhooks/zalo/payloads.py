"""What Zalo's events mean. Pure; lenient where the platform is careless, silent where nothing is to be done.

Source: docs.zaloplatforms.com/docs/OA, webhook pages (surveyed 2026-08-20; envelope, event list, attachments). A tap on
a query button has no event of its own: it is `user_send_text` carrying the button's payload.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.channel import Reading
from bot.messages import InboundUpdate, ReceiptStatus, StatusNote, UpdateKind
from webhooks import wire

CHANNEL = "zalo"
ANONYMOUS = "anonymous:"

# Our own button payloads ("#faq:key", "#erase"): a tap arrives as the text of a message. Somebody typing one means the
# same: it opens something, or concerns nobody but the person who typed it.
_CHOICE = re.compile(r"#(?:[a-z]+:\S{1,200}|person|erase|keep|do-not-tell|forget-reminders)")
_STATUS_IDS = 200  # ids one "seen" event may name; more is noise

# Reaction icons (docs.zaloplatforms.com/docs/OA, reactions) as the emoji they show.
_EMOJI = {
    "/-strong": "\N{THUMBS UP SIGN}",
    "/-weak": "\N{THUMBS DOWN SIGN}",
    "/-heart": "\N{HEAVY BLACK HEART}",
    ":>": "\N{SMILING FACE WITH OPEN MOUTH}",
    ":o": "\N{FACE WITH OPEN MOUTH}",
    ":-((": "\N{LOUDLY CRYING FACE}",
    ":-h": "\N{POUTING FACE}",
    "/-remove": "",
}

# Events that are authentic and need nothing. Those not listed anywhere are counted as "unknown_event".
_NOTHING_TO_DO = frozenset(
    {
        "oa_reacted_message",
        "user_submit_info",  # personal data we did not ask for: not stored
        "update_user_info",
        "add_user_to_tag",
        "remove_user_from_tag",
        "remove_tag",
        "user_feedback",
        "user_click_response_button",
        "change_oa_daily_quota",
        "change_template_status",
        "change_template_quality",
        "change_template_quota",
        "change_oa_template_tags",
        "oa_send_consent",
        "user_reply_consent",
        "user_call_oa",
        "oa_call_user",
        "widget_interaction_accepted",
        "widget_failed_to_sync_user_external_id",
        "extension_purchased",
        "shop_has_order",
        "permission_revoked",
    }
)
_ATTACHMENTS = frozenset(
    {"image", "gif", "video", "audio", "voice", "file", "sticker", "link", "location", "business_card"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """The envelope, every id already text or empty."""

    name: str
    document: Mapping[str, Any] = field(repr=False)
    digest: str
    account: str
    at: datetime | None

    @property
    def message(self) -> Mapping[str, Any]:
        return wire.mapping(self.document.get("message"))

    def side(self, name: str) -> str:
        return _person(wire.mapping(self.document.get(name)).get("id"))

    @property
    def oa(self) -> str:
        return self.side("recipient") or wire.identifier(self.document.get("oa_id"))

    @property
    def person(self) -> str:
        """Who follows, leaves or taps: these events have neither sender nor message."""
        return self.side("follower") or _person(self.document.get("user_id")) or self.side("sender")

    def update(self, kind: UpdateKind, contact: str, external_id: str = "", **more: Any) -> Reading:
        """An event without a message id is named by its body, which a redelivery repeats byte for byte."""
        update = InboundUpdate(
            channel=CHANNEL,
            external_id=external_id or f"{self.name}:{self.digest}",
            kind=kind,
            contact=contact,
            account=self.account,
            sent_at=self.at,
            **{"address": contact, **more},
        )
        return Reading(updates=(update,))


def read(body: bytes, *, oa_id: str) -> Reading:
    """Translate one authentic event for the account `oa_id`. Raises BadPayload when it is no JSON object."""
    document = wire.json_object(body)
    name = document.get("event_name")
    if not isinstance(name, str):
        return _ignored("malformed")
    event = _Event(
        name=name,
        document=document,
        digest=hashlib.sha256(body).hexdigest()[:32],
        account=oa_id,
        at=wire.moment(document.get("timestamp")),
    )
    return _reader(name)(event)


def _reader(name: str) -> Callable[[_Event], Reading]:
    if name in _READERS:
        return _READERS[name]
    if "group" in name:
        return lambda _: _ignored("group")
    if name.startswith("oa_send_"):
        return _read_echo
    if name in _NOTHING_TO_DO or name.startswith("event_journey_"):
        return lambda _: _ignored("nothing_to_do")
    sender, _, kind = name.rpartition("_send_")
    if sender in {"user", "anonymous"} and kind in _ATTACHMENTS:
        return _read_message
    return lambda _: _ignored("unknown_event")


def _read_message(event: _Event) -> Reading:
    contact, message_id = event.side("sender"), wire.message_id(event.message.get("msg_id"))
    address = _anonymous(contact, event.message) if event.name.startswith("anonymous_") else contact
    is_text = event.name.endswith("_send_text")
    if not (address and message_id and event.oa) or (is_text and not isinstance(event.message.get("text"), str)):
        return _ignored("malformed")
    if event.oa != event.account:
        return _ignored("foreign_account")
    if contact == event.account:
        return _ignored("echo")
    text = wire.text(event.message.get("text"))
    more = {"address": address, "text": text, "reply_to": wire.message_id(event.message.get("quote_msg_id"))}
    if not is_text:
        return event.update(UpdateKind.ATTACHMENT, contact, message_id, attachment=_attachment(event), **more)
    if _CHOICE.fullmatch(text):
        return event.update(UpdateKind.CHOICE, contact, message_id, payload=text, **more)
    return event.update(UpdateKind.TEXT, contact, message_id, **more)


def _read_echo(event: _Event) -> Reading:
    """Our own message come back, unless `admin_id` says that a person wrote it in the OA's chat tool."""
    by_person = wire.identifier(wire.mapping(event.document.get("sender")).get("admin_id"))
    contact = event.side("recipient")
    if not by_person:
        return _ignored("echo")
    if event.side("sender") != event.account:
        return _ignored("foreign_account")
    if not contact:
        return _ignored("malformed")
    more: dict[str, Any] = {"text": wire.text(event.message.get("text"))}
    if event.name.startswith("oa_send_anonymous_"):
        more["address"] = _anonymous(contact, event.message) or contact
    return event.update(UpdateKind.STAFF, contact, wire.message_id(event.message.get("msg_id")), **more)


def _read_about_person(kind: UpdateKind) -> Callable[[_Event], Reading]:
    def reader(event: _Event) -> Reading:
        if event.oa and event.oa != event.account:
            return _ignored("foreign_account")
        return event.update(kind, event.person) if event.person else _ignored("malformed")

    return reader


def _read_status(status: ReceiptStatus) -> Callable[[_Event], Reading]:
    def reader(event: _Event) -> Reading:
        # Which side is the account differs between sources; the other one is the person.
        sides = event.side("sender"), event.side("recipient")
        contact = next((side for side in sides if side and side != event.account), "")
        if event.account not in sides:
            return _ignored("foreign_account")
        named = [*wire.items(event.message.get("msg_ids"))[:_STATUS_IDS], event.message.get("msg_id")]
        ids = tuple(dict.fromkeys(id_ for value in named if (id_ := wire.message_id(value))))
        if not (contact and ids):
            return _ignored("malformed")
        return event.update(UpdateKind.STATUS, contact, note=StatusNote(message_ids=ids, status=status))

    return reader


def _read_reaction(event: _Event) -> Reading:
    contact, icon = event.side("sender"), event.message.get("react_icon")
    reply_to = wire.message_id(event.message.get("msg_id"))
    if not (contact and reply_to and isinstance(icon, str)):
        return _ignored("malformed")
    if event.oa != event.account:
        return _ignored("foreign_account")
    word = wire.text(icon, limit=32)
    return event.update(UpdateKind.REACTION, contact, emoji=_EMOJI.get(word, word), payload=word, reply_to=reply_to)


def _attachment(event: _Event) -> str:
    """The first type named, else what the event's own name says."""
    for item in wire.items(event.message.get("attachments")):
        if kind := wire.word(wire.mapping(item).get("type")):
            return kind
    return event.name.rpartition("_send_")[2]


def _anonymous(contact: str, message: Mapping[str, Any]) -> str:
    """The address of someone without an account: the reply needs both ids (docs.zaloplatforms.com/docs/OA)."""
    conversation = _person(message.get("conversation_id"))
    return f"{ANONYMOUS}{contact}:{conversation}" if contact and conversation else ""


def _person(value: Any) -> str:
    # A colon parts our addresses of anonymous people, so an id with one is not taken.
    id_ = wire.identifier(value)
    return "" if ":" in id_ else id_


def _ignored(reason: str) -> Reading:
    return Reading(ignored=(reason,))


_READERS: Mapping[str, Callable[[_Event], Reading]] = {
    "user_send_text": _read_message,
    "anonymous_send_text": _read_message,
    "follow": _read_about_person(UpdateKind.FOLLOW),
    "user_click_chatnow": _read_about_person(UpdateKind.START),
    "unfollow": _read_about_person(UpdateKind.UNFOLLOW),
    "user_withdraw": _read_about_person(UpdateKind.ERASE),
    "user_received_message": _read_status(ReceiptStatus.DELIVERED),
    "user_seen_message": _read_status(ReceiptStatus.READ),
    "user_reacted_message": _read_reaction,
}
