"""Competitions travel between files, database and snapshot without loss, and change under the rules of knowledge."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from knowledge import competition_editing as editing
from knowledge import competition_store as store
from knowledge import filing, transfer
from knowledge.formats import write_json, write_yaml
from knowledge.schema import CompetitionItem, Status, TermItem, snapshot_of
from knowledge.store import load_snapshot, published_version
from runtime.errors import EditConflict, KnowledgeError
from tests.support.builders import NOW, a_competition_item, a_file

FILE = """
article: {key: bai, title: Bài, url: "https://portal.example/bai.html"}
entries: [{key: a, question: Hỏi gì?, answer: Đáp.}]
competitions:
  - key: cuoc-thi-2024
    title: Cuộc thi 2024
    stages:
      - {key: nop, name: Nộp hồ sơ, takes_entries: true, starts: 2024-03-01, ends: 2024-03-15 17:00}
      - {key: chung-ket, name: Chung kết, starts: 2024-05}
"""


@pytest.mark.parametrize(("write", "suffix"), [(write_yaml, ".yaml"), (write_json, ".json")])
def test_a_file_keeps_its_competitions(write, suffix):
    file = filing.parse(FILE, suffix=".yaml")

    again = filing.parse(write(file), suffix=suffix)

    assert again.competitions == file.competitions
    assert again.competitions[0].article == "bai", "the article above all entries counts here, too"
    assert again.competitions[0].stages[0].ends == "2024-03-15 17:00"


def test_a_file_without_competitions_is_read_as_ever():
    assert filing.parse(FILE.partition("competitions:")[0], suffix=".yaml").competitions == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("starts: 2024-02-30", "starts"),
        ("starts: 15/3", "must be written as"),
        ("starts: 2024-05-01, ends: 2024-04-01", "ends before it starts"),
        ("beginning: 2024-05-01", "beginning"),
    ],
)
def test_what_is_wrong_with_a_competition_is_said_with_its_line(wrong, said):
    text = FILE.replace("starts: 2024-03-01, ends: 2024-03-15 17:00", wrong)

    file = filing.parse(text, suffix=".yaml")

    assert file.competitions == ()
    assert any(problem.place == "line 5" and said in problem.message for problem in file.problems)


async def test_an_import_is_spoken_at_once_and_a_second_one_changes_nothing(db):
    file = a_file(competitions=(a_competition_item(),))

    first = await transfer.apply(db, file, NOW)
    second = await transfer.apply(db, file, NOW + timedelta(days=1))

    assert first.competitions == ("cuoc-thi-2024",)
    assert second.is_empty
    async with db.reading() as session:
        snapshot = await load_snapshot(session)
        assert (await transfer.export(session)).competitions == file.competitions
    assert snapshot.competitions["cuoc-thi-2024"].stages == a_competition_item().stages
    assert snapshot.competitions["cuoc-thi-2024"].revision == 1
    assert snapshot.articles["bai-viet"].title


async def test_a_change_is_spoken_only_once_it_is_published(db):
    await transfer.apply(db, a_file(competitions=(a_competition_item(),)), NOW)
    moved = a_competition_item(title="Cuộc thi 2024, gia hạn")

    async with db.transaction() as session:
        before = await published_version(session)
        assert await editing.revise_competition(session, moved, now=NOW, note="gia hạn") == 2
        assert await published_version(session) == before
        page = await store.find_competition(session, moved.key)
        assert page.has_changes
        assert (await store.load_competitions(session, only_published=True))[0].title == "Cuộc thi 2024"
        assert await editing.publish_competition(session, moved.key, number=2, now=NOW) == before + 1

    async with db.reading() as session:
        assert (await load_snapshot(session)).competitions[moved.key].title == moved.title
        assert [change.number for change in await store.competition_history(session, moved.key)] == [2, 1]
        assert not (await store.find_competition(session, moved.key)).has_changes


async def test_a_new_one_begins_as_a_draft_and_a_withdrawn_one_falls_silent(db):
    async with db.transaction() as session:
        await editing.revise_competition(session, a_competition_item(), now=NOW)
        assert (await load_snapshot(session)).competitions == {}
        await editing.publish_competition(session, "cuoc-thi-2024", number=1, now=NOW)
        assert list((await load_snapshot(session)).competitions) == ["cuoc-thi-2024"]
        await editing.withdraw_competition(session, "cuoc-thi-2024", now=NOW)
        assert (await load_snapshot(session)).competitions == {}
        [page] = await store.list_competitions(session)

    assert page.status is Status.SUSPENDED
    assert page.published_number == 0


async def test_only_the_revision_that_was_looked_at_is_published_or_changed(db):
    await transfer.apply(db, a_file(competitions=(a_competition_item(),)), NOW)
    async with db.transaction() as session:
        await editing.revise_competition(session, a_competition_item(title="Cuộc thi 2024, gia hạn"), now=NOW)

    async with db.transaction() as session:
        with pytest.raises(EditConflict, match="revision 2 by now, not 1"):
            await editing.publish_competition(session, "cuoc-thi-2024", number=1, now=NOW)
        with pytest.raises(EditConflict, match="revision 2 by now, not 1"):
            await editing.revise_competition(session, a_competition_item(), now=NOW, after=1)

    async with db.reading() as session:
        assert (await load_snapshot(session)).competitions["cuoc-thi-2024"].title == "Cuộc thi 2024"


async def test_an_unknown_competition_cannot_be_published(db):
    async with db.transaction() as session:
        with pytest.raises(KnowledgeError, match="no competition"):
            await editing.publish_competition(session, "nothing", number=1, now=NOW)


async def test_a_file_may_withdraw_a_competition(db):
    await transfer.apply(db, a_file(competitions=(a_competition_item(),)), NOW)

    await transfer.apply(db, a_file(competitions=(a_competition_item(status="archived"),)), NOW)

    async with db.reading() as session:
        assert (await load_snapshot(session)).competitions == {}
        assert (await transfer.export(session)).competitions[0].status is Status.ARCHIVED


def test_only_what_is_published_is_in_the_snapshot_of_a_file():
    draft = CompetitionItem(key="nhap", title="Nháp", status=Status.DRAFT)

    assert list(snapshot_of(a_file(competitions=(draft, a_competition_item()))).competitions) == ["cuoc-thi-2024"]


@pytest.mark.parametrize(("name", "is_said"), [("a.csv", True), ("a.xlsx", True), ("a.yaml", False), ("a.json", False)])
def test_tables_say_that_they_leave_competitions_and_terms_out(name, is_said):
    competing = filing.left_out(a_file(competitions=(a_competition_item(),)), Path(name).suffix)
    naming = filing.left_out(a_file(terms=(TermItem(term="đmst", meaning="đổi mới sáng tạo"),)), Path(name).suffix)

    assert bool(competing) is bool(naming) is is_said
    assert not filing.left_out(a_file(), Path(name).suffix)
