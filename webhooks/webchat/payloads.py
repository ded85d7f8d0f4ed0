"""What travels between a page and the server, as plain values. Nothing in it is ever HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from bot.handlers.telling import TELL
from bot.layout import introduced
from bot.masking import masked
from bot.messages import Choice, InboundUpdate, Reply, UpdateKind
from bot.phrases import phrase
from bot.sessions import CHANNEL, Line, Transcript, external_id
from bot.slips import PATH
from runtime.errors import BadPayload
from webhooks import wire

BODY_LIMIT = 32 * 1024  # bytes of one request or frame: the longest question in the longest encoding, with room
ID_LIMIT = 64  # characters of the id that a page gives to a message
_CLIENT_ID = re.compile(rf"[A-Za-z0-9_-]{{8,{ID_LIMIT}}}")
_THREAD = re.compile(r"[0-9-]{0,64}")
_LINK = re.compile(rf"(?:https?://|tel:|mailto:|{PATH}(?=[\w-]))[^\s<>\"]+", re.IGNORECASE)
_CHOICE_LIMIT = 300


class TooLong(BadPayload):
    """The question is longer than allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something a visitor sent: a question, or a tap with what stands behind it. `client_id` makes repeats harmless."""

    client_id: str
    text: str = ""
    choice: str = ""

    def update(self, contact: str) -> InboundUpdate:
        """Return it in the form of every channel."""
        kind = UpdateKind.CHOICE if self.choice else UpdateKind.TEXT
        return InboundUpdate(
            channel=CHANNEL,
            external_id=external_id(contact, self.client_id),
            kind=kind,
            contact=contact,
            address=contact,
            text=self.text,
            payload=self.choice,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A judgement of one answer: 1, -1, or 0 to take it back."""

    message_id: int
    value: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a page has read."""

    thread: str = ""
    after: int = 0


def said(document: Mapping[str, Any], *, limit: int) -> Said:
    """Read what a visitor sent. Raises TooLong beyond `limit` characters, BadPayload when it is unusable."""
    client_id = document.get("id")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise BadPayload
    text = wire.text(document.get("text"), limit + 1)
    choice = wire.text(document.get("choice"), _CHOICE_LIMIT)
    if len(text) > limit:
        raise TooLong
    if not text and not choice:
        raise BadPayload
    return Said(client_id=client_id, text=text, choice=choice)


def rating(document: Mapping[str, Any], *, limit: int) -> Rating:
    """Read a judgement. Raises BadPayload when it is none."""
    message_id, value = document.get("message"), document.get("value")
    if not _is_count(message_id) or type(value) is not int or value not in {-1, 0, 1}:
        raise BadPayload
    return Rating(message_id=message_id, value=value, reason=wire.text(document.get("reason"), limit))


def place(document: Mapping[str, Any]) -> Place:
    """Read how far a page has read; anything odd means "nothing yet"."""
    thread, after = document.get("thread"), document.get("after")
    if isinstance(after, str) and after.isascii() and after.isdigit() and len(after) <= 18:  # noqa: PLR2004 - 64 bits
        after = int(after)
    if isinstance(thread, str) and _THREAD.fullmatch(thread) and _is_count(after):
        return Place(thread=thread, after=after)
    return Place()


def page(transcript: Transcript, at: Place) -> dict[str, Any]:
    """Return a transcript as JSON. `fresh`: forget what was shown before."""
    return {
        "thread": transcript.thread,
        "fresh": transcript.thread != at.thread,
        "mode": transcript.mode.value,
        "messages": [line_of(line) for line in transcript.lines],
    }


def line_of(line: Line) -> dict[str, Any]:
    """Return one message as JSON. Links of other kinds than web, slip, telephone and mail are left out.

    `lead` introduces the choices: what else there is to draw stands between it and the text. `offers`: choices that
    are no content, but something we may do.
    """
    reply = line.reply or {}
    source = reply.get("source")
    choices = tuple(Choice(title=item["title"], payload=item["payload"]) for item in reply.get("choices", ()))
    text, lead = introduced(Reply(text=masked(line.text), choices=choices))
    return {
        "id": line.id,
        "author": line.author,
        "text": text,
        "lead": lead,
        "at": line.at.isoformat(),
        "client": line.client_id,
        "rating": line.rating,
        "outcome": line.outcome,
        "choices": _drawn(each for each in choices if not each.payload.startswith(TELL)),
        "offers": _drawn(each for each in choices if each.payload.startswith(TELL)),
        "links": [dict(item) for item in reply.get("links", ()) if is_link(item.get("url"))],
        "source": source_of(source) if source else None,
    }


def _drawn(choices: Iterable[Choice]) -> list[dict[str, str]]:
    return [{"title": each.title, "choice": each.payload} for each in choices]


def source_of(source: Mapping[str, Any]) -> dict[str, str]:
    """Return where an answer comes from, with the sentence that says so."""
    title = " ".join(str(source.get("title", "")).split())
    on = "/".join(reversed(str(source.get("published_on") or "").split("-")))
    spoken = phrase("layout.source", title=title, date=on) if on else phrase("layout.source_undated", title=title)
    url = source.get("url")
    return {
        "title": title,
        "date": on,
        "quote": str(source.get("quote", "")),
        "url": str(url) if is_link(url) else "",
        "line": spoken,
    }


def is_link(url: Any) -> bool:
    """Tell whether a browser may be sent to `url`."""
    return isinstance(url, str) and bool(_LINK.fullmatch(url))


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63
