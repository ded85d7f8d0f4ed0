"""The first handler that has an answer decides the turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.messages import Outcome, Turn
from knowledge.base import Knowledge


class Handler(Protocol):
    """One kind of conversation. Pure: the same turn and knowledge give the same outcome."""

    def __call__(self, turn: Turn, knowledge: Knowledge) -> Outcome | None:
        """Return the outcome, or None when this turn is not for this handler."""
        ...


def dispatch(turn: Turn, knowledge: Knowledge, handlers: Sequence[Handler]) -> Outcome | None:
    """Return the outcome of the first handler that has one; None when nobody has anything to say."""
    for handler in handlers:
        outcome = handler(turn, knowledge)
        if outcome is not None:
            return outcome
    return None
