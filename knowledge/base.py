"""The knowledge in use: a snapshot and the matcher built from it, always exchanged together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from knowledge.matching.likeness import Gist
from knowledge.matching.model import Context, Match
from knowledge.snapshot import Snapshot

if TYPE_CHECKING:
    from knowledge.entry_trial import Rehearsal


class MatcherLike(Protocol):
    """Finds the entry that answers a text."""

    def match(self, text: str, *, context: Context | None = None) -> Match:
        """Return what may be said to `text`. Pure: the same text and context give the same match."""
        ...

    def split(self, text: str) -> tuple[str, ...]:
        """Return the one or two questions in a text; two only when each can be answered by itself."""
        ...

    def questions(self, text: str) -> tuple[str, ...]:
        """Return the questions that a message asks, whether they have an answer or not."""
        ...

    def gist(self, text: str) -> Gist:
        """Return a text as something to compare with others by `knowledge.matching.likeness`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """A snapshot with its matcher. The matcher knows exactly the entries of this snapshot.

    `rehearsed`: the change that was tried on it last, if any; it lives as long as what it was tried on.
    """

    snapshot: Snapshot
    matcher: MatcherLike
    rehearsed: list[Rehearsal] = field(default_factory=list, init=False, compare=False, repr=False)
