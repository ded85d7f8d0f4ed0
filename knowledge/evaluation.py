"""How well questions with known answers are answered: ranking, coverage and precision, for each form of writing."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.errors import KnowledgeError

Z = 1.96  # 95 % intervals
WRONG_SHARES = (0.01, 0.02, 0.05)  # for which the coverage they cost is shown
SPOKEN_AS_FACT = frozenset({"answer", "deadline"})  # outcomes that claim something


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and the entry that answers it. `form`: clean, plain, chat, typo, long."""

    entry: str
    form: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswerable:
    """A question no entry answers. `kind`: far, near, or caveat: `entry` itself says what it does not state."""

    kind: str
    text: str
    entry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedReply:
    """What the assistant did. `outcome`: answer, choices, partial, unknown …; `candidates`: best first."""

    outcome: str
    entry: str = ""
    candidates: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """A proportion with its 95 % Wilson interval."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """Return the share, 0.0 for nothing asked."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % Wilson score interval (Wilson 1927), (0.0, 1.0) for nothing asked."""
        if not self.total:
            return 0.0, 1.0
        share, size = self.value, self.total
        middle = share + Z * Z / (2 * size)
        spread = Z * math.sqrt(share * (1 - share) / size + Z * Z / (4 * size * size))
        whole = 1 + Z * Z / size
        return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)

    def as_json(self) -> dict[str, Any]:
        """Return value, counts and interval."""
        low, high = self.interval
        return {
            "value": round(self.value, 4), "hits": self.hits, "total": self.total,
            "interval": [round(low, 4), round(high, 4)],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReport:
    """The figures of one form of writing."""

    hit1: Share
    hit3: Share
    mrr: float
    answered: Share  # of all: spoken as fact
    precision: Share  # of the answered: with the right entry
    helped: Share  # of all: right answer, or the right entry among the choices
    coverage: tuple[Share, ...] = ()  # of all: could be answered with at most so many wrong, as in WRONG_SHARES


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole result. `forms` holds "all" first. `wrong`: the questions that were not ranked or answered right."""

    forms: Mapping[str, FormReport]
    far: Share  # far questions that were answered: should be none
    near: Share
    caveat: Share  # caveat questions handled well
    wrong: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return all figures as JSON values."""
        names = ("hit1", "hit3", "answered", "precision", "helped")
        forms = {
            form: {
                **{name: getattr(report, name).as_json() for name in names},
                "mrr": round(report.mrr, 4),
                "coverage": {
                    f"{wrong:.2f}": share.as_json() for wrong, share in zip(WRONG_SHARES, report.coverage, strict=True)
                },
            }
            for form, report in self.forms.items()
        }
        return {
            "forms": forms, "far_answered": self.far.as_json(), "near_answered": self.near.as_json(),
            "caveat_right": self.caveat.as_json(), "wrong": list(self.wrong),
        }  # fmt: skip

    def table(self) -> str:
        """Return the figures as aligned text, intervals in brackets."""
        lines = [
            f"{'form':<8}{'n':>5}  {'Hit@1':<19}{'Hit@3':<19}{'MRR':<8}{'answered':<19}{'precision':<19}{'helped':<19}"
        ]
        for form, report in self.forms.items():
            shares = (report.hit1, report.hit3, None, report.answered, report.precision, report.helped)
            cells = "".join(f"{report.mrr:<8.3f}" if share is None else f"{_cell(share):<19}" for share in shares)
            lines.append(f"{form:<8}{report.hit1.total:>5}  {cells}".rstrip())
        lines += [
            "",
            f"{'could be answered':<21}" + "".join(f"{f'{wrong:.0%} wrong':<19}" for wrong in WRONG_SHARES).rstrip(),
            *(
                f"{form:<21}" + "".join(f"{_cell(share):<19}" for share in report.coverage).rstrip()
                for form, report in self.forms.items()
            ),
            "",
            f"far questions answered:  {self.far.hits} of {self.far.total}  {_cell(self.far)}",
            f"near questions answered: {self.near.hits} of {self.near.total}  {_cell(self.near)}",
            f"caveat questions right:  {self.caveat.hits} of {self.caveat.total}  {_cell(self.caveat)}",
        ]
        return "\n".join(lines)


def load_questions(path: Path) -> list[Question]:
    """Read a table of entry key, form, question. Raises KnowledgeError with the line number on a malformed line."""
    return [Question(entry=row[0], form=row[1], text=row[2]) for row in read_rows(path, least=3)]


def load_unanswerable(path: Path) -> list[Unanswerable]:
    """Read a table of kind, question and, for caveats, entry key. Raises KnowledgeError on a malformed line."""
    return [
        Unanswerable(kind=row[0], text=row[1], entry=row[2] if len(row) > 2 else "")  # noqa: PLR2004
        for row in read_rows(path, least=2)
    ]


def read_rows(path: Path, *, least: int) -> list[list[str]]:
    """Read a file of tab-separated cells, without its comments (#). Raises KnowledgeError for a row of fewer cells."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise KnowledgeError(f"{path} is not UTF-8 text.", hint="Save it again with that encoding.") from None
    rows: list[list[str]] = []
    for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
        if not row or row[0].startswith("#"):
            continue
        if len(row) < least:
            said = f"{path}, line {number}: {len(row)} columns instead of {least}."
            raise KnowledgeError(said, hint="Separate them by tabs.")
        rows.append([cell.strip() for cell in row])
    return rows


def evaluate(
    ask: Callable[[str], EvaluatedReply], questions: Iterable[Question], unanswerable: Iterable[Unanswerable]
) -> Report:
    """Ask everything and count. `ask` is called once for each text, in order."""
    asked = [(question, ask(question.text)) for question in questions]
    outside = [(question, ask(question.text)) for question in unanswerable]
    forms = ["all", *sorted({question.form for question, _ in asked})]
    reports = {form: _form_report([pair for pair in asked if form in {"all", pair[0].form}]) for form in forms if asked}
    return Report(
        forms=reports,
        far=_answered(outside, "far"),
        near=_answered(outside, "near"),
        caveat=_caveats(outside),
        wrong=(*_wrong(asked), *_wrong_outside(outside)),
    )


def rank_of(reply: EvaluatedReply, entry: str) -> int | None:
    """Return the place of `entry` among the candidates, 1 for the best; None: it is not there."""
    return reply.candidates.index(entry) + 1 if entry in reply.candidates else None


def _form_report(pairs: Sequence[tuple[Question, EvaluatedReply]]) -> FormReport:
    ranks = [rank_of(reply, question.entry) for question, reply in pairs]
    answers = [(question, reply) for question, reply in pairs if reply.outcome in SPOKEN_AS_FACT]
    right = sum(reply.entry == question.entry for question, reply in answers)
    offered = sum(
        reply.outcome == "choices" and question.entry in (reply.choices or reply.candidates[:3])
        for question, reply in pairs
    )
    total = len(pairs)
    return FormReport(
        hit1=Share(sum(rank == 1 for rank in ranks), total),
        hit3=Share(sum(rank is not None and rank <= 3 for rank in ranks), total),  # noqa: PLR2004
        mrr=sum(1 / rank for rank in ranks if rank) / total if total else 0.0,
        answered=Share(len(answers), total),
        precision=Share(right, len(answers)),
        helped=Share(right + offered, total),
        coverage=tuple(Share(_coverable(pairs, wrong), total) for wrong in WRONG_SHARES),
    )


def _coverable(pairs: Sequence[tuple[Question, EvaluatedReply]], wrong: float) -> int:
    """Return how many of the surest best candidates could be spoken with at most a share `wrong` of them wrong.

    Equal confidences stand or fall together: a threshold cannot tell them apart.
    """
    ordered = sorted(
        ((reply.confidence, rank_of(reply, question.entry) == 1) for question, reply in pairs), reverse=True
    )
    most = missed = 0
    for count, (confidence, is_right) in enumerate(ordered, start=1):
        missed += not is_right
        is_last_of_equals = count == len(ordered) or ordered[count][0] < confidence
        if is_last_of_equals and missed <= wrong * count:
            most = count
    return most


def _answered(pairs: Sequence[tuple[Unanswerable, EvaluatedReply]], kind: str) -> Share:
    chosen = [reply for question, reply in pairs if question.kind == kind]
    return Share(sum(reply.outcome in SPOKEN_AS_FACT for reply in chosen), len(chosen))


def _caveats(pairs: Sequence[tuple[Unanswerable, EvaluatedReply]]) -> Share:
    chosen = [(question, reply) for question, reply in pairs if question.kind == "caveat"]
    right = sum(
        reply.outcome == "partial" or (reply.outcome == "answer" and reply.entry == question.entry)
        for question, reply in chosen
    )
    return Share(right, len(chosen))


def _wrong(pairs: Sequence[tuple[Question, EvaluatedReply]]) -> list[str]:
    return [
        f"{question.form}: {question.text} -> {reply.outcome} {reply.entry or (reply.candidates[:1] or ('',))[0]}"
        f" (should be {question.entry}, {reply.confidence:.2f})"
        for question, reply in pairs
        if reply.outcome not in SPOKEN_AS_FACT or reply.entry != question.entry
    ]


def _wrong_outside(pairs: Sequence[tuple[Unanswerable, EvaluatedReply]]) -> list[str]:
    return [
        f"{question.kind}: {question.text} -> {reply.outcome} {reply.entry} ({reply.confidence:.2f})"
        for question, reply in pairs
        if question.kind in {"far", "near"} and reply.outcome in SPOKEN_AS_FACT
    ]


def _cell(share: Share) -> str:
    low, high = share.interval
    return f"{share.value:.3f} [{low:.2f}-{high:.2f}]"


def as_text(report: Report) -> str:
    """Return the report as indented JSON."""
    return json.dumps(report.as_json(), ensure_ascii=False, indent=2)
