"""What changed between two wordings, word by word, and how two people's changes to one text come together. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from knowledge.schema import EntryItem

# A word with the space before it; the mark that ends it stands alone, those inside (1.923, 93/2021) do not.
_WORD = re.compile(r"\s*[^\s.,;:!?]+(?:[.,;:!?]+[^\s.,;:!?]+)*|\s*[.,;:!?]|\s+$")
_LINE = re.compile(r"\n?[^\n]+|\n")
_ISLAND = 2  # words
_Edit: TypeAlias = tuple[int, int, tuple[str, ...]]  # words from, up to; what stands there instead
_Span: TypeAlias = tuple[bool, Sequence[str], Sequence[str]]  # whether it stayed; words before and after
# of entries, competitions and guides: one item per line
LISTS = frozenset(
    {"variants", "related", "must_not_match", "not_covered", "buttons", "aliases", "wordings", "otherwise"}
)
_PROSE = frozenset({"answer", "answer_full"})  # where one more sentence does no harm
_SENTENCE_ENDS = (".", "!", "?", "\N{HORIZONTAL ELLIPSIS}")
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


class Fit(StrEnum):
    """How two changes of one text come together."""

    CLEAN = "clean"  # in different places: both stand
    JOINED = "joined"  # both wrote on at one place: both stand, one after the other
    COLLIDED = "collided"  # the same words were changed: a person has to choose


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMerge:
    """A field that one or both of two people changed. `text` is the proposal: it holds both changes, however they fit.

    One that is COLLIDED holds both versions of the words that both changed, and is not to be taken as it is.
    """

    name: str
    text: str
    fit: Fit
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


def merge(base: str, mine: str, theirs: str) -> tuple[str, Fit]:
    """Bring two changes of `base` together by words; return the text and how they fit.

    Changes that touch or overlap and are not the same collide: the text then holds both, theirs first. Only sentences
    that both wrote after the same sentence stand beside each other as they are.
    """
    if theirs in {mine, base}:
        return mine, Fit.CLEAN
    if mine == base:
        return theirs, Fit.CLEAN
    words = _words(base)
    merged: list[str] = []
    at, fits = 0, [Fit.CLEAN]
    for start, end, own, other in _places(list(_edits(words, _words(mine))), list(_edits(words, _words(theirs)))):
        merged += words[at:start]
        if own and other:
            versions = _edited(words, start, end, other), _edited(words, start, end, own)
            both, fit = _both(*versions, led_by=words[:start][-1:], is_new=start == end)
            fits.append(fit)
        else:
            both = _edited(words, start, end, own or other)
        merged += both
        at = end
    return "".join([*merged, *words[at:]]), max(fits, key=list(Fit).index)


def merge_lines(base: str, mine: str, theirs: str) -> tuple[str, Fit]:
    """Bring two changes of a list together, one item per line: what either added is added, what either removed gone."""
    old, own, other = (text.splitlines() for text in (base, mine, theirs))
    kept = [line for line in other if line in own or line not in old]
    return "\n".join([*kept, *(line for line in own if line not in old and line not in kept)]), Fit.CLEAN


def merge_fields(base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]) -> tuple[FieldMerge, ...]:
    """Merge field by field what `texts_of` gives of three versions; fields that nobody changed are left out."""
    merges = []
    for name, before in base.items():
        own, other = mine[name], theirs[name]
        if before == own == other:
            continue
        text, fit = (merge_lines if name in LISTS else merge)(before, own, other)
        if fit is Fit.JOINED and name not in _PROSE:
            fit = Fit.COLLIDED
        pieces = {"mine": _pieces(name, before, own), "theirs": _pieces(name, before, other)}
        merges.append(FieldMerge(name=name, text=text, fit=fit, **pieces))
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


def _edits(words: list[str], changed: list[str]) -> Iterator[_Edit]:
    codes = SequenceMatcher(None, words, changed, autojunk=False).get_opcodes()
    for at, (tag, start, end, new_start, new_end) in enumerate(codes):
        if tag != "equal":
            stayed = words[end : codes[at + 1][2]] if at + 1 < len(codes) else []
            yield _settled(stayed, start, end, changed[new_start:new_end])


def _settled(stayed: list[str], start: int, end: int, new: list[str]) -> _Edit:
    """Return an edit, new words as late as they can stand: ". A" before a full stop is "A ." behind it.

    `stayed`: the words behind it, up to the next edit.
    """
    for word in stayed:
        if start != end or new[0] != word:
            break
        new = [*new[1:], new[0]]
        start = end = start + 1
    return start, end, tuple(new)


def _places(mine: list[_Edit], theirs: list[_Edit]) -> Iterator[tuple[int, int, list[_Edit], list[_Edit]]]:
    """Yield where the words were changed, with the edits of either: those that touch are one place."""
    waiting = sorted({*mine, *theirs})
    while waiting:
        start, end, _ = waiting[0]
        while waiting and waiting[0][0] <= end:
            end = max(end, waiting.pop(0)[1])
        own, other = ([edit for edit in edits if start <= edit[0] <= end] for edits in (mine, theirs))
        yield start, end, own, other


def _edited(words: list[str], start: int, end: int, edits: Sequence[_Edit]) -> list[str]:
    """Return the words from `start` to `end` as these edits leave them."""
    left: list[str] = []
    for edit_start, edit_end, replacement in edits:
        left += [*words[start:edit_start], *replacement]
        start = edit_end
    return [*left, *words[start:end]]


def _both(theirs: list[str], mine: list[str], *, led_by: list[str], is_new: bool) -> tuple[list[str], Fit]:
    """Return two versions of the words at one place, one after the other; what both begin with stands there once.

    `led_by`: the word before them, if any. `is_new`: there were no words at the place.
    """
    if theirs == mine:
        return mine, Fit.CLEAN
    shared = next((at for at, pair in enumerate(zip(theirs, mine, strict=False)) if pair[0] != pair[1]), None)
    shared = min(len(theirs), len(mine)) if shared is None else shared
    before, rest, more = [*led_by, *theirs[:shared]], theirs[shared:], mine[shared:]
    are_sentences = all(words and words[-1].endswith(_SENTENCE_ENDS) for words in (before, rest, more))
    if rest and more and not more[0][0].isspace():
        more[0] = f" {more[0]}"
    return [*theirs, *more], Fit.JOINED if is_new and are_sentences else Fit.COLLIDED


def _text(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    return "" if value is None else str(value)
