"""A file is looked at row by row, and only what was chosen is written, as drafts."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge import editing, filing, history, store, transfer
from knowledge.schema import Status
from knowledge.taking import Choice, Fate, preview, take
from tests.support.builders import NOW, a_file, an_article_item, an_entry_item

TABLE = """key,article,question,answer,valid_until
nq93-hinh-thuc,bai-viet,Hình thức hỗ trợ theo Nghị quyết 93 là gì?,Hỗ trợ hai lần sau đầu tư.,
moi,bai-viet,Câu hỏi mới?,Trả lời mới.,31/12/2030
hong,bai-viet,Câu hỏi hỏng?,Trả lời.,32/12/2030
"""


@pytest.fixture
async def stored(db):
    await transfer.apply(db, a_file(an_entry_item(variants=(), quote="", section="", topic="")), NOW)
    return db


def a_table():
    return filing.parse(TABLE, suffix=".csv")


async def looked_at(db, file):
    async with db.reading() as session:
        return await preview(session, file)


async def taken(db, choices, *, numbers=None, file=None, **options):
    file = file or a_table()
    numbers = (await looked_at(db, file)).numbers if numbers is None else numbers
    async with db.transaction() as session:
        return await take(session, file, choices, numbers=numbers, by="an", now=NOW, **options)


async def spoken(db):
    async with db.reading() as session:
        return (await store.load_snapshot(session)).entries


async def test_each_row_says_what_it_would_do_and_where_it_stands(stored):
    seen = await looked_at(stored, a_table())

    assert [(row.place, row.key, row.fate) for row in seen.rows] == [
        ("row 4", "hong", Fate.REFUSED),
        ("row 2", "nq93-hinh-thuc", Fate.CHANGED),
        ("row 3", "moi", Fate.CREATED),
    ]
    assert [change.name for change in seen.rows[1].changes] == ["answer"]
    assert seen.rows[0].problems[0].message.startswith("valid_until must be a date")


async def test_a_look_changes_nothing(stored):
    before = await spoken(stored)
    await looked_at(stored, a_table())

    assert await spoken(stored) == before


async def test_what_is_taken_is_a_draft_and_what_is_published_stays(stored):
    done = await taken(stored, {"nq93-hinh-thuc": Choice.DRAFT, "moi": Choice.SUBMIT})

    assert (done.drafted, done.submitted) == (("nq93-hinh-thuc",), ("moi",))
    assert {key: entry.answer for key, entry in (await spoken(stored)).items()} == {
        "nq93-hinh-thuc": an_entry_item().answer
    }
    async with stored.reading() as session:
        changed, new = [await history.load_entry(session, key) for key in ("nq93-hinh-thuc", "moi")]
    assert changed.item.answer == "Hỗ trợ hai lần sau đầu tư."
    assert (new.item.valid_until, new.line.author) == (date(2030, 12, 31), "an")


async def test_a_row_without_a_choice_is_skipped(stored):
    done = await taken(stored, {"nq93-hinh-thuc": Choice.SKIP})

    assert done.drafted == done.submitted == ()
    assert len(await spoken(stored)) == 1


async def test_what_somebody_changed_meanwhile_is_left_alone(stored):
    numbers = (await looked_at(stored, a_table())).numbers
    async with stored.transaction() as session:
        await editing.revise(session, an_entry_item(answer="Của người khác."), now=NOW, author="binh")

    done = await taken(stored, {"nq93-hinh-thuc": Choice.DRAFT}, numbers=numbers)

    assert done.overtaken == ("nq93-hinh-thuc",)
    async with stored.reading() as session:
        assert (await history.load_entry(session, "nq93-hinh-thuc")).item.answer == "Của người khác."


async def test_a_status_in_the_file_silences_nothing(stored):
    file = a_file(an_entry_item(answer="Khác.", status=Status.ARCHIVED))

    await taken(stored, {"nq93-hinh-thuc": Choice.DRAFT}, file=file)

    assert "nq93-hinh-thuc" in await spoken(stored)


async def test_an_article_that_changes_is_taken_only_if_wanted(stored):
    file = a_file(an_entry_item(answer="Khác."), articles=(an_article_item(title="Tên khác"),))
    assert (await looked_at(stored, file)).changed_articles == ("bai-viet",)

    await taken(stored, {"nq93-hinh-thuc": Choice.DRAFT}, file=file)
    first = (await spoken(stored))["nq93-hinh-thuc"].citation
    await taken(stored, {}, file=file, with_articles=True)
    second = (await spoken(stored))["nq93-hinh-thuc"].citation

    assert (first.article.title, second.article.title) == ("Bài viết về Nghị quyết 93", "Tên khác")


async def test_a_new_article_comes_with_the_entry_that_cites_it(stored):
    file = a_file(
        an_entry_item(key="moi", article="khac"), articles=(an_article_item(key="khac"), an_article_item(key="thua"))
    )

    done = await taken(stored, {"moi": Choice.DRAFT}, file=file)

    assert done.articles == ("khac",)


async def test_a_column_that_the_table_does_not_have_leaves_what_is_stored(stored):
    table = "key,answer,question\nnq93-hinh-thuc,Khác.,Hình thức hỗ trợ theo Nghị quyết 93 là gì?\n"
    async with stored.transaction() as session:
        await editing.revise(session, an_entry_item(quote="hỗ trợ một lần"), now=NOW)
        await editing.publish(session, "nq93-hinh-thuc", now=NOW)
    file = filing.parse(table, suffix=".csv")

    seen = await looked_at(stored, file)
    await taken(stored, {"nq93-hinh-thuc": Choice.DRAFT}, file=file)

    async with stored.reading() as session:
        item = (await history.load_entry(session, "nq93-hinh-thuc")).item
    assert [change.name for change in seen.rows[0].changes] == ["answer"]
    assert (item.answer, item.article, item.quote, item.variants) == (
        "Khác.", "bai-viet", "hỗ trợ một lần", an_entry_item().variants,
    )  # fmt: skip


async def test_a_column_that_is_there_and_empty_empties_the_field(stored):
    table = "key,answer,question,variants\nnq93-hinh-thuc,Khác.,Hình thức hỗ trợ?,\n"

    await taken(stored, {"nq93-hinh-thuc": Choice.DRAFT}, file=filing.parse(table, suffix=".csv"))

    async with stored.reading() as session:
        assert (await history.load_entry(session, "nq93-hinh-thuc")).item.variants == ()


async def test_an_article_that_is_stored_is_not_missed_in_the_file(stored):
    seen = await looked_at(stored, a_table())

    assert [
        problem.message for row in seen.rows for problem in row.problems if "names the article" in problem.message
    ] == []


async def test_figures_without_a_source_are_named_before_anything_is_taken(stored):
    file = a_file(an_entry_item(key="moi", answer="Hỗ trợ 71 lượt, 17 đơn vị.", quote="17 đơn vị"))

    seen = await looked_at(stored, file)

    assert seen.rows[0].unevidenced == ("71",)
