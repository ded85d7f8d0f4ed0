"""Wordings of different entries that say the same, and wordings that do not lead to their own entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.matching.index import Index
from knowledge.matching.indexing.similar_rows import pairs_alike
from knowledge.matching.judging.verdict import judge
from knowledge.matching.matcher import Matcher
from knowledge.matching.model import Candidate, Verdict
from knowledge.matching.query import prepare

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
    """Return the wordings that do not lead to their entry."""
    index = matcher.index
    found, shared = [], set(_shared(index))
    for row, wording in enumerate(index.wordings):
        if row not in shared and _answers_alone(matcher, row):
            continue
        owner, match = _owner(index, row), matcher.match(wording.text)
        first = match.candidates[0].entry if match.candidates and match.verdict is not Verdict.UNKNOWN else ""
        if match.verdict is not Verdict.ANSWER or first != owner:
            winner = next((each.entry for each in match.candidates if each.entry != owner), "") if first else ""
            found.append(Stray(entry=owner, text=wording.text, winner=winner))
    return tuple(found)


def _shared(index: Index) -> Iterator[int]:
    for rows in index.exact.values():
        if len({int(index.owners[row]) for row in rows}) > 1:
            yield from rows


def _answers_alone(matcher: Matcher, row: int) -> bool:
    """Tell whether a wording that one entry alone has is answered with it: no other comes near, so none is compared."""
    index, entry, text = matcher.index, int(matcher.index.owners[row]), matcher.index.wordings[row].text
    query = prepare(text, index)
    if matcher.veto(query, entry, row):
        return False
    only = Candidate(entry=_owner(index, row), score=1.0, confidence=1.0, wording=text, is_exact=True)
    return judge(query, index, [only], 1.0, matcher.policy).verdict is Verdict.ANSWER


def _owner(index: Index, row: int) -> str:
    return index.entries[int(index.owners[row])].key
