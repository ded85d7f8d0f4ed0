"""Move knowledge between files and the database: plan what would change, apply, export."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import resources

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import editing, filing, store
from knowledge.competition_editing import import_competitions
from knowledge.guide_editing import check_guide, import_guides
from knowledge.parsing import missing_article
from knowledge.portal import paragraphs
from knowledge.schema import CompetitionItem, EntryItem, GuideItem, KnowledgeFile, Problem, Status, snapshot_of
from knowledge.snapshot import Snapshot
from knowledge.terms import import_terms
from runtime.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import does to the database. Entries and articles by their keys, in the order of the file.

    `refused` are entries that are left out, `warnings` parts of the file that are not used; both with their place.
    `entries` are those created or changed as they will stand: where the file is silent, with what is stored.
    """

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    entries: tuple[EntryItem, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    articles: tuple[str, ...] = ()  # created or changed
    terms: tuple[str, ...] = ()  # created or changed, as "term = meaning"
    competitions: tuple[str, ...] = ()  # created or changed
    guides: tuple[str, ...] = ()  # created or changed

    @property
    def is_empty(self) -> bool:
        """Tell whether applying it would change nothing."""
        return not (self.entries or self.articles or self.terms or self.competitions or self.guides)


async def plan(session: AsyncSession, file: KnowledgeFile, stored: KnowledgeFile | None = None) -> Plan:
    """Compare a file with the database; nothing is changed. `stored`: its contents, when they were read before."""
    stored = stored or await store.load_contents(session)
    articles = {item.key: item for item in stored.articles}
    entries = {item.key: item for item in stored.entries}
    terms = {item.key: item for item in stored.terms}
    competitions = {item.key: item for item in stored.competitions}
    guides = {item.key: item for item in stored.guides}
    citable = articles.keys() | {item.key for item in file.articles}
    kinds: dict[str, list[str]] = {"created": [], "changed": [], "unchanged": []}
    file = completed(file, entries)
    known_articles = {
        missing_article(item, file.places.get(item.key, "")) for item in file.entries if item.article in articles
    }
    problems = [problem for problem in file.problems if problem not in known_articles]
    for item in file.entries:
        if item.article and item.article not in citable:
            problems.append(_unknown_article(item, file))
        else:
            kinds[_kind_of_change(item, entries.get(item.key))].append(item.key)
    news = [item for item in file.guides if _is_news(item, guides.get(item.key))]
    faults = [problem for item in news for problem in await _faults(session, item, citable)]
    faulty = {problem.key for problem in faults}
    problems += faults
    touched = {*kinds["created"], *kinds["changed"]}
    return Plan(
        created=tuple(kinds["created"]),
        changed=tuple(kinds["changed"]),
        entries=tuple(item for item in file.entries if item.key in touched),
        unchanged=tuple(kinds["unchanged"]),
        refused=tuple(problem for problem in problems if problem.is_fatal),
        warnings=tuple(problem for problem in problems if not problem.is_fatal),
        articles=tuple(item.key for item in file.articles if articles.get(item.key) != item),
        terms=tuple(item.key for item in file.terms if terms.get(item.key) != item),
        competitions=tuple(item.key for item in file.competitions if _is_news(item, competitions.get(item.key))),
        guides=tuple(item.key for item in news if item.key not in faulty),
    )


async def apply(db: Database, file: KnowledgeFile, now: datetime, *, note: str = "import", by: str = "") -> Plan:
    """Bring the database to what the file says, all of it or nothing; return what was done. `by`: whose doing it is."""
    async with db.transaction() as session:
        return await apply_within(session, file, now, note=note, by=by)


async def apply_within(
    session: AsyncSession, file: KnowledgeFile, now: datetime, *, note: str = "import", by: str = ""
) -> Plan:
    """Do the work of `apply` in the caller's unit of work.

    What is only in the database stays. An entry that staff suspended stays so unless the file says otherwise.
    """
    await editing.lock(session)
    contents = await store.load_contents(session)
    decided = await plan(session, file, contents)
    if decided.is_empty:
        return decided
    stored = {item.key: item for item in contents.entries}
    await editing.import_articles(session, (item for item in file.articles if item.key in decided.articles))
    await import_terms(session, (item for item in file.terms if item.key in decided.terms), now=now, by=by)
    rewritten = [item for item in decided.entries if not _is_same_wording(item, stored.get(item.key))]
    await editing.import_entries(session, rewritten, now=now, note=note, new=file.new_status, author=by)
    for item in decided.entries:
        if item.status and _is_same_wording(item, stored.get(item.key)):
            await editing.set_status(session, item.key, item.status, now=now)
    competitions = [item for item in file.competitions if item.key in decided.competitions]
    await import_competitions(session, competitions, now=now, note=note)
    guides = [item for item in file.guides if item.key in decided.guides]
    await import_guides(session, guides, now=now, note=note)
    await editing.raise_version(session, now=now)
    return decided


def completed(file: KnowledgeFile, stored: Mapping[str, EntryItem]) -> KnowledgeFile:
    """Return a file whose entries keep what is stored in the fields that the file does not speak of."""
    if file.fields is None:
        return file
    silent = EntryItem.model_fields.keys() - file.fields - {"key", "status"}
    entries = (
        item.model_copy(update={name: getattr(stored[item.key], name) for name in silent})
        if item.key in stored
        else item
        for item in file.entries
    )
    return replace(file, entries=tuple(entries))


async def export(session: AsyncSession) -> KnowledgeFile:
    """Return everything in the database as a file: of published entries what is published, of others the latest."""
    return await store.load_contents(session)


async def load_starter(db: Database, now: datetime) -> Plan | None:
    """Import the starter knowledge if there is no entry yet; None: there were entries.

    The article it rests on gets its text whenever it is there without.
    """
    async with db.reading() as session:
        is_new = not await store.has_entries(session)
        is_complete = not is_new and await paragraphs.has_starter_text(session)
    done = await apply(db, starter_file(), now, note="starter knowledge") if is_new else None
    if not is_complete:
        async with db.transaction() as session:
            await paragraphs.keep_starter(session, now=now)
    return done


def starter_snapshot() -> Snapshot:
    """Return the starter knowledge as the assistant reads it, without a database."""
    return snapshot_of(starter_file())


def starter_file() -> KnowledgeFile:
    """Return the knowledge that comes with the program."""
    text = resources.files("knowledge").joinpath("starter", "cao-bang.yaml").read_text(encoding="utf-8")
    return filing.parse(text, suffix=".yaml")


def _kind_of_change(item: EntryItem, stored: EntryItem | None) -> str:
    if stored is None:
        return "created"
    status = stored.status or Status.PUBLISHED
    return "unchanged" if _is_same_wording(item, stored) and item.status in {None, status} else "changed"


def _is_same_wording(item: EntryItem, stored: EntryItem | None) -> bool:
    return stored is not None and item == stored.model_copy(update={"status": item.status})


async def _faults(session: AsyncSession, item: GuideItem, citable: Collection[str]) -> list[Problem]:
    """Return why a guide must not be led by. A draft may have flaws: it is not in use."""
    if item.status not in {None, Status.PUBLISHED}:
        return []
    found = await check_guide(session, item, also=citable)
    return [Problem(message=str(flaw), key=item.key) for flaw in found if flaw.is_fatal]


def _is_news(item: CompetitionItem | GuideItem, stored: CompetitionItem | GuideItem | None) -> bool:
    if stored is None or item.model_dump(exclude={"status"}) != stored.model_dump(exclude={"status"}):
        return True
    return item.status not in {None, stored.status or Status.PUBLISHED}


def _unknown_article(item: EntryItem, file: KnowledgeFile) -> Problem:
    message = f"cites the article {item.article!r}, which is neither in the file nor in the database"
    return Problem(message=message, place=file.places.get(item.key, ""), key=item.key)
