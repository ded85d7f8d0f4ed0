"""What a change does to replies: the reply to a question before and after, and what became of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from knowledge.matching.index import Index
from knowledge.matching.matcher import Matcher
from knowledge.matching.model import Match, Verdict

MOST_PARAPHRASES, MOST_TESTS = 100, 80  # questions that are asked in earnest, the most exposed first; bounds the time
_SHOWN = 3  # choices that a citizen sees
_HAIR = 0.01  # confidence; a paraphrase nobody typed, on the edge of a choice, is not lost or gained by less


class Origin(StrEnum):
    """Where a question comes from."""

    OWN = "own"  # a wording of the changed entry itself
    WORDING = "wording"  # of another entry, word for word
    PARAPHRASE = "paraphrase"  # of an entry, asked as if it were not among its wordings: as people nearly ask
    TEST = "test"
    EXAMPLE = "example"  # must not be answered by the entry


class Effect(StrEnum):
    """What a change does to a question, the worst first."""

    STOLEN = "stolen"  # had its right answer, gets that of the changed entry, or a choice that begins with it
    LOST = "lost"  # had its right answer, gets none, another, or a choice that the changed entry crowds into
    FORBIDDEN = "forbidden"  # answered by the entry although it excludes it, or did so far
    VAGUE = "vague"  # a wording of the entry that only names what several others speak of, too: it does not say which
    UNREACHED = "unreached"  # a wording of the entry that does not lead to it
    TAKEN = "taken"  # a wording of the entry that led elsewhere so far
    OVERTAKEN = "overtaken"  # the changed entry is offered before the right one
    WEAKER = "weaker"  # had its right answer, gets a choice of it and others: the weights have shifted
    GAINED = "gained"
    OTHER = "other"


_LOSING = frozenset({Effect.STOLEN, Effect.LOST, Effect.WEAKER})
_BLOCKING = _LOSING | {Effect.FORBIDDEN, Effect.VAGUE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question whose reply is known: the key of an entry, or "" when no entry may answer it."""

    text: str
    expected: str
    origin: Origin = Origin.TEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What would be said: the entry that answers or stands nearest, or the choices."""

    verdict: Verdict
    entries: tuple[str, ...] = ()

    @property
    def answer(self) -> str:
        """The entry spoken as fact, or ""."""
        return self.entries[0] if self.verdict is Verdict.ANSWER else ""

    @property
    def first(self) -> str:
        """The entry that is spoken or offered first, or ""."""
        return self.entries[0] if self.entries else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A reply that would change."""

    question: Question
    effect: Effect
    before: Reply
    after: Reply

    @property
    def blocks(self) -> bool:
        """Tell whether the entry may only be published with a reason."""
        return self.effect in _BLOCKING


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Every reply that would change, the worst first. `asked`: how many questions were asked in earnest."""

    shifts: tuple[Shift, ...]
    asked: int

    @property
    def blocking(self) -> tuple[Shift, ...]:
        """Those that need a reason."""
        return tuple(shift for shift in self.shifts if shift.blocks)

    @property
    def losing(self) -> int:
        """How many of those take a right answer away; the others are at fault in themselves."""
        return sum(shift.effect in _LOSING for shift in self.blocking)


def reply_of(match: Match) -> Reply:
    """Return what a match lets be said."""
    if match.verdict is Verdict.CHOICES:
        return Reply(verdict=match.verdict, entries=tuple(each.entry for each in match.candidates[:_SHOWN]))
    if match.verdict in {Verdict.ANSWER, Verdict.PARTIAL}:
        return Reply(verdict=match.verdict, entries=(match.candidates[0].entry,))
    return Reply(verdict=match.verdict)


class Comparison:
    """The matcher as it is and as it would be. `changed`: the entry that would be another; None: none would."""

    def __init__(self, before: Matcher, after: Matcher, changed: str | None = None) -> None:
        self.before = before
        self.after = after
        self.changed = changed
        self.asked = 0

    def report(self, shifts: Iterable[Shift]) -> Report:
        """Return the shifts that were found, the worst first."""
        order = {effect: at for at, effect in enumerate(Effect)}
        return Report(shifts=tuple(sorted(shifts, key=lambda shift: order[shift.effect])), asked=self.asked)

    def replies(self, text: str) -> tuple[Reply, Reply]:
        """Ask both."""
        self.asked += 1
        return reply_of(self.before.match(text)), reply_of(self.after.match(text))

    def compared(self, question: Question) -> Iterator[Shift]:
        """Ask both a question, word for word."""
        before, after = self.replies(question.text)
        if (before.verdict, before.first) != (after.verdict, after.first):  # the third choice may be any
            effect = effect_of(question, before, after, self.changed)
            yield Shift(question=question, effect=effect, before=before, after=after)

    def paraphrase(self, row: int, earlier: int, owner: str) -> Iterator[Shift]:
        """Ask both a wording of `owner` as if it were unknown; `row` and `earlier` are its places after and before.

        Only what had its right answer, or was offered it first, has something to lose.
        """
        self.asked += 1
        known = self.before.match_without(earlier)
        before = reply_of(known)
        if before.first != owner or before.verdict is Verdict.PARTIAL:
            return
        found = self.after.match_without(row)
        after = reply_of(found)
        question = Question(text=self.after.index.wordings[row].text, expected=owner, origin=Origin.PARAPHRASE)
        effect = effect_of(question, before, after, self.changed)
        best = found.candidates[0].confidence if found.candidates else 0.0
        if effect in {Effect.WEAKER, Effect.GAINED} and abs(known.candidates[0].confidence - best) < _HAIR:
            return
        if before != after and effect is not Effect.OTHER:
            yield Shift(question=question, effect=effect, before=before, after=after)


def is_right(question: Question, reply: Reply) -> bool:
    """Tell whether a question gets its right reply: its entry as the answer, or no answer when none may be given."""
    return reply.answer == question.expected


def effect_of(question: Question, before: Reply, after: Reply, changed: str | None) -> Effect:
    """Name what becomes of a question whose reply differs."""
    right = question.expected
    had, has = is_right(question, before), is_right(question, after)
    if had and not has:
        if after.first == changed:
            return Effect.STOLEN
        shown = after.entries[:_SHOWN]
        drifted = question.origin is Origin.PARAPHRASE and right in shown and changed not in shown
        return Effect.WEAKER if drifted else Effect.LOST
    if has and not had:
        return Effect.GAINED
    overtaken = right and before.first == right and after.first == changed != right
    return Effect.OVERTAKEN if overtaken else Effect.OTHER


def rows_of(index: Index) -> dict[tuple[str, str], int]:
    """Return the place of each wording by its entry and its words."""
    owners = index.owners.tolist()
    return {(index.entries[owners[row]].key, wording.text): row for row, wording in enumerate(index.wordings)}
