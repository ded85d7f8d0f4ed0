"""The starter knowledge with fewer wordings of each entry than it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from benchmarks.matching import DATA
from knowledge.evaluation import read_rows
from knowledge.schema import EntryItem, KnowledgeFile, snapshot_of
from knowledge.snapshot import Snapshot
from knowledge.transfer import starter_file

GIVEN = "given"  # the wordings it was first written with (given.tsv)
WORDINGS = "wordings"  # all wordings of today, and nothing that is said not to be covered
SHIPPED = "shipped"  # everything
CUTS = ("1", "2", "3", GIVEN, "5", "8", WORDINGS, SHIPPED)


def starter(cut: str) -> Snapshot:
    """Return the starter knowledge so cut, without a database. Raises ValueError for an unknown cut."""
    return snapshot_of(starter_of(cut))


def starter_of(cut: str) -> KnowledgeFile:
    """Return the starter knowledge with so many wordings of each entry. Raises ValueError for an unknown cut."""
    if cut not in CUTS:
        raise ValueError(f"There is no cut {cut!r}; there are {', '.join(CUTS)}.")
    file = starter_file()
    if cut == SHIPPED:
        return file
    return replace(file, entries=tuple(_cut(item, cut) for item in file.entries))


def _cut(item: EntryItem, cut: str) -> EntryItem:
    question, *variants = _given()[item.key] if cut == GIVEN else (item.question, *item.variants)
    kept = variants if cut in {GIVEN, WORDINGS} else variants[: int(cut) - 1]
    return item.model_copy(
        update={"question": question, "variants": tuple(kept), "must_not_match": (), "not_covered": ()}
    )


@cache
def _given() -> Mapping[str, tuple[str, ...]]:
    """Return the wordings of each entry as it was first written; the first is its question."""
    found: dict[str, tuple[str, ...]] = {}
    for key, wording in read_rows(DATA / "given.tsv", least=2):
        found[key] = (*found.get(key, ()), wording)
    return found
