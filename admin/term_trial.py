"""A term tried before it is saved: what the matcher would make of a question, and what of all that it can answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from admin.wording import say
from knowledge.base import Knowledge
from knowledge.behaviour import Report
from knowledge.matching.lexicon import ABBREVIATION, FILLER, FUNCTION, Term
from knowledge.matching.matcher import Matcher
from knowledge.matching.normalizer import normalize
from knowledge.matching.taught import Sense, Understood, entries_saying, other_senses, understand, unknown_words
from knowledge.safeguards import replies_changed_by_terms
from knowledge.schema import TermItem
from knowledge.term_listing import Standing, standing_of, term_of, used_on
from knowledge.terms import StoredTerm, stored_terms
from runtime.database import Session

SAMPLE_LENGTH = 200  # characters of a question that is tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A term tried on a question: without it, and with it. `is_ours`: the question was made up for want of another.

    `senses`: what else its word stands for. `said_by`: how many entries say the word, when reading it otherwise may
    harm them. `unknown`: words of its meaning that the knowledge does not hold.
    """

    text: str
    term: Term
    before: Understood
    after: Understood
    titles: tuple[str, str]  # of the entries that come out best, before and after; "" for none
    senses: tuple[Sense, ...]
    said_by: int
    unknown: tuple[str, ...]
    is_ours: bool

    @property
    def is_read_otherwise(self) -> bool:
        """Tell whether the term makes a difference to how the question is read."""
        return (self.before.reading, self.before.official) != (self.after.reading, self.after.official)

    @property
    def was_understood(self) -> bool:
        """Tell whether the question is read as the term means it also without the term."""
        meant = normalize(self.term.meaning)
        is_read = any(choice.is_read and normalize(choice.meaning) == meant for choice in self.after.choices)
        return is_read and not self.is_read_otherwise

    @property
    def is_answered_alike(self) -> bool:
        """Tell whether the same comes of the question."""
        return (self.before.verdict, self.before.entry) == (self.after.verdict, self.after.entry)


async def try_term(
    item: TermItem, sample: str, others: Sequence[StoredTerm], known: Knowledge, *, on: date
) -> Trial | None:
    """Try a term beside the `others` that hold on a day; None when the matcher explains nothing (tests)."""
    matcher = known.matcher
    if not isinstance(matcher, Matcher):
        return None
    text = sample[:SAMPLE_LENGTH] or say("terms.sample", term=item.term)
    trial = await asyncio.to_thread(_tried, term_of(item), text, used_on(others, on), known, matcher)
    return replace(trial, is_ours=not sample)


async def replies_changed(
    session: Session, item: TermItem, stored: StoredTerm | None, known: Knowledge, *, on: date
) -> Report:
    """Return what saving a term in place of the `stored` one would change in the replies; nothing when it is over.

    One that only begins later is tried as if it had begun: nobody looks again on that day.
    """
    if standing_of(item, on) is Standing.PAST or (stored is not None and stored.item == item):
        return Report(shifts=(), asked=0)
    others = [each for each in await stored_terms(session) if stored is None or each.id != stored.id]
    touched = [term_of(each) for each in (item, *([stored.item] if stored else []))]
    return await replies_changed_by_terms(session, known, [*used_on(others, on), term_of(item)], touched)


def _tried(term: Term, text: str, staff: Sequence[Term], known: Knowledge, matcher: Matcher) -> Trial:
    before = understand(matcher, text, staff, term)
    after = understand(matcher, text, [*staff, term], term)
    entries = known.snapshot.entries
    title, new_title = (entries[it.entry].question if it.entry in entries else "" for it in (before, after))
    may_harm = term.kind in {ABBREVIATION, FILLER, FUNCTION}
    return Trial(
        text=text, term=term, before=before, after=after, titles=(title, new_title),
        senses=other_senses(term, staff), said_by=entries_saying(matcher, term.term) if may_harm else 0,
        unknown=unknown_words(matcher, term.meaning), is_ours=False,
    )  # fmt: skip
