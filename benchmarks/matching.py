"""Our matcher against plain ones on the same questions in the same run. `python -m benchmarks.matching [--quick]`.

Bases: the development sets of benchmarks/data, and two that are held out; of each entry one wording in four is asked,
the others are in the base; of those with ten wordings and more, half. Hit@1 for each level of corruption; AUROC of the
best score, questions of the base against those of other domains (far) and, where the base has them, against uncovered
ones of its own (near), messy level; latency of one question; memory that building added. Ties count as the rank their
share deserves.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.stats import rankdata

from benchmarks.baselines import (
    Scores,
    bm25_pyvi,
    linear_svm,
    pairwise_and_svm,
    rapidfuzz_brute,
    sqlite_fts5,
    tantivy_default,
)
from benchmarks.corruption import corrupt
from knowledge.matching.matcher import Matcher
from knowledge.matching.reading.tokenizer import warm_up
from knowledge.snapshot import PublishedEntry

DATA = Path(__file__).parent / "data"
BASES = ("services", "admission", "startup", "procedures", "campus", "portal")
CROWDED = ("enrolment", "college", "water", "faculty")  # ten wordings and more each, no answers: half of them is asked
HELD_OUT = ("civic", "applicants")  # written by others; nothing is fitted to them
CROWD = 10  # wordings of an entry from which half of them is asked
DOMAINS = {
    "services": "public services",
    "procedures": "public services",
    "admission": "university",
    "campus": "university",
    "startup": "startups",
    "enrolment": "university",
    "college": "university",
    "water": "utilities",
    "portal": "public services",
    "faculty": "university",
    "civic": "public services",
    "applicants": "university",
}
LEVELS = ("clean", "plain", "messy", "hard")
SEED = 7


@dataclass(frozen=True, slots=True)
class Task:
    """A base and questions about it; `strangers` belong to bases about something else, `near` ones to no base."""

    name: str
    entries: list[PublishedEntry]
    questions: list[tuple[str, str]]  # entry key, text
    strangers: list[str]
    near: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one matcher on one base."""

    hits: dict[str, float]
    auroc: tuple[float, float | None]  # far, near
    milliseconds: tuple[float, float]
    megabytes: float


def load(name: str) -> list[dict[str, Any]]:
    """Read the entries of a development base."""
    stored: list[dict[str, Any]] = _stored(name)["entries"]
    return stored


def load_near(name: str) -> list[str]:
    """Read the questions of its domain that none of its entries answers, if it has any."""
    stored: list[str] = _stored(name).get("near", [])
    return stored


def _stored(name: str) -> dict[str, Any]:
    stored: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return stored


def make_task(name: str, *, most: int) -> Task:
    """Leave the second wording of each entry (of a crowded base every second one) out of the base and ask it."""
    entries: list[PublishedEntry] = []
    questions: list[tuple[str, str]] = []
    for item in load(name):
        wordings: list[str] = [item["question"], *item["wordings"]]
        asked = wordings[1::2] if len(wordings) >= CROWD else wordings[1:2]
        first, *more = (text for text in wordings if text not in asked)
        entries.append(PublishedEntry(key=item["key"], question=first, variants=tuple(more), answer=item["answer"]))
        questions += [(item["key"], text) for text in asked]
    others = [other for other in BASES if DOMAINS[other] != DOMAINS[name]]
    strangers = [item["wordings"][0] for other in others for item in load(other)]
    return Task(name, entries, questions[:most], strangers[:most], load_near(name))


def ours(entries: Sequence[PublishedEntry]) -> Scores:
    """The matcher of the product."""
    matcher = Matcher.build(entries).calibrated()

    def ask(text: str) -> tuple[dict[str, float], float]:
        found = matcher.match(text).candidates
        return {each.entry: each.score for each in found}, found[0].confidence if found else 0.0

    return ask


MATCHERS: dict[str, Callable[[Sequence[PublishedEntry]], Scores]] = {
    "hoidap": ours,
    "rapidfuzz token_set": rapidfuzz_brute,
    "bm25s + pyvi": bm25_pyvi,
    "tantivy, folded": tantivy_default,
    "SQLite FTS5, folded": sqlite_fts5,
    "SVM, letters (g2)": partial(linear_svm, words=False),
    "SVM, letters, words (g4)": partial(linear_svm, words=True),
    "pairs and SVM (j9)": pairwise_and_svm,
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
    far, near = (
        [ask(corrupt(text, "messy", SEED + number))[1] for number, text in enumerate(texts)]
        for texts in (task.strangers, task.near)
    )
    middle, high = np.percentile(took, [50, 95]).tolist()
    return Row(hits, (auroc(inside, far), auroc(inside, near) if near else None), (middle, high), grown)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def main() -> None:
    """Print one table for each development base."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="one base, 60 questions")
    parser.add_argument("--only", action="append", choices=DOMAINS, help="this base; may be given several times")
    given = parser.parse_known_args()[0]  # `python -m benchmarks matching` leaves its own words there
    quick = given.quick
    console = Console(width=120)
    warm_up()
    for name in given.only or (BASES[:1] if quick else (*BASES, *CROWDED, *HELD_OUT)):
        task = make_task(name, most=60 if quick else 1_000)
        table = Table(title=f"{name}: {len(task.entries)} entries, {len(task.questions)} questions, seed {SEED}")
        for column in (
            "matcher",
            *(f"Hit@1 {level}" for level in LEVELS),
            "AUROC far",
            "near",
            "p50 ms",
            "p95 ms",
            "MB",
        ):
            table.add_column(column, justify="left" if column == "matcher" else "right")
        for label, make in track(MATCHERS.items(), description=name, console=console, transient=True):
            row = measure(task, make)
            table.add_row(
                label, *(f"{100 * row.hits[level]:.1f}" for level in LEVELS), *(_figure(value) for value in row.auroc),
                *(f"{value:.2f}" for value in row.milliseconds), f"{row.megabytes:.0f}",
            )  # fmt: skip
        console.print(table)


if __name__ == "__main__":
    main()
