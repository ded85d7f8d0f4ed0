"""What WhatsApp's webhook bodies mean. Pure; the whole POST is walked and one bad item never loses the others.

Source: developers.facebook.com/documentation/business-messaging/whatsapp: webhooks/reference/messages (2026-06-17) and
business-scoped-user-ids (2026-05-28): since 2026 a person may have no telephone number, only a `user_id`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from bot.channel import Reading
from bot.messages import InboundUpdate, ReceiptStatus, StatusNote, UpdateKind
from webhooks import wire

CHANNEL = "whatsapp"
_OBJECT = "whatsapp_business_account"
_ATTACHMENTS = frozenset(
    {"image", "video", "document", "audio", "sticker", "location", "contacts", "order", "unsupported"}
)
# Edits, deletions and changes of number or identity: authentic, nothing to answer.
_NOTHING_TO_DO = frozenset({"system", "edit", "revoke"})
_STATUSES = {
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.READ,
    "played": ReceiptStatus.READ,
    "failed": ReceiptStatus.FAILED,
}
_SCOPED = 140  # characters of an id that outlives the number: country, perhaps "ENT", and up to 128 more
_TITLE = 256  # characters kept of a payload or an emoji sequence

Found: TypeAlias = InboundUpdate | str  # an update, or the reason why there is none
Content: TypeAlias = Mapping[str, Any] | str  # fields of an update, or the reason why there is none


class _Person(NamedTuple):
    """`contact` stays the same when the number disappears; `address` prefers the number, which every call accepts."""

    contact: str
    address: str


class _Account(NamedTuple):
    """Our number, and the people one change names: as the platform lists them, and telephone number -> BSUID."""

    phone_number_id: str
    display_number: str
    contacts: Sequence[Any]
    user_ids: Mapping[str, str]


def read(body: bytes, *, phone_number_id: str) -> Reading:
    """Translate an authentic body for our number. Raises BadPayload when it is no JSON object."""
    document = wire.json_object(body)
    if document.get("object") != _OBJECT:
        return Reading(ignored=("unknown_event",))
    updates: list[InboundUpdate] = []
    ignored: list[str] = []
    for found in _walk(document, phone_number_id):
        if isinstance(found, str):
            ignored.append(found)
        else:
            updates.append(found)
    return Reading(updates=tuple(updates), ignored=tuple(ignored))


def _walk(document: Mapping[str, Any], phone_number_id: str) -> Iterator[Found]:
    is_empty = True
    for entry in wire.items(document.get("entry")):
        for change in wire.items(wire.mapping(entry).get("changes")):
            is_empty = False
            yield from _walk_change(wire.mapping(change), phone_number_id)
    if is_empty:
        yield "malformed"


def _walk_change(change: Mapping[str, Any], phone_number_id: str) -> Iterator[Found]:
    value = wire.mapping(change.get("value"))
    if change.get("field") not in ("messages", "smb_message_echoes"):
        yield "nothing_to_do"
        return
    if not value:
        yield "malformed"
        return
    metadata = wire.mapping(value.get("metadata"))
    receiver = wire.identifier(metadata.get("phone_number_id"))
    if receiver != phone_number_id:  # never by display number: its digits differ from country to country
        yield "foreign_account"
        return
    contacts = wire.items(value.get("contacts"))
    account = _Account(receiver, _digits(metadata.get("display_phone_number")), contacts, _user_ids(contacts))
    named = [(reader, item) for key, reader in _READERS for item in wire.items(value.get(key))]
    for reader, item in named:
        yield reader(item, account) if isinstance(item, dict) else "malformed"
    if not named:  # errors of the account come alone
        yield "nothing_to_do" if wire.items(value.get("errors")) else "malformed"


def _read_message(message: Mapping[str, Any], account: _Account) -> Found:
    kind = message.get("type")
    if message.get("group_id") is not None:
        return "group"
    if isinstance(kind, str) and kind in _NOTHING_TO_DO:
        return "nothing_to_do"
    person = _person(message.get("from"), message.get("from_user_id"), account)
    id_ = wire.message_id(message.get("id"))
    if person is None or not id_ or not isinstance(kind, str):
        return "malformed"
    if person.address == account.display_number:
        return "echo"
    content = _content(kind, message)
    if isinstance(content, str):
        return content
    if "context" in message:
        content = {"reply_to": wire.message_id(wire.mapping(message["context"]).get("id")), **content}
    return _update(id_, person, account, message, **content)


def _content(kind: str, message: Mapping[str, Any]) -> Content:
    if kind in _CONTENTS:
        return _CONTENTS[kind](message)
    if kind in _ATTACHMENTS:
        caption = wire.text(wire.mapping(message.get(kind)).get("caption"))
        return {"kind": UpdateKind.ATTACHMENT, "attachment": kind, "text": caption}
    return {"kind": UpdateKind.UNKNOWN, "attachment": wire.word(kind)}


def _text(message: Mapping[str, Any]) -> Content:
    written = wire.mapping(message.get("text")).get("body")
    return {"kind": UpdateKind.TEXT, "text": wire.text(written)} if isinstance(written, str) else "malformed"


def _button(message: Mapping[str, Any]) -> Content:
    part = wire.mapping(message.get("button"))
    return _choice(part.get("payload"), part.get("text"))


def _interactive(message: Mapping[str, Any]) -> Content:
    if message.get("interactive") is None:
        # What the platform could not show us comes as an interactive message without content, errors beside it.
        return {"kind": UpdateKind.ATTACHMENT, "attachment": "unsupported"}
    part = wire.mapping(message.get("interactive"))
    kind = part.get("type")
    if kind in ("button_reply", "list_reply"):
        picked = wire.mapping(part.get(kind))
        return _choice(picked.get("id"), picked.get("title"))
    return "nothing_to_do" if kind == "nfm_reply" else "malformed"


def _choice(payload: Any, title: Any) -> Content:
    """A tap. Without a payload it is worth what its title says; the payload carries no authority either way."""
    key, text = wire.text(payload, _TITLE), wire.text(title)
    if key:
        return {"kind": UpdateKind.CHOICE, "payload": key, "text": text}
    return {"kind": UpdateKind.TEXT, "text": text} if text else "malformed"


def _reaction(message: Mapping[str, Any]) -> Content:
    """A removed reaction has an empty emoji, or none at all."""
    part = wire.mapping(message.get("reaction"))
    target = wire.message_id(part.get("message_id"))
    if not target:
        return "malformed"
    return {"kind": UpdateKind.REACTION, "reply_to": target, "emoji": wire.text(part.get("emoji"), 32)}


def _read_status(status: Mapping[str, Any], account: _Account) -> Found:
    id_, word = wire.message_id(status.get("id")), status.get("status")
    person = _person(status.get("recipient_id"), status.get("recipient_user_id"), account)
    if not id_ or person is None or not isinstance(word, str):
        return "malformed"
    if word not in _STATUSES:
        return "unknown_event"
    error = next(
        (code for item in wire.items(status.get("errors")) if (code := wire.stamp(wire.mapping(item).get("code")))),
        "",
    )
    note = StatusNote(message_ids=(id_,), status=_STATUSES[word], error=wire.text(error, 20))
    return _update(f"{id_}:{word}", person, account, status, kind=UpdateKind.STATUS, note=note)


def _read_echo(message: Mapping[str, Any], account: _Account) -> Found:
    """Somebody answered from the WhatsApp Business app on the phone."""
    id_, person = wire.message_id(message.get("id")), _person(message.get("to"), message.get("to_user_id"), account)
    if not id_ or person is None:
        return "malformed"
    text = wire.text(wire.mapping(message.get("text")).get("body"))
    return _update(id_, person, account, message, kind=UpdateKind.STAFF, text=text)


def _update(
    external_id: str, person: _Person, account: _Account, item: Mapping[str, Any], **more: Any
) -> InboundUpdate:
    return InboundUpdate(
        channel=CHANNEL,
        external_id=external_id,
        contact=person.contact,
        address=person.address,
        account=account.phone_number_id,
        sent_at=wire.moment(item.get("timestamp")),
        **more,
    )


def _person(phone: Any, user_id: Any, account: _Account) -> _Person | None:
    if phone in (None, "") and user_id in (None, ""):  # an item may leave to the list of contacts who it is about
        return _only_person(account.contacts)
    number, scoped = wire.identifier(phone), wire.identifier(user_id, _SCOPED)
    return _named(number, scoped or account.user_ids.get(number, ""))


def _named(number: str, scoped: str) -> _Person | None:
    if not (number or scoped):
        return None
    return _Person(contact=scoped or number, address=number or scoped)


def _only_person(contacts: Sequence[Any]) -> _Person | None:
    if len(contacts) != 1:
        return None
    contact = wire.mapping(contacts[0])
    return _named(wire.identifier(contact.get("wa_id")), wire.identifier(contact.get("user_id"), _SCOPED))


def _digits(number: Any) -> str:
    """A telephone number as `from` spells it: Meta writes its own with a plus, blanks and hyphens at times."""
    return re.sub(r"\D", "", number) if isinstance(number, str) else ""


def _user_ids(contacts: Sequence[Any]) -> Mapping[str, str]:
    found = {}
    for item in contacts:
        contact = wire.mapping(item)
        scoped = wire.identifier(contact.get("user_id"), _SCOPED)
        if scoped and (number := wire.identifier(contact.get("wa_id"))):
            found[number] = scoped
    return found


_READERS: Sequence[tuple[str, Callable[[Mapping[str, Any], _Account], Found]]] = (
    ("messages", _read_message),
    ("statuses", _read_status),
    ("message_echoes", _read_echo),
)
_CONTENTS: Mapping[str, Callable[[Mapping[str, Any]], Content]] = {
    "text": _text,
    "button": _button,
    "interactive": _interactive,
    "reaction": _reaction,
    "request_welcome": lambda _: {"kind": UpdateKind.START},
}
