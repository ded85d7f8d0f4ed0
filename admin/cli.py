"""The command line: each verb parses, calls one function, prints. Exit code 0, 1 (failed) or 2 (usage)."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from admin import articles_cli, asking, channels_cli, entries_cli, erasing_cli, misses_cli, staff_cli
from admin.composition import Composition
from admin.running import composition_of, failing_plainly, run, settings_of
from runtime.clock import VIETNAM, SystemClock, start_of_day, vietnam_date
from runtime.database import Database
from runtime.errors import sentences

Option = typer.Option
KnowledgeFile = Annotated[
    Path | None, Option("--knowledge", exists=True, dir_okay=False, help="Use this knowledge file alone, in memory.")
]
AtDate = Annotated[str | None, Option("--at", help="Answer as on this date (YYYY-MM-DD, Vietnam).")]
OutFile = Annotated[Path, typer.Argument(dir_okay=False)]

app = typer.Typer(
    name="hoidap",
    help="Question answering for a Vietnamese provincial portal.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(articles_cli.app)
app.add_typer(channels_cli.app)
app.add_typer(entries_cli.app)
app.add_typer(erasing_cli.app)
app.add_typer(misses_cli.app)
app.add_typer(staff_cli.app)


def main(composition: Composition, arguments: list[str] | None = None) -> None:
    """Run the command line."""
    app(arguments, prog_name="hoidap", obj=composition)


def _moment(at: str | None) -> datetime:
    """Return the moment to answer for, in Vietnam's zone: now, or noon of a given day."""
    if at is None:
        return SystemClock().now().astimezone(VIETNAM)
    try:
        return start_of_day(date.fromisoformat(at)).astimezone(VIETNAM).replace(hour=12)
    except ValueError:
        raise typer.BadParameter(f"{at!r} is not a date like 2024-06-01", param_hint="--at") from None


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, Option(help="Port to listen on; 0 takes a free one.")] = None,
    processes: Annotated[int, Option(min=1, help="Processes; more than one needs PostgreSQL.")] = 1,
    share_port: Annotated[bool, Option("--share-port", hidden=True)] = False,
    set_up_link: Annotated[bool, Option("--set-up-link/--no-set-up-link", hidden=True)] = True,
) -> None:
    """Serve until SIGTERM, then finish what has begun."""
    from admin.processes import serve_many, serve_one

    with failing_plainly():
        settings = settings_of(host=host, port=port)
        if processes > 1:
            raise typer.Exit(serve_many(settings, processes))
        serve_one(composition_of(context).serve, settings, share_port=share_port, set_up_link=set_up_link)


@app.command()
def ask(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="The question.")] = None,
    knowledge: KnowledgeFile = None,
    at: AtDate = None,
    channel: Annotated[str | None, Option(help="Show the reply as this channel would send it.")] = None,
    as_json: Annotated[bool, Option("--json", help="Print the whole result as JSON.")] = False,
    as_jsonl: Annotated[bool, Option("--jsonl", help='Read {"text": …} per line, print a result per line.')] = False,
) -> None:
    """Ask one question through the same path as live messages."""
    if (text is None) != as_jsonl:
        raise typer.BadParameter("give either a question or --jsonl")
    if text is not None and not text.strip():
        raise typer.BadParameter('the question is empty; put it in quotes: hoidap ask "…"', param_hint="TEXT")
    composition = composition_of(context)
    render = composition.renderers.get(channel) if channel else None
    if channel and render is None:
        raise typer.BadParameter(f"one of {', '.join(composition.renderers)}", param_hint="--channel")
    with failing_plainly():
        ready = asking.prepare(composition, settings_of(), knowledge, _moment(at))
        if as_jsonl:
            asking.answer_lines(ready, sys.stdin.buffer, sys.stdout)
        elif text is not None:
            asking.show(ready, text, as_json=as_json, render=render)


@app.command("eval")
def evaluate_quality(
    context: typer.Context,
    questions: Annotated[Path, Option(exists=True, help="TSV: entry, form, question.")],
    unanswerable: Annotated[Path, Option(exists=True, help="TSV: kind, question, entry.")],
    knowledge: KnowledgeFile = None,
    at: AtDate = None,
    as_json: Annotated[bool, Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Print the quality table of a question set."""
    from knowledge.evaluation import EvaluatedReply, evaluate, load_questions, load_unanswerable

    with failing_plainly():
        ready = asking.prepare(composition_of(context), settings_of(), knowledge, _moment(at))
        answerable, others = load_questions(questions), load_unanswerable(unanswerable)
        steps = range(len(answerable) + len(others))
        progress = iter(track(steps, console=Console(stderr=True), disable=not sys.stderr.isatty()))

        def reply(question: str) -> EvaluatedReply:
            next(progress, None)
            return asking.evaluated(ready, question)

        report = evaluate(reply, answerable, others)
    print(json.dumps(report.as_json(), ensure_ascii=False, indent=2) if as_json else report.table())


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    dry_run: Annotated[bool, Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Load a knowledge file (YAML, JSON, CSV, XLSX, QnABot or Azure) and publish what changed, as it stands.

    No second person is asked, and nothing without a source is held back: it is named.
    """
    from admin.taking_over import Taken, foresee, take_over
    from knowledge import filing

    async def work() -> Taken:
        parsed = filing.parse(file)
        async with composition_of(context).open_database(settings_of()) as db:
            if dry_run:
                return await foresee(db, parsed)
            return await take_over(db, parsed, file.name, now=SystemClock().now())

    taken = run(work())
    plan = taken.plan
    kinds = ("created", "changed", "unchanged", "refused", "terms", "competitions", "guides")
    counts = ((name, len(getattr(plan, name))) for name in kinds)
    print(", ".join(f"{name} {count}" for name, count in counts))
    for problem in (*plan.refused, *plan.warnings):
        print(f"  {problem}")
    for key, findings in taken.unevidenced.items():
        print(f"  {key}: no source holds {', '.join(finding.token.text for finding in findings)}")
    for key in taken.unsourced:
        print(f"  {key}: rests on no article")
    if plan.refused:
        raise typer.Exit(1)


@app.command()
def export(
    context: typer.Context,
    file: OutFile,
    for_review: Annotated[
        bool, Option("--for-review", help="Write an XLSX to print, with columns for remarks and signatures.")
    ] = False,
) -> None:
    """Write the knowledge to a file (YAML, JSON, CSV or XLSX)."""
    from knowledge import filing, transfer

    async def work() -> Any:
        async with composition_of(context).open_database(settings_of()) as db:
            await transfer.load_starter(db, SystemClock().now())  # what `serve` would answer from
            async with db.reading() as session:
                return await transfer.export(session)

    with failing_plainly():
        contents = run(work())
        if for_review:
            filing.write_printable(contents, file, on=vietnam_date(SystemClock().now()))
            print(f"Wrote {file}.")
            return
        filing.write(contents, file)
    print(f"Wrote {file}.")
    for left_out in filing.left_out(contents, file.suffix):
        print(f"  {left_out}")


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this release."""
    from runtime import schema

    async def work() -> None:
        db = Database(settings_of().database.url)
        try:
            await schema.migrate(db)
        finally:
            await db.close()

    run(work())
    print("The schema is current.")


@app.command()
def doctor(context: typer.Context) -> None:
    """Check the set-up; exit 1 when something must be mended. Messages nobody, makes nothing."""
    from admin.diagnosis import diagnose

    async def work() -> Any:
        return await diagnose(composition_of(context), settings_of())

    findings = run(work())
    for finding in findings:
        said = sentences(finding.message, "" if finding.ok else finding.hint)
        verdict = "ok  " if finding.ok else "warn" if finding.is_warning else "FAIL"
        print(f"{verdict} {finding.subject}: {said}")
    if not all(finding.ok or finding.is_warning for finding in findings):
        raise typer.Exit(1)


@app.command()
def revive(context: typer.Context) -> None:
    """Give every dead letter another life, once its cause is mended."""
    from admin import audit
    from bot import deadletters

    async def work() -> tuple[int, int]:
        async with composition_of(context).open_assistant(settings_of()) as it, it.db.transaction() as session:
            now = it.clock.now()
            updates, deliveries = await deadletters.revive(session, it.waker, now=now)
            after = {"updates": updates, "deliveries": deliveries}
            await audit.record(
                session, actor=audit.COMMAND_LINE, action="queues.revive", subject="queues", at=now, after=after
            )
            return updates, deliveries

    updates, deliveries = run(work())
    print(f"Revived {updates} updates and {deliveries} deliveries.")


@app.command()
def backup(file: OutFile) -> None:
    """Write the whole database to a file, also while the server runs."""
    from runtime.backup import backup as write

    with failing_plainly():
        write(settings_of().database.url, file)
    print(f"Wrote {file}.")


@app.command()
def restore(file: OutFile) -> None:
    """Replace the database by a backup; the replaced one is kept. Stop the server first."""
    from runtime.backup import restore as read

    with failing_plainly():
        kept = read(settings_of().database.url, file, now=SystemClock().now())
    print(f"Restored. What was there before is kept in {kept}." if kept else "Restored.")


@app.command("make-key")
def make_key() -> None:
    """Print a new key for HOIDAP_SECRET_KEY."""
    from cryptography.fernet import Fernet

    print(Fernet.generate_key().decode())
