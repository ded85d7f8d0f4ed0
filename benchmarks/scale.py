"""What 1,000 and 10,000 entries of three wordings cost: to build, to ask at worst, to change one. On one core.

Questions: wordings of the base as people type them, and `large.hard_questions`, each once right after the build (first)
and then the quicker of three. Seconds of computing, so that other work on the machine counts less; the stall is by the
clock: how late the event loop was at worst while a thread made the changes.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import time
from collections.abc import Callable

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.corruption import corrupt
from benchmarks.large import hard_questions, make_base, make_entry
from benchmarks.matching import LEVELS, resident_megabytes
from knowledge.matching.matcher import Matcher
from knowledge.matching.reading.tokenizer import warm_up

SIZES = (1_000, 10_000)
QUESTIONS = 400
TICK = 0.002  # seconds after which the loop wants to go on


def took(work: Callable[[], object]) -> float:
    """Return the milliseconds of computing that something needs."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def changes(matcher: Matcher, size: int) -> dict[str, Callable[[], object]]:
    """Return one change of each kind."""
    return {
        "changed": lambda: matcher.with_entry(make_entry(size // 2, seed=1)),
        "added": lambda: matcher.with_entry(make_entry(size, seed=1)),
        "removed": lambda: matcher.without_entry(matcher.index.entries[size // 2].key),
    }


async def longest_stall(work: Callable[[], object]) -> float:
    """Return by how many milliseconds the loop was late at worst while a thread did the work."""
    done = asyncio.ensure_future(asyncio.to_thread(work))
    worst = 0.0
    while not done.done():
        begun = time.perf_counter()
        await asyncio.sleep(TICK)
        worst = max(worst, time.perf_counter() - begun - TICK)
    await done
    return worst * 1000


def asking(matcher: Matcher, text: str) -> float:
    """Return the milliseconds one question needs."""
    return took(lambda: matcher.match(text))


def measure(size: int) -> list[str]:
    """Build, ask and change; return the cells of a row."""
    entries, chance = make_base(size), random.Random(size)
    built: list[Matcher] = []
    building = took(lambda: built.append(Matcher.build(entries)))
    (matcher,) = built
    gc.collect()
    gc.freeze()  # as the feed does
    memory = resident_megabytes()
    first, worst = 0.0, 0.0
    for _, text in hard_questions(entries):
        first = max(first, asking(matcher, text))
        worst = max(worst, min(asking(matcher, text) for _ in range(3)))
    asked = [
        corrupt(chance.choice(chance.choice(entries).wordings), LEVELS[at % len(LEVELS)], at) for at in range(QUESTIONS)
    ]
    middle, high = np.percentile([asking(matcher, text) for text in asked], [50, 95]).tolist()
    work = changes(matcher, size)
    changing = [min(took(each) for _ in range(2)) / 1000 for each in work.values()]
    stall = max(asyncio.run(longest_stall(each)) for each in work.values())
    return [
        f"{size:,}", f"{building / 1000:.1f}", f"{memory:.0f}", f"{middle:.1f}", f"{high:.1f}", f"{first:.0f}",
        f"{worst:.0f}", *(f"{each:.2f}" for each in changing), f"{stall:.0f}",
    ]  # fmt: skip


def main() -> None:
    """Print the table."""
    warm_up()
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    table = Table(title="Entries of three wordings")
    for column in (
        "entries", "build s", "RSS MB", "p50 ms", "p95 ms", "worst first ms", "worst ms", "changed s", "added s",
        "removed s", "stall ms",
    ):  # fmt: skip
        table.add_column(column, justify="right")
    for size in SIZES:
        table.add_row(*measure(size))
    os.sched_setaffinity(0, cores)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
