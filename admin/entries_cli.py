"""The verbs about entries: what there is, what changed, and the way from a draft to what is spoken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from admin.running import composition_of, run, settings_of
from knowledge.schema import Status
from runtime.clock import VIETNAM, SystemClock, vietnam_date

Option = typer.Option
T = TypeVar("T")
Key = Annotated[str, typer.Argument(help="Key of the entry.")]
By = Annotated[str, Option("--by", help="Who does this, as the history shall name them.")]

app = typer.Typer(name="entries", help="Look at entries and decide what is spoken.", no_args_is_help=True)


def _with_session(context: typer.Context, work: Callable[[AsyncSession, datetime], Awaitable[T]]) -> T:
    async def begin() -> T:
        async with composition_of(context).open_database(settings_of()) as db, db.transaction() as session:
            return await work(session, SystemClock().now())

    return run(begin())


def _decide(
    context: typer.Context, key: str, action: str, work: Callable[[AsyncSession, datetime], Awaitable[T]], by: str = ""
) -> T:
    """Do something to an entry and write it into the audit log."""

    async def act(session: AsyncSession, now: datetime) -> T:
        done = await work(session, now)
        await _note(session, key, action, now, by=by)
        return done

    return _with_session(context, act)


async def _note(session: AsyncSession, key: str, action: str, now: datetime, **after: object) -> None:
    from admin import audit

    await audit.record(
        session, actor=audit.COMMAND_LINE, action=f"entries.{action}", subject=f"entry:{key}", at=now, after=after
    )


@app.command("list")
def list_all(
    context: typer.Context,
    words: Annotated[str, typer.Argument(help="Words to look for; with marks only those.")] = "",
    topic: Annotated[str | None, Option(help="Only this topic.")] = None,
    status: Annotated[Status | None, Option(help="Only this status.")] = None,
    limit: Annotated[int, Option(min=1, help="How many at most.")] = 50,
) -> None:
    """List entries: key, status, latest revision, question."""
    from knowledge.listing import EntryFilter, list_entries

    wanted = EntryFilter(words=words, topic=topic, status=status)
    for line in _with_session(context, lambda session, _now: list_entries(session, wanted, limit=limit)):
        state = f"{line.status.value}{f'+{line.progress.value}' if line.progress else ''}"
        print(f"{line.key}\t{state}\t{line.revision}\t{line.question}")


@app.command()
def problems(context: typer.Context) -> None:
    """List what is wrong with what is published: kind, entry, field, what to look at. Exit code 1 if anything is."""
    from knowledge.feed import KnowledgeFeed
    from knowledge.problems import find_troubles

    composition, settings = composition_of(context), settings_of()

    async def work() -> Any:
        clock = SystemClock()
        async with composition.open_database(settings) as db:
            feed = KnowledgeFeed(db, composition.make_matcher, clock=clock)
            await feed.load()
            async with db.reading() as session:
                return await find_troubles(session, feed.current, on=vietnam_date(clock.now()))

    troubles = run(work())
    for trouble in troubles:
        cells = (trouble.kind.value, trouble.entry, trouble.field, trouble.other, trouble.text)
        print("\t".join(cell or "-" for cell in cells))
    if troubles:
        raise typer.Exit(1)


@app.command()
def history(context: typer.Context, key: Key) -> None:
    """List the revisions of an entry, newest first; the one that is spoken, or would be, is marked."""
    from knowledge.history import list_revisions, load_entry

    async def work(session: AsyncSession, _now: datetime) -> Any:
        return (await load_entry(session, key)).status, await list_revisions(session, key)

    status, lines = _with_session(context, work)
    current = "spoken" if status is Status.PUBLISHED else status.value  # put away since: it says nothing any more
    for line in lines:
        when = line.created_at.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M")
        state = current if line.is_current else "waiting" if line.is_waiting else ""
        print(f"{line.number}\t{when}\t{line.author or '-'}\t{state or '-'}\t{line.change_note or '-'}")


@app.command()
def diff(
    context: typer.Context,
    key: Key,
    before: Annotated[int, typer.Argument(help="Number of the earlier revision.")],
    after: Annotated[int, typer.Argument(help="Number of the later revision.")],
) -> None:
    """Show what changed between two revisions, word by word: [-removed-] {+added+}."""
    from knowledge.diffing import Change, compare
    from knowledge.history import load_entry

    async def work(session: AsyncSession, _now: datetime) -> Any:
        return compare(*[(await load_entry(session, key, number)).item for number in (before, after)])

    marks = {Change.SAME: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "{{+{}+}}"}
    for change in _with_session(context, work):
        print(f"{change.name}: {''.join(marks[piece.change].format(piece.text) for piece in change.pieces)}")


@app.command()
def check(context: typer.Context, key: Key) -> None:
    """List figures and quotes without a source, and replies that would change. Exit code 1 if it would be refused."""
    from knowledge import publishing
    from knowledge.feed import KnowledgeFeed
    from knowledge.safeguards import Quoting

    composition, settings = composition_of(context), settings_of()

    async def work() -> publishing.Examination:
        async with composition.open_database(settings) as db:
            feed = KnowledgeFeed(db, composition.make_matcher, clock=SystemClock())
            await feed.load()
            return await publishing.examine(db, feed, key)

    examined = run(work())
    for finding in examined.unevidenced:
        print(f"unevidenced\t{finding.field}\t{finding.token.text}")
    if examined.quoting is Quoting.ABSENT:
        print(f"unquoted\tquote\t{examined.stored.item.quote}")
    for shift in examined.report.shifts:
        sides = (f"{side.verdict.value} {','.join(side.entries)}".strip() for side in (shift.before, shift.after))
        print("\t".join((shift.effect.value, shift.question.origin.value, shift.question.text, *sides)))
    if not examined.is_sourced or examined.report.blocking:
        raise typer.Exit(1)


@app.command()
def submit(context: typer.Context, key: Key, by: By) -> None:
    """Ask for the approval of the latest revision."""
    from knowledge.workflow import submit_latest

    _decide(context, key, "submit", lambda session, now: submit_latest(session, key, by=by, now=now), by)
    print(f"{key} waits for approval.")


@app.command()
def publish(
    context: typer.Context,
    key: Key,
    by: By,
    reason: Annotated[str, Option(help="Why other questions may lose their answer.")] = "",
) -> None:
    """Approve and publish the latest revision, if its figures are evidenced and no other answer is lost."""
    from knowledge import publishing
    from knowledge.feed import KnowledgeFeed
    from knowledge.history import load_entry

    composition, settings = composition_of(context), settings_of()

    async def work() -> int:
        now = SystemClock().now()

        async def record(session: AsyncSession, _examined: publishing.Examination) -> None:
            await _note(session, key, "publish", now, by=by, reason=reason)

        async with composition.open_database(settings) as db:
            feed = KnowledgeFeed(db, composition.make_matcher, clock=SystemClock())
            await feed.load()
            async with db.reading() as session:
                number = (await load_entry(session, key)).latest
            decision = publishing.Decision(
                key=key, number=number, by=by, reason=reason, second_approval=settings.knowledge.second_approval
            )
            await publishing.publish(db, feed, decision, now=now, record=record)
            return feed.current.snapshot.version

    print(f"{key} is published; the knowledge is at version {run(work())}.")


@app.command()
def suspend(context: typer.Context, key: Key) -> None:
    """Stop an entry from being spoken, for now."""
    from knowledge.editing import suspend as stop

    _decide(context, key, "suspend", lambda session, now: stop(session, key, now=now))
    print(f"{key} is suspended.")


@app.command()
def resume(context: typer.Context, key: Key) -> None:
    """Let a suspended or archived entry speak again as it last did."""
    from knowledge.editing import resume as go_on

    _decide(context, key, "resume", lambda session, now: go_on(session, key, now=now))
    print(f"{key} is published again.")


@app.command()
def archive(context: typer.Context, key: Key) -> None:
    """Put an entry away for good; its history stays."""
    from knowledge.editing import archive as put_away

    _decide(context, key, "archive", lambda session, now: put_away(session, key, now=now))
    print(f"{key} is archived.")


@app.command()
def restore(
    context: typer.Context, key: Key, number: Annotated[int, typer.Argument(help="Number of the revision.")], by: By
) -> None:
    """Make an earlier revision the newest again, to be published."""
    from knowledge.workflow import restore as bring_back

    note = f"restored from revision {number}"
    made = _decide(
        context, key, "restore", lambda session, now: bring_back(session, key, number, by=by, now=now, note=note), by
    )
    print(f"{key} is at revision {made}; publish it with: hoidap entries publish {key}")
