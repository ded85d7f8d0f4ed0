"""Bases that rest on one article, with questions that their entries answer and questions that none does.

Written by hand for development: `starter` asks the product's own starter knowledge, `extension`, `digital` and
`industry` are invented annual reports. Files of benchmarks/data/NAME: questions.tsv and unanswerable.tsv as
`hoidap eval` reads them, base.yaml where the base is not the starter's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge import filing
from knowledge.evaluation import Question, Unanswerable, load_questions, load_unanswerable
from knowledge.matching.index import Index
from knowledge.matching.judging.calibration import Example, example
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.query import prepare
from knowledge.matching.reading.core import core
from knowledge.schema import snapshot_of
from knowledge.snapshot import PublishedEntry
from knowledge.transfer import starter_snapshot

DATA = Path(__file__).parent / "data"
ARTICLES = ("starter", "extension", "digital", "industry")
DAY = date(2024, 6, 1)  # none of their entries has expired


@dataclass(frozen=True, slots=True)
class Article:
    """One such base with its questions."""

    entries: tuple[PublishedEntry, ...]
    questions: list[Question]
    unanswerable: list[Unanswerable]


def load_article(name: str) -> Article:
    """Read a base and its questions."""
    folder = DATA / name
    base = folder / "base.yaml"
    snapshot = snapshot_of(filing.parse(base)) if base.is_file() else starter_snapshot()
    return Article(
        tuple(snapshot.on(DAY).entries.values()), load_questions(folder / "questions.tsv"),
        load_unanswerable(folder / "unanswerable.tsv"),
    )  # fmt: skip


def tried(name: str) -> Iterator[tuple[str, Example]]:
    """Ask an article base everything; yield "asked", "near" or "far" with the example. Of a long message its core."""
    article = load_article(name)
    index = Index.build(article.entries, Lexicon.default())
    for question in article.questions:
        query = prepare(_core(question.text, index), index)
        yield "asked", example(query, index, right=index.positions[question.entry])
    for other in article.unanswerable:
        if other.kind in {"near", "far"}:
            yield other.kind, example(prepare(_core(other.text, index), index), index)


def _core(text: str, index: Index) -> str:
    return core(text, index.lexicon) or text
