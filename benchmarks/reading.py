"""How often the likeliest reading of a mistyped question is that of the clean one. `python -m benchmarks reading`.

Questions: those of the development bases that their bases do not hold (benchmarks.matching). Typing errors alone, chat
spellings and abbreviations alone, and both; half of the questions without marks. Only questions that the noise changed
count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.table import Table

from benchmarks.corruption import Level, corrupt_at
from benchmarks.matching import BASES, CROWDED, make_task
from knowledge.matching.index import Index
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.query import prepare
from knowledge.matching.reading.tokenizer import warm_up
from knowledge.matching.reading.vni import without_vni

SEED = 99
NOISE: Mapping[str, Level] = {
    "typing errors": Level(typo=0.22, undiacritised=0.5, lower_case=True),
    "chat spellings": Level(abbreviation=0.7, teencode=0.7, undiacritised=0.5, lower_case=True),
    "both": Level(abbreviation=0.5, teencode=0.6, typo=0.18, undiacritised=0.5, lower_case=True),
}


def seen_through(name: str, noise: Level) -> Iterator[bool]:
    """Yield for each question of a base that the noise changes whether it reads as the clean one."""
    task = make_task(name, most=1_000)
    index = Index.build(task.entries, Lexicon.default())
    for number, (_, text) in enumerate(task.questions):
        typed = corrupt_at(text, noise, SEED + number)
        if typed != text.lower():
            yield prepare(without_vni(typed), index).reading == prepare(text, index).reading


def main() -> None:
    """Print one row for each base, and all together."""
    warm_up()
    table = Table("base", *NOISE, title=f"read as the clean question, %, seed {SEED}")
    total: dict[str, list[bool]] = {name: [] for name in NOISE}
    for base in (*BASES, *CROWDED):
        found = {name: list(seen_through(base, noise)) for name, noise in NOISE.items()}
        for name, hits in found.items():
            total[name] += hits
        table.add_row(base, *(_share(hits) for hits in found.values()))
    table.add_row("all", *(_share(hits) for hits in total.values()))
    Console(width=100).print(table)


def _share(hits: list[bool]) -> str:
    return f"{100 * sum(hits) / len(hits):.1f} ({len(hits)})" if hits else "-"


if __name__ == "__main__":
    main()
