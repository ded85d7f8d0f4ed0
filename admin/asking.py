"""Questions from the command line: `ask`, `ask --jsonl` and `eval`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from admin.composition import Composition, Render
from bot.asking import as_json as result_of
from bot.asking import ask
from bot.dispatcher import Handler
from bot.handlers.composing import ENTRY_PREFIX
from bot.layout import spoken
from bot.messages import Outcome
from knowledge.base import Knowledge
from knowledge.evaluation import EvaluatedReply
from knowledge.snapshot import Snapshot
from runtime.clock import vietnam_date
from runtime.errors import AppError
from runtime.settings import Settings

_SHOWN = 10  # bad lines named at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Everything needed to answer, for one moment."""

    knowledge: Knowledge
    handlers: Sequence[Handler]
    at: datetime

    def ask(self, text: str) -> Outcome:
        """Return the outcome of one question."""
        return ask(text, self.knowledge, self.handlers, at=self.at)


def prepare(composition: Composition, settings: Settings, file: Path | None, at: datetime) -> Ready:
    """Load the knowledge of `file`, else of the database. Raises KnowledgeError or DatabaseError."""
    from knowledge import filing
    from knowledge.schema import snapshot_of

    learnt: Mapping[str, Any] | None = None
    if file is not None:
        parsed = filing.parse(file, unanswered=True)
        for problem in parsed.problems:
            print(problem, file=sys.stderr)
        snapshot = snapshot_of(parsed)
    else:
        snapshot, learnt = asyncio.run(_stored(composition, settings))
    matcher, is_learnt = composition.make_matcher(snapshot.on(vietnam_date(at)), learnt)
    if not is_learnt:
        matcher, _ = composition.learn(matcher)
    knowledge = Knowledge(snapshot=snapshot, matcher=matcher)
    return Ready(knowledge=knowledge, handlers=composition.handlers(settings), at=at)


async def _stored(composition: Composition, settings: Settings) -> tuple[Snapshot, Mapping[str, Any] | None]:
    from knowledge.store import load_calibration, load_snapshot
    from knowledge.transfer import load_starter
    from runtime.clock import SystemClock

    async with composition.open_database(settings) as db:
        await load_starter(db, SystemClock().now())
        async with db.reading() as session:
            return await load_snapshot(session), (await load_calibration(session))[1]


def show(ready: Ready, text: str, *, as_json: bool, render: Render | None) -> None:
    """Print one result: as JSON, as a channel's own payloads, or as text for people."""
    outcome = ready.ask(text)
    if as_json:
        print(_line_of(result_of(text, outcome)))
    elif outcome.reply is None:
        print("(nothing to say)")
    elif render is not None:
        for payload in render(outcome.reply):
            print(json.dumps(dict(payload), ensure_ascii=False, indent=2))
    else:
        print(spoken(outcome.reply))
        for number, choice in enumerate(outcome.reply.choices, 1):
            print(f"  {number}. {choice.title}")
        print(f"\n[{outcome.kind.value} · {outcome.entry or '-'} · {outcome.confidence:.2f} · {outcome.trace.reason}]")


def answer_lines(ready: Ready, source: Iterable[bytes], target: TextIO) -> None:
    """Answer `{"text": …}` lines one by one, in order; a line that is not one gets an `error` in its place.

    Lines are bytes: one that is not UTF-8 must not stop those after it. Raises AppError naming the bad lines after the
    last one.
    """
    bad: list[int] = []
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            text = json.loads(line)["text"]
        except (ValueError, KeyError, TypeError, RecursionError):
            text = None
        if isinstance(text, str):
            result = result_of(text, ready.ask(text))
        else:
            bad.append(number)
            result = {"line": number, "error": 'not an object with a "text"'}
        target.write(f"{_line_of(result)}\n")
        target.flush()
    if bad:
        raise AppError(f'Not an object with a "text": line {", ".join(map(str, bad[:_SHOWN]))}, {len(bad)} in all.')


def _line_of(result: Mapping[str, Any]) -> str:
    # Half of a surrogate pair, which JSON may hold and UTF-8 may not, stays the escape that it came as.
    return json.dumps(result, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")


def evaluated(ready: Ready, question: str) -> EvaluatedReply:
    """Return what `eval` judges of one reply."""
    outcome = ready.ask(question)
    choices = outcome.reply.choices if outcome.reply else ()
    return EvaluatedReply(
        outcome=outcome.kind.value,
        entry=outcome.entry,
        candidates=tuple(ranked.entry for ranked in outcome.candidates),
        confidence=outcome.confidence,
        choices=tuple(choice.payload.removeprefix(ENTRY_PREFIX) for choice in choices),
    )
