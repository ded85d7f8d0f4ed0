"""What more wordings of each entry are worth. `python -m benchmarks wordings`.

The starter knowledge with the first 1, 2, 3, 5, 8 wordings of each entry, with those it was first written with, and
with all; asked by the question sets that nobody read while the matcher was written, and by the public one. Each base
learns its confidence anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from admin.asking import Ready, evaluated
from benchmarks.cuts import CUTS, starter
from benchmarks.matching import DATA
from knowledge.base import Knowledge
from knowledge.evaluation import Report, Share, evaluate, load_questions, load_unanswerable
from knowledge.matching.matcher import Matcher
from runtime.clock import VIETNAM
from runtime.settings import Settings
from server import handlers

AT = datetime(2026, 11, 26, 12, tzinfo=VIETNAM)
PUBLIC = Path(__file__).parents[1] / "tests" / "data" / "eval"
UNREAD = ("exam", "resit", "mock")  # by people who had not seen the matcher; nobody who works on it reads them
SETS: Mapping[str, Path] = {"public": PUBLIC, **{name: DATA / name for name in UNREAD}}


@cache
def knowledge_of(cut: str) -> Ready:
    """Return the starter knowledge, its confidence learnt, with everything that may answer before the entries do."""
    snapshot = starter(cut)
    matcher = Matcher.build(tuple(snapshot.entries.values())).calibrated()
    return Ready(knowledge=Knowledge(snapshot=snapshot, matcher=matcher), handlers=handlers(Settings()), at=AT)


@cache
def report(name: str, cut: str) -> Report:
    """Return what a question set (one of SETS) gets from the starter knowledge so cut."""
    folder = SETS[name]
    return evaluate(
        partial(evaluated, knowledge_of(cut)), load_questions(folder / "questions.tsv"),
        load_unanswerable(folder / "unanswerable.tsv"),
    )  # fmt: skip


def main() -> None:
    """Print the figures of each cut: the unread sets together, then the public one."""
    columns = ("wordings", "answered at", "Hit@1", "Hit@3", "answered", "precision", "near", "far")
    for title, names in ((", ".join(UNREAD), UNREAD), ("public", ("public",))):
        table = Table(*columns, title=f"{title}: %")
        for cut in CUTS:
            table.add_row(*_row(cut, [report(name, cut) for name in names]))
        Console(width=100).print(table)


def _row(cut: str, reports: list[Report]) -> Iterable[str]:
    matcher = knowledge_of(cut).knowledge.matcher
    assert isinstance(matcher, Matcher)
    forms = [each.forms["all"] for each in reports]
    known = len(matcher.index.wordings) / len(matcher.index.entries)
    yield f"{cut} ({known:.1f})"
    yield f"{matcher.policy.answer_at:.2f}"
    for share in ("hit1", "hit3", "answered", "precision"):
        yield _together([getattr(form, share) for form in forms])
    yield _together([each.near for each in reports])
    yield _together([each.far for each in reports])


def _together(shares: list[Share]) -> str:
    hits, total = sum(share.hits for share in shares), sum(share.total for share in shares)
    return f"{100 * hits / total:.1f} ({hits}/{total})" if total else "-"


if __name__ == "__main__":
    main()
