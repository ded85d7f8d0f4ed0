"""What is asked of an entry in words that are not its own is rarely said to be missing: every wording, left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.articles import ARTICLES, load_article
from benchmarks.matching import BASES, make_task
from knowledge.matching.asking.book import Book
from knowledge.matching.asking.facts import FactReader
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import words
from knowledge.snapshot import PublishedEntry

MOST = 0.03  # share of the wordings of which something may be said to be missing in their own entry
READER = FactReader.of(Lexicon.default())


def entries() -> Iterator[PublishedEntry]:
    for name in ARTICLES:
        yield from load_article(name).entries
    for name in BASES:
        yield from make_task(name, most=1_000).entries


def missing(entry: PublishedEntry, wording: str) -> str:
    others = [other for other in entry.wordings if other != wording] or ["-"]
    left = replace(entry, question=others[0], variants=tuple(others[1:]), not_covered=())
    book = Book.of((READER.read(left, tuple(tuple(words(other)) for other in others)),), READER)
    source = words(wording)
    asked = READER.aspects.completed(READER.aspects.asked(source), source, source)
    return book.missing(left, 0, asked, READER.entities.read(wording))


def test_wordings_left_out_are_held_by_their_entries():
    asked = [(entry.key, wording) for entry in entries() if entry.answer for wording in entry.wordings]
    found = [
        (entry.key, wording, lacking)
        for entry in entries() if entry.answer
        for wording in entry.wordings if (lacking := missing(entry, wording))
    ]  # fmt: skip

    assert len(found) <= MOST * len(asked), found
    assert not [each for each in found if each[2] in {"list", "count", "particular"}]
