"""Speaking an entry on a day: its answer, its buttons, and what staff want said once it has expired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.handlers.composing import (
    ENTRY_PREFIX,
    MAX_RELATED,
    PERSON,
    Office,
    choices_of,
    related_choices,
    source_of,
)
from bot.messages import Choice, Link, OutcomeKind, Reply
from bot.phrases import phrase
from knowledge.buttons import Button, ButtonKind
from knowledge.snapshot import OnExpiry, PublishedEntry, Snapshot

FULL_PREFIX = "#full:"
_MOST_HEIRS = 8  # followed from one successor to the next; staff may have closed a circle


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What is said of an entry, and what that amounts to. `entry` is the one that answers: perhaps a successor.

    `miss`: why staff should look at it; "" when all is well.
    """

    reply: Reply
    entry: str
    kind: OutcomeKind = OutcomeKind.ANSWER
    expired: bool = False
    miss: str = ""


def speak(
    snapshot: Snapshot, entry: PublishedEntry, *, on: date, office: Office, near: Iterable[str] = (), full: bool = False
) -> Spoken:
    """Speak an entry with its source; one that is expired or not in force yet says plainly that it is.

    `near` are keys that may be offered to go on from here; `full` gives the long answer.
    """
    if entry.validity.has_ended(on) and entry.on_expiry is not OnExpiry.WARN:
        heir = _heir(snapshot, entry, on)
        if heir is not None:
            spoken = speak(snapshot, heir, on=on, office=office, near=near)
            lead = phrase("reply.succeeded", question=entry.question, until=_last_day(entry))
            return replace(spoken, reply=replace(spoken.reply, text=f"{lead}\n\n{spoken.reply.text}"))
        if entry.on_expiry is OnExpiry.HIDE:
            return _withheld(entry, office)
    ended, ahead = entry.validity.has_ended(on), entry.validity.is_ahead(on)
    related = related_choices(snapshot, entry, near, on=on)
    own = tuple(_own_choices(snapshot, entry, on=on, full=full))
    reply = Reply(
        text=_text(entry, on=on, office=office, full=full),
        source=source_of(entry),
        choices=(*own, *related[: max(MAX_RELATED - len(own), 0)]),
        links=tuple(_links(entry.buttons)),
    )
    miss = "entry_expired" if ended else "entry_ahead" if ahead else ""
    return Spoken(reply=reply, entry=entry.key, expired=ended, miss=miss)


def _heir(snapshot: Snapshot, entry: PublishedEntry, on: date) -> PublishedEntry | None:
    """Return the entry in force at the end of the line of successors; None when the line leads nowhere."""
    heir: PublishedEntry | None = entry
    for _ in range(_MOST_HEIRS):
        if heir is None or not heir.validity.has_ended(on):
            return heir
        heir = snapshot.entries.get(heir.successor) if heir.on_expiry is OnExpiry.SUCCESSOR else None
    return None


def _withheld(entry: PublishedEntry, office: Office) -> Spoken:
    text = phrase("reply.withheld", question=entry.question, until=_last_day(entry))
    return Spoken(
        reply=Reply(text=f"{text} {office.offer()}", links=office.links()),
        entry="",
        kind=OutcomeKind.UNKNOWN,
        expired=True,
        miss="entry_expired",
    )


def _text(entry: PublishedEntry, *, on: date, office: Office, full: bool) -> str:
    short, long = (entry.answer or entry.answer_full), (entry.answer_full or entry.answer)
    text = (long if full else short) or phrase("reply.no_answer_text", office=office.title)
    starts_on = entry.validity.starts_on
    if starts_on is not None and entry.validity.is_ahead(on):
        text = f"{phrase('reply.ahead', starts_on=f'{starts_on:%d/%m/%Y}', office=office.title)}\n\n{text}"
    if entry.validity.has_ended(on):
        text = f"{text}\n\n{phrase('reply.expired', until=_last_day(entry), office=office.title)}"
    return text


def _own_choices(snapshot: Snapshot, entry: PublishedEntry, *, on: date, full: bool) -> Iterator[Choice]:
    if entry.answer and entry.answer_full and not full:
        title = phrase("reply.full")
        yield Choice(title=title, short_title=title, payload=f"{FULL_PREFIX}{entry.key}")
    for button in entry.buttons:
        if button.kind is ButtonKind.HANDOFF:
            yield Choice(title=button.label, short_title=button.label, payload=PERSON)
        elif button.kind is ButtonKind.ENTRY:
            for opened in choices_of(snapshot, (button.target,), on=on):
                yield replace(opened, title=button.label, short_title=button.label)


def _links(buttons: Iterable[Button]) -> Iterator[Link]:
    for button in buttons:
        if button.kind is ButtonKind.URL:
            yield Link(title=button.label, url=button.target)
        elif button.kind is ButtonKind.PHONE:
            digits = "".join(char for char in button.target if char.isdigit() or char == "+")
            yield Link(title=button.label, url=f"tel:{digits}")


def _last_day(entry: PublishedEntry) -> str:
    assert entry.validity.until is not None, "only what has ended has a last day"
    return f"{entry.validity.until - timedelta(days=1):%d/%m/%Y}"


def opened(payload: str) -> tuple[str, bool] | None:
    """Return the key that a payload opens, and whether in full; None when it opens no entry."""
    for prefix in (ENTRY_PREFIX, FULL_PREFIX):
        if payload.startswith(prefix):
            return payload.removeprefix(prefix), prefix == FULL_PREFIX
    return None
