"""Where a question says what is wanted: the words beside its question words ("đài nào", "mấy lớp", "tên dự án")."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from knowledge.matching.lexicon import Forms, Row
from knowledge.matching.normalizer import Word, words

_REACH = 5  # words on either side of a question word that are looked at
_MOST = 3  # words among them that count
_BEHIND, _AHEAD = ("behind", "around"), ("ahead", "around")
_CLOSER = "closer"

Table = Mapping[Forms, Sequence[Row]]
"""The rows of the lexicon's table "questions" by folded term."""


def focus(source: Sequence[Word], table: Table, is_light: Callable[[Word], bool]) -> frozenset[int]:
    """Return the places of the words of a question that say what is wanted; none for one without question words.

    `source`: words spelled out ("bao nhiêu", not "bn"). `is_light`: tells words that say nothing.
    """
    found: set[int] = set()
    asking = list(_asking(source, table))
    taken = {at for start, stop, _ in asking for at in range(start, stop)}
    places = [at for at, word in enumerate(source) if at not in taken and not is_light(word)]
    for start, stop, kind in asking:
        if kind in _BEHIND:
            found.update([at for at in places if start - _REACH <= at < start][-_MOST:])
        if kind in _AHEAD:
            found.update([at for at in places if stop <= at < stop + _REACH][:_MOST])
    return frozenset(found)


def without_closer(source: Sequence[Word], table: Table) -> Sequence[Word]:
    """Leave out the particle that closes a question: "vay" behind "gi" is "vậy", and no loan."""
    if len(source) < 2 or source[-1].is_marked or not _is_closer(source[-1], table):  # noqa: PLR2004
        return source
    asking = {key[-1] for key, rows in table.items() if any(row.kind != _CLOSER for row in rows)}
    return source[:-1] if source[-2].form in asking else source


def _is_closer(word: Word, table: Table) -> bool:
    return any(row.kind == _CLOSER for row in table.get((word.form,), ()))


def _asking(source: Sequence[Word], table: Table) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and kind of each question word."""
    longest = max(map(len, table), default=0)
    written = tuple(word.form for word in source)
    for at in range(len(written)):
        for size in range(1, longest + 1):
            for row in table.get(written[at : at + size], ()):
                if _is_meant(source[at : at + size], row):
                    yield at, at + size, row.kind


def _is_meant(span: Sequence[Word], row: Row) -> bool:
    return all(not word.is_marked or word == meant for word, meant in zip(span, words(row.term), strict=True))
