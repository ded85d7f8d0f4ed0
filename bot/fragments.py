"""A question sent in pieces: what cannot be answered alone is read together with what follows it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from bot.messages import InboundUpdate, Outcome, OutcomeKind, Turn, UpdateKind

MAX_FRAGMENTS = 4
MAX_WORDS = 8  # a longer message is a sentence, not a piece of one

ANNOUNCING = "asking"  # the reason of an outcome: a question was announced, and will follow
_UNSETTLED = frozenset({OutcomeKind.UNKNOWN, OutcomeKind.CHOICES, OutcomeKind.PARTIAL})


def is_settled(outcome: Outcome | None) -> bool:
    """Tell whether an outcome stands by itself, so that nothing more need be waited for."""
    return outcome is None or (outcome.kind not in _UNSETTLED and outcome.trace.reason != ANNOUNCING)


def is_fragment(update: InboundUpdate) -> bool:
    """Tell whether an update may be a piece of a question: typed, and short. Taps never are."""
    return update.kind is UpdateKind.TEXT and not update.payload and len(update.text.split()) <= MAX_WORDS


def joined(turn: Turn, rest: Sequence[InboundUpdate]) -> Turn:
    """Return the turn with the texts of all fragments read as one, in the order they came."""
    text = " ".join(update.text for update in (turn.update, *rest))
    return replace(turn, update=structs.replace(turn.update, text=text))
