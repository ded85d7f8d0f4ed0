"""What a change of the staff lexicon would do to replies, asked before it is taught as before an entry is published."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from knowledge.behaviour import (
    MOST_PARAPHRASES,
    MOST_TESTS,
    Comparison,
    Origin,
    Question,
    Report,
    Shift,
    rows_of,
)
from knowledge.matching.index import Index
from knowledge.matching.lexicon import Forms, Lexicon, Term
from knowledge.matching.matcher import Matcher
from knowledge.matching.normalizer import forms
from knowledge.understanding import position


def check_lexicon(
    matcher: Matcher, terms: Sequence[Term], touched: Collection[Term], tests: Sequence[Question] = ()
) -> Report:
    """Compare the replies of `matcher` with those it would give if `terms` were the staff lexicon.

    `touched`: the terms that are new, changed or gone. Asks the questions that say one of them or its meaning: wordings
    word for word and as paraphrases, and `tests`. Takes up to five seconds for 1,000 entries: call it in a thread.
    """
    sides = {tuple(forms(side)) for term in touched for side in (term.term, term.meaning)} - {()}
    rows, asked = _saying(matcher.index, sides), [test for test in tests if _says(test.text, sides)][:MOST_TESTS]
    if not rows and not asked:
        return Report(shifts=(), asked=0)  # reading the whole base anew takes seconds
    lexicon = Lexicon.default().extended(terms)
    after = Matcher.build(
        matcher.index.entries, lexicon=lexicon, policy=matcher.policy, calibration=matcher.calibration
    )
    comparison = Comparison(matcher, after)
    shifts = [shift for test in asked for shift in comparison.compared(test)]
    return comparison.report([*_of_wordings(comparison, rows), *shifts])


def _saying(index: Index, sides: Collection[Forms]) -> list[int]:
    """Return the wordings that say one of `sides`: of every entry one before any second."""
    # as written: what is read of a wording has lost its courtesies
    rows = [row for row, wording in enumerate(index.wordings) if _says(wording.text, sides)]
    return sorted(rows, key=lambda row: row - int(index.starts[index.owners[row]]))


def _of_wordings(comparison: Comparison, rows: Sequence[int]) -> Iterator[Shift]:
    """Ask wordings, by their rows before the change: word for word, and as if they were unknown."""
    index, after = comparison.before.index, rows_of(comparison.after.index)
    named = [(index.entries[index.owners[row]].key, index.wordings[row].text, row) for row in rows]
    for owner, text, _ in named[:MOST_TESTS]:
        yield from comparison.compared(Question(text=text, expected=owner, origin=Origin.WORDING))
    for owner, text, row in named[:MOST_PARAPHRASES]:
        if (owner, text) in after:
            yield from comparison.paraphrase(after[owner, text], row, owner)


def _says(text: str, sides: Collection[Forms]) -> bool:
    said = tuple(forms(text))
    return any(position(side, said) >= 0 for side in sides)
