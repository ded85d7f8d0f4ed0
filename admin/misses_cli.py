"""The verbs about what the knowledge lacks: the queue, and closing a gap."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from admin.running import composition_of, fail, run, settings_of
from bot.masking import masked
from runtime.clock import SystemClock

T = TypeVar("T")
Number = Annotated[int, typer.Argument(metavar="GAP", help="Number of the gap, as `hoidap misses list` shows it.")]
By = Annotated[str, typer.Option("--by", help="Who does this, as the history shall name them.")]

app = typer.Typer(name="misses", help="What the knowledge lacks, by how many people missed it.", no_args_is_help=True)


def _with_session(context: typer.Context, work: Callable[[AsyncSession, datetime], Awaitable[T]]) -> T:
    async def begin() -> T:
        async with composition_of(context).open_database(settings_of()) as db, db.transaction() as session:
            return await work(session, SystemClock().now())

    return run(begin())


@app.command("list")
def list_gaps(
    context: typer.Context,
    words: Annotated[str, typer.Argument(help="Words to look for, with or without marks.")] = "",
    settled: Annotated[bool, typer.Option("--settled", help="Those that left the queue instead.")] = False,
    page: Annotated[int, typer.Option(min=1, help="Which fifty of them.")] = 1,
) -> None:
    """List the queue: number, people, misses, state, reason, entry, question."""
    from bot.gap_states import WAITING, GapState
    from bot.triage import GapFilter, listing

    states = tuple(set(GapState) - set(WAITING)) if settled else WAITING
    wanted = GapFilter(states=states, text=words)
    lines, _ = _with_session(context, lambda session, _now: listing(session, wanted, page=page))
    for line in lines:
        cells = (
            line.id,
            line.people,
            line.misses,
            line.state.value,
            line.reason,
            line.entry or "-",
            masked(line.text) or "-",
        )
        print("\t".join(str(cell) for cell in cells))


@app.command()
def variant(
    context: typer.Context,
    gap: Number,
    entry: Annotated[str, typer.Argument(help="Key of the entry that answers it.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why other questions may lose their answer.")] = "",
) -> None:
    """Add the first question of a gap to the wordings of an entry and publish it, if no other answer is lost."""
    from bot.teaching import Lesson

    taught = run(_add_variant(context, gap, entry, by=by, reason=reason))
    if taught.lesson is Lesson.REFUSED:
        lost = "; ".join(shift.question.text for shift in taught.report.blocking)
        fail(f"Nothing was changed: other questions would lose their answer: {lost}. Give a --reason.")
    print(f"{entry}: {taught.lesson.value}{f' ({taught.why})' if taught.why else ''}.")


async def _add_variant(context: typer.Context, gap: int, entry: str, *, by: str, reason: str) -> Any:
    from bot import teaching
    from knowledge.feed import KnowledgeFeed

    composition, settings, clock = composition_of(context), settings_of(), SystemClock()
    async with composition.open_database(settings) as db:
        feed = KnowledgeFeed(db, composition.make_matcher, clock=clock)
        await feed.load()
        async with db.reading() as session:
            line = await _line(session, gap)
        if not line.text:
            fail(f"Gap {gap} holds no question.")
        teacher = teaching.Teacher(
            by=by, at=clock.now(), may_publish=True, reason=reason, second_approval=settings.knowledge.second_approval
        )
        proposal = teaching.Proposal(entry=entry, texts=(line.text,), gap=line)

        async def record(session: AsyncSession, action: str) -> None:
            await _note(session, action, gap, clock.now())

        return await teaching.teach(db, feed, proposal, teacher, record=record)


async def _note(session: AsyncSession, action: str, gap: int, at: datetime) -> None:
    from admin import audit

    await audit.record(session, actor=audit.COMMAND_LINE, action=action, subject=f"gap:{gap}", at=at)


@app.command("set-aside")
def set_aside(context: typer.Context, gap: Number, by: By) -> None:
    """Say that nothing is to answer a gap; its questions become test questions."""
    from bot.teaching import Teacher
    from bot.teaching import set_aside as aside

    async def work(session: AsyncSession, now: datetime) -> int:
        done = await aside(session, [await _line(session, gap)], Teacher(by=by, at=now, may_publish=False))
        await _note(session, "misses.out_of_scope", gap, now)
        return done

    _with_session(context, work)
    print(f"Gap {gap} is out of scope.")


@app.command()
def regroup(context: typer.Context) -> None:
    """Take apart the gaps that nobody has touched; the server sorts their questions anew."""
    from bot.gaps import regroup as take_apart

    print(f"Took {_with_session(context, lambda session, _now: take_apart(session))} gaps apart.")


async def _line(session: AsyncSession, gap: int) -> Any:
    from bot.triage import lines

    found = await lines(session, [gap])
    if not found:
        fail(f"There is no gap {gap}. `hoidap misses list` shows all.")
    return found[0]
