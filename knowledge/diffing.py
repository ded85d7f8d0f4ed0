"""What changed between two wordings, word by word, and how two people's changes to one text come together. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby, pairwise
from operator import itemgetter
from typing import TypeAlias

from knowledge.schema import EntryItem

# A word with the space before it; the mark that ends it stands alone, those inside (1.923, 93/2021) do not.
_WORD = re.compile(r"\s*[^\s.,;:!?]+(?:[.,;:!?]+[^\s.,;:!?]+)*|\s*[.,;:!?]|\s+$")
_LINE = re.compile(r"\n?[^\n]+|\n")
_ISLAND = 2  # words
_Span: TypeAlias = tuple[bool, Sequence[str], Sequence[str]]  # whether it stayed; words before and after
LISTS = frozenset({"variants", "related", "must_not_match", "not_covered", "buttons", "aliases"})  # one item per line
# No part of what an entry says to people; a status is not written by an author.
_UNCOMPARED = frozenset({"key", "status"})


class Change(StrEnum):
    """What became of some words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words in a row, with the white space before each of them."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field of an entry that differs, as pieces in reading order: what was removed before what came in its place."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMerge:
    """A field that one or both of two people changed. `text` is the proposal; `is_clean`: it holds both changes whole.

    One that is not clean proposes the words of "mine", with "theirs" left for the person to look at.
    """

    name: str
    text: str
    is_clean: bool
    mine: tuple[Piece, ...]
    theirs: tuple[Piece, ...]


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """Return how `before` became `after`. The pieces that are not added make up `before`, those not removed `after`."""
    return _diff(_words(before), _words(after))


def line_diff(before: str, after: str) -> tuple[Piece, ...]:
    """Do what `word_diff` does with whole lines: for lists, where half a line means nothing."""
    return _diff(_LINE.findall(before), _LINE.findall(after))


def compare(before: EntryItem, after: EntryItem) -> tuple[FieldChange, ...]:
    """Return the fields in which two versions of an entry differ, in the order of the file."""
    old, new = texts_of(before), texts_of(after)
    return tuple(
        FieldChange(name=name, pieces=_pieces(name, text, new[name])) for name, text in old.items() if text != new[name]
    )


def texts_of(item: EntryItem) -> dict[str, str]:
    """Return an entry's fields as the text a person edits: lists as lines, days as 2024-12-31, nothing as ""."""
    values = item.model_dump(mode="json")
    return {name: _text(value) for name, value in values.items() if name not in _UNCOMPARED}


def merge(base: str, mine: str, theirs: str) -> tuple[str, bool]:
    """Bring two changes of `base` together by words; return the text and whether nothing collided.

    Changes collide when they touch or overlap and are not the same; then the text is `mine`.
    """
    if theirs in {mine, base}:
        return mine, True
    if mine == base:
        return theirs, True
    words = _words(base)
    edits = sorted({*_edits(words, _words(mine)), *_edits(words, _words(theirs))})
    if any(later[0] <= earlier[1] for earlier, later in pairwise(edits)):
        return mine, False
    merged: list[str] = []
    at = 0
    for start, end, replacement in edits:
        merged += [*words[at:start], *replacement]
        at = end
    return "".join([*merged, *words[at:]]), True


def merge_lines(base: str, mine: str, theirs: str) -> tuple[str, bool]:
    """Bring two changes of a list together, one item per line: what either added is added, what either removed gone."""
    old, own, other = (text.splitlines() for text in (base, mine, theirs))
    kept = [line for line in other if line in own or line not in old]
    return "\n".join([*kept, *(line for line in own if line not in old and line not in kept)]), True


def merge_fields(base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]) -> tuple[FieldMerge, ...]:
    """Merge field by field what `texts_of` gives of three versions; fields that nobody changed are left out."""
    merges = []
    for name, before in base.items():
        own, other = mine[name], theirs[name]
        if before == own == other:
            continue
        text, is_clean = (merge_lines if name in LISTS else merge)(before, own, other)
        pieces = {"mine": _pieces(name, before, own), "theirs": _pieces(name, before, other)}
        merges.append(FieldMerge(name=name, text=text, is_clean=is_clean, **pieces))
    return tuple(merges)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _pieces(name: str, before: str, after: str) -> tuple[Piece, ...]:
    return line_diff(before, after) if name in LISTS else word_diff(before, after)


def _diff(old: Sequence[str], new: Sequence[str]) -> tuple[Piece, ...]:
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    spans = [(tag == "equal", old[i:j], new[k:m]) for tag, i, j, k, m in codes]
    found: list[Piece] = []
    for is_same, group in groupby(_without_islands(spans), key=itemgetter(0)):
        parts = list(group)
        removed = "".join(word for _, words, _ in parts for word in words)
        added = "".join(word for _, _, words in parts for word in words)
        changes = [(Change.SAME, added)] if is_same else [(Change.REMOVED, removed), (Change.ADDED, added)]
        found += [Piece(change=change, text=text) for change, text in changes if text]
    return tuple(found)


def _without_islands(spans: Sequence[_Span]) -> Iterator[_Span]:
    """Count a word or two that stayed between longer changes as changed: such scraps only make a diff hard to read."""
    for at, (is_same, old, new) in enumerate(spans):
        beside = [len(words) for _, *both in (*spans[max(at - 1, 0) : at], *spans[at + 1 : at + 2]) for words in both]
        is_island = is_same and 0 < at < len(spans) - 1 and len(new) <= _ISLAND and max(beside) > _ISLAND
        yield is_same and not is_island, old, new


def _edits(words: list[str], changed: list[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    for tag, start, end, new_start, new_end in SequenceMatcher(None, words, changed, autojunk=False).get_opcodes():
        if tag != "equal":
            yield start, end, tuple(changed[new_start:new_end])


def _text(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    return "" if value is None else str(value)
