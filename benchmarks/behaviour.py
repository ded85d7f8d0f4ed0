"""The behaviour check before publication: seconds for 1,000 entries. `python -m benchmarks behaviour`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from rich.console import Console
from rich.table import Table

from benchmarks.matching import BASES, load
from knowledge.behaviour import Question
from knowledge.entry_trial import check_entry
from knowledge.matching.matcher import Matcher
from knowledge.snapshot import PublishedEntry

ENTRIES, TESTS = 1_000, 200
VARIANTS = ("hỗ trợ", "thủ tục đăng ký", "học phí", "giấy khai sinh", "nộp ở đâu")
_PLACES = ("Pác Nặm", "Lũng Nà", "Cốc Pàng", "Bản Giốc", "Thượng Hà", "Đức Long")  # tell copies of an entry apart


def base(size: int) -> list[PublishedEntry]:
    """Return `size` entries: the development sets, repeated for one village after the other."""
    known = list(_known())
    found = list(known)
    while len(found) < size:
        entry, place = known[len(found) % len(known)], _PLACES[len(found) // len(known) - 1]
        asked = tuple(f"{variant} {place}" for variant in entry.variants)
        found.append(
            replace(entry, key=f"{entry.key}-{len(found)}", question=f"{entry.question} {place}", variants=asked)
        )
    return found[:size]


def _known() -> Iterator[PublishedEntry]:
    for name in BASES:
        for item in load(name):
            variants = tuple(item["wordings"])
            yield PublishedEntry(
                key=f"{name}-{item['key']}", question=item["question"], variants=variants, answer=item["answer"]
            )


def main() -> None:
    """Print the table."""
    entries = base(ENTRIES)
    matcher = Matcher.build(entries)
    tests = [Question(text=entry.variants[0], expected=entry.key) for entry in entries[:TESTS]]
    table = Table(title=f"Behaviour check: {ENTRIES} entries, {TESTS} test questions")
    for name in ("variant added", "seconds", "CPU seconds", "asked", "would change"):
        table.add_column(name, justify="left" if name == "variant added" else "right")
    for at, variant in enumerate(VARIANTS):
        entry = entries[at * 37]
        begun, worked = time.perf_counter(), time.process_time()
        report = check_entry(matcher, replace(entry, variants=(*entry.variants, variant)), tests)
        taken, work = time.perf_counter() - begun, time.process_time() - worked
        table.add_row(variant, f"{taken:.2f}", f"{work:.2f}", str(report.asked), str(len(report.shifts)))
    Console().print(table)


if __name__ == "__main__":
    main()
