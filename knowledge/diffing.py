"""What changed between two wordings, word by word, and how two people's changes to one text come together. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from knowledge.schema import EntryItem

_WORD = re.compile(r"\s*\S+|\s+$")
LISTS = frozenset({"variants", "related", "must_not_match", "not_covered", "buttons"})  # one item per line
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
    old, new = _words(before), _words(after)
    pieces = [
        Piece(change=change, text="".join(words))
        for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        for change, words in _changes(tag, old[i:j], new[k:m])
        if words
    ]
    return tuple(pieces)


def compare(before: EntryItem, after: EntryItem) -> tuple[FieldChange, ...]:
    """Return the fields in which two versions of an entry differ, in the order of the file."""
    old, new = texts_of(before), texts_of(after)
    return tuple(
        FieldChange(name=name, pieces=word_diff(old[name], new[name])) for name in old if old[name] != new[name]
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
        pieces = {"mine": word_diff(before, own), "theirs": word_diff(before, other)}
        merges.append(FieldMerge(name=name, text=text, is_clean=is_clean, **pieces))
    return tuple(merges)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _changes(tag: str, old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Change, Sequence[str]]]:
    if tag == "equal":
        yield Change.SAME, new
    else:
        yield Change.REMOVED, old
        yield Change.ADDED, new


def _edits(words: list[str], changed: list[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    for tag, start, end, new_start, new_end in SequenceMatcher(None, words, changed, autojunk=False).get_opcodes():
        if tag != "equal":
            yield start, end, tuple(changed[new_start:new_end])


def _text(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    return "" if value is None else str(value)
