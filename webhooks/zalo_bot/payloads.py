"""What events of the Zalo Bot Platform mean, and how a reply looks there. Pure.

Source: docs.zaloplatforms.com/docs/BOT (checked 2026-10-02) and real traffic of 2026-09: the documented envelope
`{ok, result: {event_name, message}}` and the bare one both occur. There are no buttons: menus are numbered text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot import layout
from bot.channel import Limits, Reading
from bot.messages import InboundUpdate, Payload, Reply, UpdateKind
from webhooks import wire

CHANNEL = "zalo_bot"
LIMITS = Limits(text=2000, choices=0, choice_title=0)
_MESSAGES = 5  # parts of one answer; the platform's monthly allowance counts each
_KINDS = {
    "message.text.received": "text",
    "message.image.received": "image",
    "message.sticker.received": "sticker",
    "message.voice.received": "voice",
    # A pasted link or a protected sender comes without any content; silence would look like a crash.
    "message.unsupported.received": "unsupported",
}


def read(body: bytes) -> Reading:
    """Translate one authentic event. Raises BadPayload when it is no JSON object."""
    document = wire.json_object(body)
    event = wire.mapping(document.get("result")) or document
    name = event.get("event_name")
    if not isinstance(name, str) or name not in _KINDS:
        return _ignored("unknown_event")
    message = wire.mapping(event.get("message"))
    sender, chat = wire.mapping(message.get("from")), wire.mapping(message.get("chat"))
    contact, address = wire.identifier(sender.get("id")), wire.identifier(chat.get("id"))
    message_id = wire.message_id(message.get("message_id"))
    content = _content(_KINDS[name], message)
    if not (contact and message_id and content):
        return _ignored("malformed")
    if sender.get("is_bot") is True:
        return _ignored("other_bot")
    if chat.get("chat_type") not in (None, "PRIVATE"):
        return _ignored("group")
    update = InboundUpdate(
        channel=CHANNEL,
        external_id=message_id,
        contact=contact,
        address=address or contact,
        sent_at=wire.moment(message.get("date")),
        **content,
    )
    return Reading(updates=(update,))


def render(reply: Reply) -> Sequence[Payload]:
    """Return the text messages that say `reply`, its choices as a numbered menu at the end."""
    source = layout.source_line(reply.source, with_url=True) if reply.source else ""
    said, lead = layout.introduced(reply)
    tail = layout.paragraphs(source, layout.link_lines(reply.links), layout.numbered(reply.choices, 120, lead=lead))
    return [{"text": part} for part in layout.fold(said, tail, LIMITS.text, most=_MESSAGES)]


def _content(kind: str, message: Mapping[str, Any]) -> dict[str, Any]:
    if kind != "text":
        return {"kind": UpdateKind.ATTACHMENT, "attachment": kind, "text": wire.text(message.get("caption"))}
    if not isinstance(message.get("text"), str):
        return {}
    return {"kind": UpdateKind.TEXT, "text": wire.text(message.get("text"))}


def _ignored(reason: str) -> Reading:
    return Reading(ignored=(reason,))
