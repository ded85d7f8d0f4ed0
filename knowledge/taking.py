"""Take over a knowledge file row by row, as people at a screen do: look first, then choose; nothing is published.

`transfer.apply` is the whole of a file at once, for the command line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import editing, store, transfer, workflow
from knowledge.diffing import FieldChange, compare
from knowledge.safeguards import unevidenced_among
from knowledge.schema import EntryItem, KnowledgeFile, Problem, Status
from knowledge.tables import Entry, Revision
from knowledge.terms import import_terms


class Fate(StrEnum):
    """What a row of a file would do."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Choice(StrEnum):
    """What becomes of a row."""

    SKIP = "skip"
    DRAFT = "draft"  # a new, unpublished revision
    SUBMIT = "submit"  # the same, and it waits for approval


_ORDER = (Fate.REFUSED, Fate.CHANGED, Fate.CREATED, Fate.UNCHANGED)  # what needs looking at first


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry of a file. `number`: the revision it is compared with (0: there is none).

    `problems` are why it is refused, or what of it is not used; `unevidenced` figures of it that no source holds.
    """

    place: str
    key: str
    fate: Fate
    question: str = ""
    number: int = 0
    changes: tuple[FieldChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    unevidenced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a file would do: entries by row, articles and terms by key. `problems` belong to no row."""

    rows: tuple[Row, ...]
    new_articles: tuple[str, ...] = ()
    changed_articles: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    competitions: int = 0
    guides: int = 0
    problems: tuple[Problem, ...] = ()

    def count(self, fate: Fate) -> int:
        """Return how many rows have a fate."""
        return sum(row.fate is fate for row in self.rows)

    @property
    def numbers(self) -> dict[str, int]:
        """The revisions that the rows were compared with, by key."""
        return {row.key: row.number for row in self.rows if row.fate in {Fate.CREATED, Fate.CHANGED}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was done, by key. `overtaken`: somebody wrote a newer revision since the preview; nothing was done to it.

    `unanswered`: drafts that were to be submitted and have no answer.
    """

    drafted: tuple[str, ...] = ()
    submitted: tuple[str, ...] = ()
    overtaken: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


async def preview(session: AsyncSession, file: KnowledgeFile) -> Preview:
    """Compare a file with the database; nothing is changed."""
    stored = await store.load_contents(session)
    plan = await transfer.plan(session, file, stored)
    known, articles = {item.key: item for item in stored.entries}, {item.key for item in stored.articles}
    file = transfer.completed(file, known)
    numbers = await _numbers(session)
    problems: dict[str, list[Problem]] = {}
    for problem in (*plan.refused, *plan.warnings):
        if problem.place in {"", file.places.get(problem.key)}:  # another row of the same key has troubles of its own
            problems.setdefault(problem.key, []).append(problem)
    lacking = await unevidenced_among(session, plan.entries)
    fates = {
        Fate.CREATED: set(plan.created), Fate.CHANGED: set(plan.changed), Fate.UNCHANGED: set(plan.unchanged),
    }  # fmt: skip
    rows = [
        Row(
            place=file.places.get(item.key, ""),
            key=item.key,
            fate=fate,
            question=item.question,
            number=numbers.get(item.key, 0),
            changes=compare(known[item.key], item) if fate is Fate.CHANGED else (),
            problems=tuple(problems.get(item.key, ())),
            unevidenced=tuple(finding.token.text for finding in lacking.get(item.key, ())),
        )
        for item in file.entries
        for fate, keys in fates.items()
        if item.key in keys
    ]
    return Preview(
        rows=tuple(sorted((*_refused(plan), *rows), key=lambda row: _ORDER.index(row.fate))),
        new_articles=tuple(key for key in plan.articles if key not in articles),
        changed_articles=tuple(key for key in plan.articles if key in articles),
        terms=plan.terms,
        competitions=len(file.competitions),
        guides=len(file.guides),
        problems=tuple(problem for problem in plan.warnings if not problem.key),
    )


async def take(
    session: AsyncSession, file: KnowledgeFile, choices: Mapping[str, Choice], *, numbers: Mapping[str, int], by: str,
    now: datetime, with_articles: bool = False, with_terms: bool = False, note: str = "",
) -> Taken:  # fmt: skip
    """Do to each entry of a file what was chosen; one without a choice is skipped. In the caller's transaction.

    `numbers`: the revisions that the preview compared with. Articles that are new are taken when a chosen entry cites
    them; those that would change only `with_articles`.
    """
    await editing.lock(session)
    latest, stored = await _numbers(session), await store.load_contents(session)
    plan = await transfer.plan(session, file, stored)
    wanted = [item for item in plan.entries if choices.get(item.key, Choice.SKIP) is not Choice.SKIP]
    items = [item for item in wanted if latest.get(item.key, 0) == numbers.get(item.key, 0)]
    cited = {item.article for item in items} - {item.key for item in stored.articles}
    articles = [item for item in file.articles if item.key in plan.articles and (with_articles or item.key in cited)]
    terms = [item for item in file.terms if with_terms and item.key in plan.terms]
    await editing.import_articles(session, articles)
    await import_terms(session, terms, now=now, by=by)
    await _write(session, items, by=by, now=now, note=note)
    wished = [item for item in items if choices[item.key] is Choice.SUBMIT]
    submitted = tuple(item.key for item in wished if item.has_answer)
    for key in submitted:
        await workflow.submit_latest(session, key, by=by, now=now)
    if items or articles or terms:
        await editing.raise_version(session, now=now)  # topics, articles and terms count at once
    return Taken(
        drafted=tuple(item.key for item in items if item.key not in submitted),
        submitted=submitted,
        overtaken=tuple(item.key for item in wanted if item not in items),
        unanswered=tuple(item.key for item in wished if not item.has_answer),
        articles=tuple(item.key for item in articles),
        terms=tuple(item.key for item in terms),
    )


async def _write(session: AsyncSession, items: Sequence[EntryItem], *, by: str, now: datetime, note: str) -> None:
    """Add an unpublished revision to each entry; one that waits for approval is a draft again."""
    waiting = set(await session.scalars(select(Entry.key).where(Entry.status == Status.IN_REVIEW)))
    drafts = [item.model_copy(update={"status": Status.DRAFT if item.key in waiting else None}) for item in items]
    await editing.import_entries(session, drafts, now=now, note=note, new=Status.DRAFT, author=by)


def _refused(plan: transfer.Plan) -> list[Row]:
    """Return one row for each place of the file that is refused, with every reason."""
    found: dict[tuple[str, str], list[Problem]] = {}
    for problem in plan.refused:
        found.setdefault((problem.place, problem.key), []).append(problem)
    return [
        Row(place=place, key=key, fate=Fate.REFUSED, problems=tuple(reasons)) for (place, key), reasons in found.items()
    ]


async def _numbers(session: AsyncSession) -> dict[str, int]:
    """Return the number of the latest revision of every entry."""
    latest = (
        select(Entry.key, func.max(Revision.number)).join(Revision, Revision.entry_id == Entry.id).group_by(Entry.key)
    )
    return {row[0]: row[1] for row in await session.execute(latest)}
