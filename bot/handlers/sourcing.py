"""Where an answer comes from, for who asks after it: the article and the sentence that the last answer rests on."""

from __future__ import annotations

from dataclasses import replace

from bot.handlers.composing import is_recent, source_of, source_of_competition
from bot.handlers.saying import says, utterance_of
from bot.messages import DialogueState, Outcome, OutcomeKind, Reply, Source, Trace, Turn
from bot.phrases import phrase
from knowledge.base import Knowledge
from knowledge.snapshot import Snapshot


def sourcing(turn: Turn, knowledge: Knowledge) -> Outcome | None:
    """Return the source of what was said last; None when nobody asks for it, or nothing was said."""
    state, snapshot = turn.state, knowledge.snapshot
    is_there = state.entry in snapshot.entries or state.competition in snapshot.competitions
    if turn.update.payload or not is_recent(turn) or not is_there:
        return None
    if not says(utterance_of(turn.update.text), "manners.source"):
        return None
    source = _source(state, snapshot)
    is_near = bool(state.entry) and not state.is_told
    said = f"source{'' if source is not None else '_unknown'}{'_near' if is_near else ''}"
    return Outcome(
        kind=OutcomeKind.SMALLTALK,
        trace=Trace(handler="sourcing", reason="told" if source is not None else "unknown"),
        reply=Reply(text=phrase(f"manners.{said}_reply"), source=source),
        state=replace(state, at=turn.at),
    )


def _source(state: DialogueState, snapshot: Snapshot) -> Source | None:
    entry = snapshot.entries.get(state.entry)
    if entry is not None:
        return source_of(entry)
    return source_of_competition(snapshot, snapshot.competitions.get(state.competition))
