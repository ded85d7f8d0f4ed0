"""Our matcher against plain ones on the same questions in the same run. `python -m benchmarks.matching [--quick]`.

Bases: the development sets of benchmarks/data; of each entry one wording in four is asked, the others are in the base.
Hit@1 for each level of corruption; AUROC of the best score, questions of the base against those of the other bases
(messy level); latency of one question; memory that building added. Ties count as the rank their share deserves.
"""

from __future__ import annotations

import argparse
import gc
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.stats import rankdata

from benchmarks.corruption import corrupt
from knowledge.matching.matcher import Matcher
from knowledge.matching.normalizer import fold, normalize
from knowledge.matching.tokenizer import segment, warm_up
from knowledge.snapshot import PublishedEntry

DATA = Path(__file__).parent / "data"
BASES = ("services", "admission", "startup", "procedures", "campus")
DOMAINS = {
    "services": "public services",
    "procedures": "public services",
    "admission": "university",
    "campus": "university",
    "startup": "startups",
}
LEVELS = ("clean", "plain", "messy", "hard")
SEED = 7

Scores = Callable[[str], tuple[dict[str, float], float]]
"""A question -> (score of each entry, how sure the best is meant)."""


@dataclass(frozen=True, slots=True)
class Task:
    """A base and questions about it; `strangers` belong to bases about something else."""

    name: str
    entries: list[PublishedEntry]
    questions: list[tuple[str, str]]  # entry key, text
    strangers: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one matcher on one base."""

    hits: dict[str, float]
    auroc: float
    milliseconds: tuple[float, float]
    megabytes: float


def load(name: str) -> list[dict[str, Any]]:
    """Read the entries of a development base."""
    stored: dict[str, list[dict[str, Any]]] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return stored["entries"]


def make_task(name: str, *, most: int) -> Task:
    """Leave the second wording of each entry out of the base and ask it."""
    entries: list[PublishedEntry] = []
    questions: list[tuple[str, str]] = []
    for item in load(name):
        wordings: list[str] = [item["question"], *item["wordings"]]
        first, asked, more = wordings[0], wordings[1], wordings[2:]
        entries.append(PublishedEntry(key=item["key"], question=first, variants=tuple(more), answer=item["answer"]))
        questions.append((item["key"], asked))
    others = [other for other in BASES if DOMAINS[other] != DOMAINS[name]]
    strangers = [item["wordings"][0] for other in others for item in load(other)]
    return Task(name, entries, questions[:most], strangers[:most])


def ours(entries: Sequence[PublishedEntry]) -> Scores:
    """The matcher of the product."""
    matcher = Matcher.build(entries).calibrated()

    def ask(text: str) -> tuple[dict[str, float], float]:
        found = matcher.match(text).candidates
        return {each.entry: each.score for each in found}, found[0].confidence if found else 0.0

    return ask


def _wordings(entries: Sequence[PublishedEntry]) -> tuple[list[str], list[str]]:
    pairs = [(entry.key, text) for entry in entries for text in entry.wordings]
    return [key for key, _ in pairs], [text for _, text in pairs]


def _best(keys: Sequence[str], scores: Sequence[float] | NDArray[Any]) -> tuple[dict[str, float], float]:
    found: dict[str, float] = {}
    for key, score in zip(keys, scores, strict=True):
        found[key] = max(float(score), found.get(key, 0.0))
    return found, max(found.values(), default=0.0)


def rapidfuzz_brute(entries: Sequence[PublishedEntry]) -> Scores:
    """token_set_ratio against every wording."""
    keys, texts = _wordings(entries)
    lowered = [normalize(text) for text in texts]
    return lambda text: _best(keys, process.cdist([normalize(text)], lowered, scorer=fuzz.token_set_ratio)[0])


def bm25_pyvi(entries: Sequence[PublishedEntry]) -> Scores:
    """BM25 over pyvi words: the naive stack."""
    import bm25s

    keys, texts = _wordings(entries)
    index = bm25s.BM25()
    index.index([segment(text) or [""] for text in texts], show_progress=False)
    known = set(index.vocab_dict)

    def ask(text: str) -> tuple[dict[str, float], float]:
        asked = [word for word in segment(text) if word in known]
        return _best(keys, index.get_scores(asked)) if asked else ({}, 0.0)

    return ask


def tantivy_default(entries: Sequence[PublishedEntry]) -> Scores:
    """Tantivy's default tokenizer over folded text."""
    import tantivy

    schema = (
        tantivy.SchemaBuilder().add_text_field("text").add_text_field("key", stored=True, tokenizer_name="raw").build()
    )
    index = tantivy.Index(schema)
    writer = index.writer()
    keys, texts = _wordings(entries)
    for key, text in zip(keys, texts, strict=True):
        writer.add_document(tantivy.Document(text=fold(text), key=key))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def ask(text: str) -> tuple[dict[str, float], float]:
        plain = " ".join("".join(letter if letter.isalnum() else " " for letter in fold(text)).split())
        hits = searcher.search(index.parse_query(plain, ["text"]), 50).hits if plain else []
        return _best([searcher.doc(place)["key"][0] for _, place in hits], [score for score, _ in hits])

    return ask


def sqlite_fts5(entries: Sequence[PublishedEntry]) -> Scores:
    """SQLite full-text search over folded text, any word may match."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE wording USING fts5(key UNINDEXED, text)")
    keys, texts = _wordings(entries)
    database.executemany(
        "INSERT INTO wording VALUES (?, ?)", [(key, fold(text)) for key, text in zip(keys, texts, strict=True)]
    )

    def ask(text: str) -> tuple[dict[str, float], float]:
        plain = "".join(letter if letter.isalnum() else " " for letter in fold(text)).split()
        if not plain:
            return {}, 0.0
        asked = " OR ".join(f'"{word}"' for word in plain)
        rows = database.execute(
            "SELECT key, -bm25(wording) FROM wording WHERE wording MATCH ? ORDER BY bm25(wording) LIMIT 50", (asked,)
        ).fetchall()
        return _best([key for key, _ in rows], [score for _, score in rows])

    return ask


MATCHERS: dict[str, Callable[[Sequence[PublishedEntry]], Scores]] = {
    "hoidap": ours,
    "rapidfuzz token_set": rapidfuzz_brute,
    "bm25s + pyvi": bm25_pyvi,
    "tantivy, folded": tantivy_default,
    "SQLite FTS5, folded": sqlite_fts5,
}


def hit(scores: dict[str, float], key: str) -> float:
    """Return 1.0 when `key` alone is best, its share when others are as good."""
    own = scores.get(key, 0.0)
    if own <= 0.0 or any(score > own for score in scores.values()):
        return 0.0
    return 1.0 / sum(score == own for score in scores.values())


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Return the chance that a question of the base scores above a strange one."""
    ranks = rankdata([*inside, *outside])
    size = len(inside)
    return float((ranks[:size].sum() - size * (size + 1) / 2) / (size * len(outside)))


def resident_megabytes() -> float:
    """Return the memory this process holds (Linux)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure(task: Task, make: Callable[[Sequence[PublishedEntry]], Scores]) -> Row:
    """Build one matcher and ask it everything."""
    gc.collect()
    before = resident_megabytes()
    ask = make(task.entries)
    grown = resident_megabytes() - before
    hits: dict[str, float] = {}
    inside: list[float] = []
    took: list[float] = []
    for level in LEVELS:
        found: list[float] = []
        for number, (key, text) in enumerate(task.questions):
            asked = corrupt(text, level, SEED + number)
            begun = time.perf_counter()
            scores, sure = ask(asked)
            took.append((time.perf_counter() - begun) * 1000)
            found.append(hit(scores, key))
            if level == "messy":
                inside.append(sure)
        hits[level] = float(np.mean(found))
    outside = [ask(corrupt(text, "messy", SEED + number))[1] for number, text in enumerate(task.strangers)]
    middle, high = np.percentile(took, [50, 95]).tolist()
    return Row(hits, auroc(inside, outside), (middle, high), grown)


def main() -> None:
    """Print one table for each development base."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="one base, 60 questions")
    quick = parser.parse_known_args()[0].quick  # `python -m benchmarks matching` leaves its own words there
    console = Console(width=110)
    warm_up()
    for name in BASES[:1] if quick else BASES:
        task = make_task(name, most=60 if quick else 1_000)
        table = Table(title=f"{name}: {len(task.entries)} entries, {len(task.questions)} questions, seed {SEED}")
        for column in ("matcher", *(f"Hit@1 {level}" for level in LEVELS), "AUROC", "p50 ms", "p95 ms", "MB"):
            table.add_column(column, justify="left" if column == "matcher" else "right")
        for label, make in track(MATCHERS.items(), description=name, console=console, transient=True):
            row = measure(task, make)
            table.add_row(
                label, *(f"{100 * row.hits[level]:.1f}" for level in LEVELS), f"{row.auroc:.3f}",
                *(f"{value:.2f}" for value in row.milliseconds), f"{row.megabytes:.0f}",
            )  # fmt: skip
        console.print(table)


if __name__ == "__main__":
    main()
