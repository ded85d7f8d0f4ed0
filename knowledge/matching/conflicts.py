"""Wordings of different entries that say the same, and wordings that do not lead to their own entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.matching.index import Index
from knowledge.matching.indexing.similar_rows import pairs_alike
from knowledge.matching.matcher import Matcher
from knowledge.matching.model import Verdict

NEARLY = 0.86  # cosine in letters from which two questions are shown to staff as nearly the same
# Source: the starter entries and benchmarks/data. Most pairs below it ask for something else of the same thing.


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """Two wordings of different entries. `likeness`: 0.0-1.0; 1.0: they read the same."""

    left: str
    right: str
    left_text: str
    right_text: str
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A wording that does not lead to its entry. `winner`: the entry that answers or is offered instead, or ""."""

    entry: str
    text: str
    winner: str


def twins(index: Index) -> tuple[Twins, ...]:
    """Return for each two entries their most alike wordings, if these are nearly the same; the most alike first."""
    best: dict[tuple[int, int], tuple[float, int, int]] = {}
    for left, right, likeness in pairs_alike(index.chars.rows, NEARLY):
        apart = index.owners[left] != index.owners[right]
        for row, other, alike in zip(
            left[apart].tolist(), right[apart].tolist(), likeness[apart].tolist(), strict=True
        ):
            pair = int(index.owners[row]), int(index.owners[other])
            if alike > best.get(pair, (0.0, 0, 0))[0]:
                best[pair] = alike, row, other
    found = sorted(best.values(), key=lambda each: (-each[0], each[1]))
    return tuple(
        Twins(
            left=_owner(index, row), right=_owner(index, other), likeness=min(1.0, likeness),
            left_text=index.wordings[row].text, right_text=index.wordings[other].text,
        )
        for likeness, row, other in found
    )  # fmt: skip


def strays(matcher: Matcher) -> tuple[Stray, ...]:
    """Return the wordings that do not lead to their entry.

    Asks only those that can fail: a wording that nobody shares and nothing excludes always leads to its entry.
    """
    index = matcher.index
    found = []
    for row in sorted(set(_suspects(index))):
        owner, text = _owner(index, row), index.wordings[row].text
        match = matcher.match(text)
        first = match.candidates[0].entry if match.candidates and match.verdict is not Verdict.UNKNOWN else ""
        if match.verdict is not Verdict.ANSWER or first != owner:
            winner = next((each.entry for each in match.candidates if each.entry != owner), "") if first else ""
            found.append(Stray(entry=owner, text=text, winner=winner))
    return tuple(found)


def _suspects(index: Index) -> Iterator[int]:
    for rows in index.exact.values():
        if len({int(index.owners[row]) for row in rows}) > 1:
            yield from rows
    for at, entry in enumerate(index.entries):
        fact = index.book.facts[at]
        if entry.must_not_match or fact.wordings.documents or fact.wordings.editions or fact.wordings.places:
            yield from range(int(index.starts[at]), int(index.stops[at]))


def _owner(index: Index, row: int) -> str:
    return index.entries[int(index.owners[row])].key
