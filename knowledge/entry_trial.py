"""What publishing an entry would change in the replies of all others: stolen questions, lost answers, gains. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.behaviour import (
    MOST_PARAPHRASES,
    MOST_TESTS,
    Comparison,
    Effect,
    Origin,
    Question,
    Report,
    Shift,
    rows_of,
)
from knowledge.matching import exposure
from knowledge.matching.asking.documents import Document
from knowledge.matching.index import Index
from knowledge.matching.judging.verdict import says_too_little
from knowledge.matching.matcher import Matcher
from knowledge.matching.normalizer import fold
from knowledge.matching.query import prepare
from knowledge.snapshot import PublishedEntry, in_words

_EXPOSED = -0.25  # margin of exposure below which no question of the development bases was taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What becomes of the questions of the base if an entry is published in this form. `asked` as in Report."""

    entry: PublishedEntry
    shifts: tuple[Shift, ...]
    asked: int


def check_entry(
    matcher: Matcher,
    entry: PublishedEntry,
    tests: Sequence[Question] = (),
    *,
    rehearsed: list[Rehearsal] | None = None,
) -> Report:
    """Compare the replies of `matcher` with those it would give if `entry` were published in this form.

    Asks every question whose reply may change: the wordings of the entry, what it excludes, wordings of others that
    read alike or name its documents, the most exposed of all others as paraphrases, and of `tests`. Takes up to two
    seconds for 1,000 entries: call it in a thread. `rehearsed`: what was tried on this matcher last; the same entry is
    not tried again, another takes its place.
    """
    trial = _Trial(matcher, matcher.with_entry(entry), entry)
    known = next((each for each in rehearsed or () if each.entry == entry), None) or rehearse(trial)
    if rehearsed is not None:
        rehearsed[:] = [known]
    trial.asked = known.asked
    return trial.report(_once([*known.shifts, *trial.of_tests(tests)]))


def rehearse(trial: _Trial) -> Rehearsal:
    """Ask the questions of the base whose reply may change: nearly all of the time that `check_entry` takes."""
    shifts = (*trial.of_the_entry(), *trial.of_others())
    return Rehearsal(entry=trial.entry, shifts=shifts, asked=trial.asked)


def _once(shifts: Sequence[Shift]) -> Sequence[Shift]:
    """Leave out that the entry gains a wording of its own where the same words must not lead to it: it is one question.

    A test question may say of a new wording that another entry answers it, or none.
    """
    kept_back = {fold(shift.question.text) for shift in shifts if shift.blocks}
    return [
        shift for shift in shifts
        if shift.effect not in {Effect.GAINED, Effect.TAKEN} or fold(shift.question.text) not in kept_back
    ]  # fmt: skip


class _Trial(Comparison):
    """The same for an entry that is published, or published anew."""

    def __init__(self, before: Matcher, after: Matcher, entry: PublishedEntry) -> None:
        super().__init__(before, after, entry.key)
        self.entry = entry
        self.place = after.index.positions[entry.key]

    def of_the_entry(self) -> Iterator[Shift]:
        """Ask its own wordings, which must lead to it, and what it excludes or did so far, which must not."""
        for text in self.entry.wordings:
            before, after = self.replies(text)
            question = Question(text=text, expected=self.entry.key, origin=Origin.OWN)
            if after.answer != self.entry.key:
                yield Shift(question=question, effect=Effect.UNREACHED, before=before, after=after)
            elif before != after:
                led_elsewhere = before.entries and self.entry.key not in before.entries
                is_vague = says_too_little(prepare(text, self.before.index), self.before.index)
                effect = Effect.VAGUE if is_vague else Effect.TAKEN if led_elsewhere else Effect.GAINED
                yield Shift(question=question, effect=effect, before=before, after=after)
        at = self.before.index.positions.get(self.entry.key)
        excluded = _excluded(self.before.index.entries[at]) if at is not None else ()
        for text in dict.fromkeys((*_excluded(self.entry), *excluded)):
            before, after = self.replies(text)
            if after.answer == self.entry.key:
                question = Question(text=text, expected="", origin=Origin.EXAMPLE)
                yield Shift(question=question, effect=Effect.FORBIDDEN, before=before, after=after)

    def of_others(self) -> Iterator[Shift]:
        """Ask wordings of other entries: word for word where that can change, and as paraphrases."""
        index = self.after.index
        margins = exposure.of_wordings(index, self.place)
        exposed = [row for row in np.argsort(-margins)[:MOST_PARAPHRASES].tolist() if margins[row] >= _EXPOSED]
        rows = rows_of(self.before.index)
        for row in exposed:
            owner = index.entries[index.owners[row]].key
            earlier = rows.get((owner, index.wordings[row].text))
            if earlier is not None:
                yield from self.paraphrase(row, earlier, owner)
        for row in sorted(self._alike())[:MOST_TESTS]:
            question = Question(
                text=index.wordings[row].text, expected=index.entries[index.owners[row]].key, origin=Origin.WORDING
            )
            yield from self.compared(question)

    def of_tests(self, tests: Sequence[Question]) -> Iterator[Shift]:
        """Ask the stored questions the entry can take, and those that are to lead to it."""
        margins = exposure.of_texts(self.after.index, self.place, [test.text for test in tests])
        for at in np.argsort(-margins)[:MOST_TESTS].tolist():
            if margins[at] >= _EXPOSED or tests[at].expected == self.entry.key:
                yield from self.compared(tests[at])

    def _alike(self) -> set[int]:
        """Return wordings of others that read like one of the entry's, or name a document it newly names or drops."""
        index = self.after.index
        own = index.wordings[index.starts[self.place] : index.stops[self.place]]
        found = {row for wording in own for said in (wording.written, wording.reading) for row in _same(index, said)}
        documents = set(index.book.facts[self.place].documents) ^ _documents(self.before.index, self.entry.key)
        for at, fact in enumerate(index.book.facts if documents else ()):
            if any(known.fits(document) for known in fact.wordings.documents for document in documents):
                found |= set(range(index.starts[at], index.stops[at]))
        return {row for row in found if index.owners[row] != self.place}


def _excluded(entry: PublishedEntry) -> tuple[str, ...]:
    return (*entry.must_not_match, *in_words(entry.not_covered))


def _same(index: Index, said: tuple[str, ...]) -> Iterable[int]:
    return index.exact.get(said, ())


def _documents(index: Index, key: str) -> set[Document]:
    at = index.positions.get(key)
    return set() if at is None else set(index.book.facts[at].documents)
