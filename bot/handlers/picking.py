"""Opening what the last menu offered: by payload, number, place or its very label. Never by searching the label."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import cache

from msgspec import structs

from bot.dispatcher import Handler
from bot.handlers.composing import ENTRY_PREFIX, Office, remembering
from bot.handlers.saying import Utterance, is_just, mentions, says, utterance_of
from bot.handlers.smalltalk import ERASE, KEEP
from bot.handlers.speaking import opened, speak
from bot.messages import Outcome, OutcomeKind, Reply, Trace, Turn, UpdateKind
from bot.phrases import phrase, words
from knowledge.base import Knowledge
from knowledge.matching.normalizer import fold, normalize

MENU_LIFE = timedelta(hours=24)
_NUMBER = r"\d{1,2}"
_SIGNS = " .,!?"  # at the ends of a message
_PLACES = {"first": 0, "second": 1, "third": 2, "last": -1}  # words of the catalogue -> place in a menu


class Picking:
    """Handles choices. `others` are asked again when the pick is not an entry but an intent (a "yes, erase")."""

    def __init__(self, office: Office, others: tuple[Handler, ...] = ()) -> None:
        self._office = office
        self._others = others

    def __call__(self, turn: Turn, knowledge: Knowledge) -> Outcome | None:
        """Return the outcome when the update picks something."""
        payload = turn.update.payload or picked(turn) or _placed(turn)
        if not payload:
            return None
        entry = opened(payload)
        if entry is not None:
            return self._open(turn, knowledge, *entry)
        tapped = replace(turn, update=structs.replace(turn.update, kind=UpdateKind.CHOICE, payload=payload, text=""))
        for handler in self._others:
            outcome = handler(tapped, knowledge)
            if outcome is not None:
                return outcome
        return self._gone(turn)

    def _open(self, turn: Turn, knowledge: Knowledge, key: str, full: bool) -> Outcome:  # noqa: FBT001 - as `opened` gives them
        entry = knowledge.snapshot.entries.get(key)
        if entry is None:
            return self._gone(turn)
        offered = (choice.payload.removeprefix(ENTRY_PREFIX) for choice in turn.state.choices)
        spoken = speak(knowledge.snapshot, entry, on=turn.on, office=self._office, near=offered, full=full)
        return Outcome(
            kind=spoken.kind,
            trace=Trace(handler="picking", reason="picked_full" if full else "picked"),
            reply=spoken.reply,
            state=remembering(spoken.reply, turn.state, at=turn.at, entry=spoken.entry, is_answered=True),
            entry=spoken.entry,
            confidence=1.0,
            expired=spoken.expired,
        )

    def _gone(self, turn: Turn) -> Outcome:
        return Outcome(
            kind=OutcomeKind.UNKNOWN,
            trace=Trace(handler="picking", reason="gone"),
            reply=Reply(text=phrase("reply.gone")),
            state=turn.state,
        )


def wrong_number(turn: Turn) -> Reply | None:
    """Return what to say to a bare number that picks nothing: which numbers there are. None: it is no bare number."""
    if _numbered(_NUMBER, asked=False).fullmatch(_bare(turn.update.text)) is None:
        return None
    if not _is_menu_open(turn):
        return Reply(text=phrase("reply.no_menu"))
    last = len(turn.state.choices)
    return Reply(text=phrase("reply.no_such_number", last=last) if last > 1 else phrase("reply.no_such_number_of_one"))


def picked(turn: Turn) -> str:
    """Return the payload of the choice that a typed number or label names, "" when it names none."""
    state = turn.state
    if not _is_menu_open(turn):
        return ""
    text = _bare(turn.update.text)
    number = _named(_NUMBER, text)
    if number is not None and 1 <= int(number[1]) <= len(state.choices):
        payload = state.choices[int(number[1]) - 1].payload
        # "Cái thứ 2 là gì" opens an entry; of a guide's question it asks what the second answer means.
        return payload if payload.startswith(ENTRY_PREFIX) or _numbered(_NUMBER, asked=False).fullmatch(text) else ""
    asked = _agreed(turn)
    if asked:
        return asked
    labels = {
        _bare(label): choice.payload
        for choice in state.choices
        for label in (choice.short_title, choice.title)
        if label
    }
    return labels.get(text, "")


def _placed(turn: Turn) -> str:
    """Return the payload of the entry that a word names by its place ("cái đầu tiên", "thứ hai"), "" for none.

    Of entries only: in the menus of a guide such a word may be the answer itself ("ba"). With other marks it is
    another word ("đâu" is no "đầu").
    """
    if not _is_menu_open(turn) or part_named(turn):
        return ""
    entries = [choice.payload for choice in turn.state.choices if choice.payload.startswith(ENTRY_PREFIX)]
    at = _place_in(turn.update.text)
    return entries[at] if at is not None and at < len(entries) and entries else ""


def part_named(turn: Turn) -> str:
    """Return the question of several in one message that is named by its place ("câu thứ hai"), "" for none."""
    parts, text = turn.state.parts, turn.update.text
    if (
        turn.update.payload
        or not parts
        or not turn.state.lives(turn.at, MENU_LIFE)
        or not fold(text).startswith(_question_words())
    ):
        return ""
    at = _place_in(text)
    return parts[at] if at is not None and at < len(parts) else ""


def _place_in(text: str) -> int | None:
    """Return the place that a text names and nothing else, 0 for the first and -1 for the last; None: it names none."""
    places = {word: at for name, at in _PLACES.items() for word in words(f"picking.{name}")}
    places |= {fold(word): at for word, at in places.items()}
    said = normalize(text).strip(_SIGNS)
    named = _named("|".join(map(re.escape, places)), fold(said))
    return places.get(said[slice(*named.span(1))]) if named is not None else None  # folded letters keep their places


def _agreed(turn: Turn) -> str:
    """Return the payload that a mere yes picks: the one entry offered ("is it this?"), or what was to be confirmed."""
    state, heard = turn.state, utterance_of(turn.update.text)
    if is_deletion_asked(turn):
        return _confirmed(heard)
    payloads = [choice.payload for choice in state.choices]
    is_question = len(payloads) == 1 and payloads[0].startswith(ENTRY_PREFIX) and not state.entry
    return payloads[0] if is_question and is_just(heard, "manners.assent") else ""


def is_deletion_asked(turn: Turn) -> bool:
    """Tell whether the last thing asked is whether everything shall be deleted."""
    return _is_menu_open(turn) and [choice.payload for choice in turn.state.choices] == [ERASE, KEEP]


def _confirmed(heard: Utterance) -> str:
    """Return the payload of a yes or a no to the deletion; "" for what is neither, or without its marks both."""
    is_no = any(is_just(heard, key) for key in ("manners.dissent", "smalltalk.cancel", "privacy.refuse"))
    is_wished = says(heard, "privacy.agree") and not any(
        mentions(heard, key) for key in ("manners.dissent", "privacy.refuse")
    )
    is_yes = is_wished or is_just(heard, "manners.assent")
    if is_yes == is_no:
        return ""
    return ERASE if is_yes else KEEP


def _is_menu_open(turn: Turn) -> bool:
    return bool(turn.state.choices) and turn.state.lives(turn.at, MENU_LIFE)


@cache
def _question_words() -> tuple[str, ...]:
    return tuple(fold(word) for word in words("picking.part_leads"))


def _bare(text: str) -> str:
    return fold(text).strip(_SIGNS)


def _named(named: str, text: str) -> re.Match[str] | None:
    return _numbered(named, asked=False).fullmatch(text) or _numbered(named, asked=True).fullmatch(text)


@cache
def _numbered(named: str, *, asked: bool) -> re.Pattern[str]:
    """Return how people name a choice by a number or a word for its place (the pattern `named`): "câu 2 ạ".

    `asked`: how they ask about it, "cái thứ 2 là gì"; without a word before it, a number may be that of a document.
    """
    tails = (*words("picking.number_tails"), *(words("picking.number_asks") if asked else ()))
    leads, tails_said = (
        "|".join(re.escape(fold(word)) for word in listed) for listed in (words("picking.number_leads"), tails)
    )
    return re.compile(rf"(?:(?:{leads})\s*){'+' if asked else '*'}({named})(?:\s*(?:{tails_said}))*")
