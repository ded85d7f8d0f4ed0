"""Arrivals, and things the assistant cannot read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.handlers.composing import featured, remembering
from bot.messages import Outcome, OutcomeKind, Reply, Trace, Turn, UpdateKind
from bot.phrases import phrase
from knowledge.base import Knowledge

# Five pictures in a row get one request to type, not five.
BURST = timedelta(minutes=2)
# A text is one of them when nothing visible was in it.
_UNREADABLE = frozenset({UpdateKind.ATTACHMENT, UpdateKind.UNKNOWN, UpdateKind.TEXT})


def lifecycle(turn: Turn, knowledge: Knowledge) -> Outcome | None:
    """Welcome who arrives; ask who sent a picture or a voice note to type instead."""
    kind = turn.update.kind
    if kind in {UpdateKind.FOLLOW, UpdateKind.START}:
        reply = Reply(text=phrase("lifecycle.welcome"), choices=featured(knowledge.snapshot, on=turn.on))
        return Outcome(
            kind=OutcomeKind.SMALLTALK,
            trace=Trace(handler="lifecycle", reason=kind.value),
            reply=reply,
            state=remembering(reply, turn.state, at=turn.at),
        )
    if kind in _UNREADABLE and not turn.update.text.strip():
        return _ask_to_type(turn)
    return None


def _ask_to_type(turn: Turn) -> Outcome:
    nudged = turn.state.nudged_at
    trace = Trace(handler="lifecycle", reason=turn.update.attachment or turn.update.kind.value)
    if nudged is not None and turn.at - nudged < BURST:
        return Outcome(kind=OutcomeKind.SMALLTALK, trace=trace, state=turn.state)
    return Outcome(
        kind=OutcomeKind.SMALLTALK,
        trace=trace,
        reply=Reply(text=phrase("lifecycle.type_please")),
        state=replace(turn.state, nudged_at=turn.at),
        miss="" if turn.update.kind is UpdateKind.TEXT else "unsupported_media",
    )
