"""Reading what is published."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, event

from knowledge import editing, history, listing, store, transfer
from knowledge.listing import EntryFilter
from knowledge.schema import Status, snapshot_of
from knowledge.snapshot import Validity
from tests.support.builders import NOW, a_file, an_article_item, an_entry_item


async def snapshot_in(db):
    async with db.reading() as session:
        return await store.load_snapshot(session)


async def test_empty_database_is_version_zero_without_entries(db):
    snapshot = await snapshot_in(db)

    assert (snapshot.version, dict(snapshot.entries)) == (0, {})


async def test_snapshot_from_the_database_equals_the_one_from_the_file(db):
    await transfer.load_starter(db, NOW)

    snapshot = await snapshot_in(db)

    assert snapshot.entries == transfer.starter_snapshot().entries
    assert list(snapshot.entries) == list(transfer.starter_snapshot().entries)
    assert snapshot.version == 1


async def test_every_field_of_an_entry_reaches_the_snapshot(db):
    item = an_entry_item(
        short_title="Hình thức",
        valid_from=date(2024, 1, 1),
        valid_until=date(2024, 12, 31),
        related=("nq93-tong-quan",),
        must_not_match=("hình thức xử phạt",),
        not_covered=("amount",),
    )
    await transfer.apply(db, a_file(item), NOW)

    entry = (await snapshot_in(db)).entries[item.key]

    assert entry == snapshot_of(a_file(item)).entries[item.key]
    assert (entry.short_title, entry.related, entry.must_not_match) == (
        "Hình thức", ("nq93-tong-quan",), ("hình thức xử phạt",)
    )  # fmt: skip
    assert entry.not_covered == ("amount",)
    assert entry.citation is not None
    assert entry.citation.article.sections == {"chinh-sach": "Chính sách hỗ trợ về hoạt động"}


@pytest.mark.parametrize(
    ("last_day", "until"),
    [
        pytest.param(date(2024, 12, 31), date(2025, 1, 1), id="the day after the last valid day"),
        pytest.param(date(2024, 2, 29), date(2024, 3, 1), id="a leap day"),
        pytest.param(None, None, id="no end"),
        pytest.param(date.max, None, id="the last day of the calendar has no day after it"),
    ],
)
def test_validity_ends_after_the_last_valid_day(last_day, until):
    snapshot = snapshot_of(a_file(an_entry_item(valid_until=last_day)))

    assert snapshot.entries["nq93-hinh-thuc"].validity == Validity(until=until)


async def test_entry_without_an_article_keeps_its_quote_but_cites_nothing(db):
    await transfer.apply(db, a_file(an_entry_item(article="", quote="một đoạn"), articles=()), NOW)

    assert (await snapshot_in(db)).entries["nq93-hinh-thuc"].citation is None
    async with db.reading() as session:
        assert (await transfer.export(session)).entries[0].quote == "một đoạn"


@pytest.mark.parametrize("status", [Status.DRAFT, Status.IN_REVIEW, Status.SUSPENDED, Status.ARCHIVED])
async def test_only_published_entries_are_spoken(db, status):
    await transfer.apply(db, a_file(an_entry_item(), an_entry_item(key="khac", status=status)), NOW)

    assert list((await snapshot_in(db)).entries) == ["nq93-hinh-thuc"]


@pytest.mark.parametrize("count", [1, 60])
async def test_number_of_queries_does_not_grow_with_the_entries(db, count):
    await transfer.apply(db, a_file(*(an_entry_item(key=f"k{number}") for number in range(count))), NOW)
    statements = []

    def note(*arguments):
        if arguments[2].startswith("SELECT"):
            statements.append(arguments[2])

    event.listen(Engine, "before_cursor_execute", note)
    snapshot = await snapshot_in(db)
    event.remove(Engine, "before_cursor_execute", note)

    assert len(snapshot.entries) == count
    assert len(statements) == 10


class InterruptedSession:
    """Passes everything on to a session; before its third query somebody else publishes something."""

    def __init__(self, session, interrupt):
        self._session = session
        self._interrupt = interrupt
        self._queries = 0

    async def scalar(self, statement):
        return await self._session.scalar(statement)

    async def scalars(self, statement):
        return await self._session.scalars(statement)

    async def execute(self, statement):
        self._queries += 1
        if self._queries == 3:  # the version and the articles are read, the entries are not
            await self._session.rollback()  # SQLite: a reading transaction would not see what comes now
            await self._interrupt()
        return await self._session.execute(statement)


async def test_publishing_while_reading_is_noticed(db):
    """A snapshot never carries a newer version than its content, nor half of each."""
    await transfer.apply(db, a_file(), NOW)
    changed = an_entry_item(answer="Câu trả lời mới.", variants=("Hỏi cách khác?",))

    async with db.reading() as session:
        interrupted = InterruptedSession(session, lambda: transfer.apply(db, a_file(changed), NOW))
        snapshot = await store.load_snapshot(interrupted)

    assert snapshot.version == 2
    assert snapshot.entries == snapshot_of(a_file(changed)).entries


async def test_entries_are_listed_in_their_order_a_page_at_a_time(db):
    items = [an_entry_item(key=f"k{number}", question=f"Câu hỏi {number}?") for number in (3, 1, 2)]
    await transfer.apply(db, a_file(*items), NOW)

    async with db.reading() as session:
        first = await listing.list_entries(session, limit=2)
        second = await listing.list_entries(session, limit=2, offset=2)

    assert [line.key for line in first + second] == ["k3", "k1", "k2"]
    assert first[0].question == "Câu hỏi 3?"
    assert first[0].revision == 1


async def test_entries_are_listed_by_status_and_topic(db):
    items = [
        an_entry_item(key="a"),
        an_entry_item(key="b", topic="khac"),
        an_entry_item(key="c", status=Status.SUSPENDED),
    ]
    await transfer.apply(db, a_file(*items), NOW)

    async with db.reading() as session:
        suspended = await listing.list_entries(session, EntryFilter(status=Status.SUSPENDED))
        others = await listing.list_entries(session, EntryFilter(topic="khac"))

    assert [line.key for line in suspended] == ["c"]
    assert [line.key for line in others] == ["b"]


async def test_history_is_listed_newest_first(db):
    await transfer.apply(db, a_file(articles=(an_article_item(),)), NOW)
    async with db.transaction() as session:
        await editing.revise(session, an_entry_item(question="Câu hỏi mới?"), now=NOW, note="sửa câu hỏi")

    async with db.reading() as session:
        lines = await history.list_revisions(session, "nq93-hinh-thuc")

    assert [(line.number, line.change_note, line.published_at) for line in lines] == [
        (2, "sửa câu hỏi", None),
        (1, "import", NOW),
    ]
