"""The rules of changing what the assistant says."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from knowledge import editing, history, listing, store, transfer
from knowledge.schema import Status
from knowledge.tables import Citation, Revision, Variant
from runtime.errors import KnowledgeError
from tests.support.builders import NOW, a_file, an_entry_item

KEY = "nq93-hinh-thuc"


async def spoken_answers(db):
    async with db.reading() as session:
        snapshot = await store.load_snapshot(session)
    return {key: entry.answer for key, entry in snapshot.entries.items()}


async def version_of(db):
    async with db.reading() as session:
        return await store.published_version(session)


async def entry_line(db):
    async with db.reading() as session:
        [line] = await listing.list_entries(session)
    return line


async def change(db, action, *arguments, **options):
    async with db.transaction() as session:
        return await action(session, *arguments, now=NOW, **options)


async def rewrite(db, table, column, value):
    async with db.transaction() as session:
        setattr((await session.scalars(select(table))).one(), column, value)


async def test_new_entry_begins_as_a_draft_that_nobody_hears(db):
    number = await change(db, editing.revise, an_entry_item(article=""))

    assert number == 1
    assert (await entry_line(db)).status is Status.DRAFT
    assert await spoken_answers(db) == {}
    assert await version_of(db) == 0


async def test_publishing_speaks_the_latest_revision_and_raises_the_version(db):
    await change(db, editing.revise, an_entry_item(article="", answer="Một."))
    await change(db, editing.revise, an_entry_item(article="", answer="Hai."))

    version = await change(db, editing.publish, KEY)

    assert version == 1 == await version_of(db)
    assert await spoken_answers(db) == {KEY: "Hai."}


async def test_published_entry_keeps_answering_while_its_next_revision_is_edited(db):
    await transfer.apply(db, a_file(an_entry_item(answer="Cũ.")), NOW)

    number = await change(db, editing.revise, an_entry_item(answer="Mới."))

    assert number == 2
    assert await spoken_answers(db) == {KEY: "Cũ."}
    assert await version_of(db) == 1


async def test_topic_of_a_published_entry_changes_at_once(db):
    await transfer.apply(db, a_file(), NOW)

    await change(db, editing.revise, an_entry_item(topic="khac"))

    assert await version_of(db) == 2


async def test_edit_that_fails_changes_neither_content_nor_version(db):
    await transfer.apply(db, a_file(an_entry_item(answer="Cũ.")), NOW)

    async def publish_and_fail(session, *, now):
        await editing.revise(session, an_entry_item(answer="Mới."), now=now)
        await editing.publish(session, KEY, now=now)
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await change(db, publish_and_fail)

    assert await spoken_answers(db) == {KEY: "Cũ."}
    assert await version_of(db) == 1


async def test_published_revision_cannot_be_rewritten(db):
    await transfer.apply(db, a_file(), NOW)

    with pytest.raises(ValueError, match="published and cannot change: answer"):
        await rewrite(db, Revision, "answer", "Khác.")

    assert await spoken_answers(db) == {KEY: "Hỗ trợ trực tiếp một lần sau đầu tư."}


async def test_published_revision_cannot_be_taken_back(db):
    await transfer.apply(db, a_file(), NOW)

    with pytest.raises(ValueError, match="cannot change: published_at"):
        await rewrite(db, Revision, "published_at", None)


@pytest.mark.parametrize(("table", "column"), [(Variant, "text"), (Citation, "quote")])
async def test_parts_of_a_published_revision_cannot_be_rewritten(db, table, column):
    await transfer.apply(db, a_file(), NOW)

    with pytest.raises(ValueError, match="published and cannot change"):
        await rewrite(db, table, column, "khác")


async def test_draft_may_still_be_rewritten(db):
    await change(db, editing.revise, an_entry_item(article=""))

    await rewrite(db, Revision, "answer", "Sửa.")
    await change(db, editing.publish, KEY)

    assert await spoken_answers(db) == {KEY: "Sửa."}


async def test_suspended_entry_falls_silent_and_speaks_again_when_published(db):
    await transfer.apply(db, a_file(), NOW)

    suspended = await change(db, editing.suspend, KEY)
    silent = await spoken_answers(db)
    published = await change(db, editing.publish, KEY)

    assert (suspended, published) == (2, 3)
    assert silent == {}
    assert list(await spoken_answers(db)) == [KEY]


async def test_publishing_again_keeps_the_day_of_first_publication(db):
    await transfer.apply(db, a_file(), NOW)
    await change(db, editing.suspend, KEY)

    async with db.transaction() as session:
        await editing.publish(session, KEY, now=NOW.replace(year=2025))

    async with db.reading() as session:
        assert [line.published_at for line in await history.list_revisions(session, KEY)] == [NOW]


async def test_suspending_twice_changes_nothing_more(db):
    await transfer.apply(db, a_file(), NOW)

    assert await change(db, editing.suspend, KEY) == 2
    assert await change(db, editing.suspend, KEY) == 2


async def test_draft_cannot_be_suspended(db):
    await change(db, editing.revise, an_entry_item(article=""))

    with pytest.raises(KnowledgeError, match="is draft, not published"):
        await change(db, editing.suspend, KEY)


async def test_archived_entry_is_silent_but_its_history_stays(db):
    await transfer.apply(db, a_file(), NOW)

    await change(db, editing.archive, KEY)

    assert await spoken_answers(db) == {}
    assert (await entry_line(db)).status is Status.ARCHIVED
    async with db.reading() as session:
        assert len(await history.list_revisions(session, KEY)) == 1


@pytest.mark.parametrize("action", [editing.publish, editing.suspend, editing.archive])
async def test_unknown_entry_is_an_error_with_a_hint(db, action):
    with pytest.raises(KnowledgeError, match="no entry") as raised:
        await change(db, action, "lạ")

    assert raised.value.hint


async def test_entry_cannot_cite_an_article_that_does_not_exist(db):
    with pytest.raises(KnowledgeError, match="unknown article 'bai-viet'"):
        await change(db, editing.revise, an_entry_item())

    assert await spoken_answers(db) == {}
