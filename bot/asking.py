"""One question through the same path as a live message, without a conversation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.dispatcher import Handler, dispatch
from bot.layout import source_line
from bot.messages import InboundUpdate, Outcome, OutcomeKind, Reply, Source, Trace, Turn, UpdateKind
from bot.privacy import redact
from knowledge.base import Knowledge

MAX_SHOWN = 5


def ask(
    text: str,
    knowledge: Knowledge,
    handlers: Sequence[Handler],
    *,
    at: datetime,
    channel: str = "ask",
    contact: str = "",
) -> Outcome:
    """Return the outcome of a question asked out of the blue at a moment (its own zone gives the calendar day).

    `contact`: who asks; people without one are not offered to be told later.
    """
    update = InboundUpdate(channel=channel, external_id="", kind=UpdateKind.TEXT, contact=contact, text=redact(text))
    outcome = dispatch(Turn(update=update, at=at, on=at.date()), knowledge, handlers)
    return outcome or Outcome(kind=OutcomeKind.UNKNOWN, trace=Trace(handler="none", reason="empty"))


def as_json(text: str, outcome: Outcome) -> dict[str, Any]:
    """Return the result of `ask --json` (docs/developers/interface.md)."""
    return {
        "text": text,
        "outcome": outcome.kind.value,
        "entry": outcome.entry or None,
        "confidence": round(outcome.confidence, 4),
        "candidates": [
            {"entry": ranked.entry, "confidence": round(ranked.confidence, 4)}
            for ranked in outcome.candidates[:MAX_SHOWN]
        ],
        "expired": outcome.expired,
        "reply": _reply_json(outcome.reply),
        "reason": outcome.trace.reason,
        "trace": list(outcome.trace.steps),
    }


def _reply_json(reply: Reply | None) -> dict[str, Any]:
    if reply is None:
        return {"text": "", "links": [], "choices": [], "source": None}
    links = [reply.source.url] if reply.source else []
    return {
        "text": reply.text,
        "links": links + [link.url for link in reply.links if link.url.startswith("http")],
        "choices": [{"title": choice.title, "payload": choice.payload} for choice in reply.choices],
        "source": _source_json(reply.source) if reply.source else None,
    }


def _source_json(source: Source) -> dict[str, Any]:
    published_on = source.published_on.isoformat() if source.published_on else None
    return {
        "line": source_line(source, with_url=False),
        "title": source.title,
        "url": source.url,
        "published_on": published_on,
        "quote": source.quote,
    }
