"""While it is asked whether to delete everything: what is neither a yes, a no nor a question has it asked again."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dispatcher import Handler, dispatch
from bot.handlers.composing import remembering
from bot.handlers.hearing import is_question
from bot.handlers.picking import is_deletion_asked
from bot.messages import Outcome, OutcomeKind, Reply, Trace, Turn
from bot.phrases import phrase
from knowledge.base import Knowledge

# What the message was surely meant for; small talk and "did you mean" would read as if the deletion were agreed on.
_CLEAR = frozenset(
    {
        OutcomeKind.ANSWER,
        OutcomeKind.PARTIAL,
        OutcomeKind.DEADLINE,
        OutcomeKind.GUIDE,
        OutcomeKind.HANDOFF,
        OutcomeKind.PRIVACY,
    }
)


class Confirming:
    """Stands before `others`, who take the yes, the no and every other question."""

    def __init__(self, others: Sequence[Handler]) -> None:
        self._others = others

    def __call__(self, turn: Turn, knowledge: Knowledge) -> Outcome | None:
        """Return the outcome of whatever is typed while that question is open; None while it is not."""
        text = turn.update.text
        if turn.update.payload or not text.strip() or not is_deletion_asked(turn):
            return None
        outcome = dispatch(turn, knowledge, self._others)
        if outcome is None or outcome.kind in _CLEAR or is_question(text):
            return outcome
        reply = Reply(text=phrase("privacy.confirm_again"), choices=turn.state.choices)
        return Outcome(
            kind=OutcomeKind.PRIVACY,
            trace=Trace(handler="confirming", reason="asked_again"),
            reply=reply,
            state=remembering(reply, turn.state, at=turn.at),
        )
