"""Guides in the database and in files: revisions, publishing, withdrawing, and what people inside them are led by."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from knowledge import filing, store, transfer
from knowledge.eligibility.checking import Flaw
from knowledge.guide_editing import FaultyGuide, publish_guide, revise_guide, withdraw_guide
from knowledge.guide_store import KEPT_REVISIONS, find_guide, guide_history, list_guides
from knowledge.schema import GuideItem, Status, snapshot_of
from runtime.errors import EditConflict, KnowledgeError
from tests.support.builders import NOW, a_file
from tests.support.guides import a_guide, starter_guide


def an_item(**overrides):
    return GuideItem.model_validate(a_guide().model_dump() | overrides)


async def filed(db, *items, **options):
    """Import guides beside the one article they rest on."""
    return await transfer.apply(db, a_file(guides=items or (an_item(),)), NOW, **options)


async def snapshot(db):
    async with db.reading() as session:
        return await store.load_snapshot(session)


async def published(db, item, **options):
    async with db.transaction() as session:
        number = await revise_guide(session, item, now=NOW)
        return await publish_guide(session, item.key, number=number, now=NOW, **options)


async def test_an_imported_guide_is_in_use_with_its_article(db):
    plan = await filed(db)

    known = await snapshot(db)
    assert plan.guides == ("thu",)
    assert (known.guides["thu"].guide.title, known.guides["thu"].revision) == ("Kiểm tra thử", 1)
    assert known.guides["thu"].articles["bai-viet"].title == "Bài viết về Nghị quyết 93"


async def test_a_draft_changes_nothing_until_it_is_published(db):
    await filed(db)

    async with db.transaction() as session:
        await revise_guide(session, an_item(title="Tên mới"), now=NOW)
    before = await snapshot(db)
    async with db.transaction() as session:
        await publish_guide(session, "thu", number=2, now=NOW)
    after = await snapshot(db)

    assert before.guides["thu"].guide.title == "Kiểm tra thử"
    assert (after.guides["thu"].guide.title, after.guides["thu"].revision) == ("Tên mới", 2)
    assert after.version > before.version


async def test_those_inside_a_guide_finish_on_the_revision_they_began(db):
    await filed(db)

    await published(db, an_item(title="Tên mới"))

    known = await snapshot(db)
    assert known.guide("thu", 1).guide.title == "Kiểm tra thử"
    assert known.guide("thu", 2).guide.title == "Tên mới"
    assert known.guide("thu", 3) is None


async def test_a_revision_that_was_wrong_leads_nobody_any_more(db):
    await filed(db)

    await published(db, an_item(title="Tên mới"), withdraw_earlier=True)

    known = await snapshot(db)
    assert known.guide("thu", 1) is None
    assert known.guide("thu", 2).guide.title == "Tên mới"


async def test_a_withdrawn_guide_is_gone_for_everybody_and_may_come_back(db):
    await filed(db)
    await published(db, an_item(title="Tên mới"))

    async with db.transaction() as session:
        await withdraw_guide(session, "thu", now=NOW)
    gone = await snapshot(db)
    async with db.transaction() as session:
        await publish_guide(session, "thu", number=2, now=NOW)
    back = await snapshot(db)

    assert (gone.guides, gone.earlier_guides) == ({}, ())
    assert back.guide("thu", 2) is not None
    assert back.guide("thu", 1) is None, "what was withdrawn stays withdrawn"


async def test_only_some_earlier_revisions_are_kept(db):
    await filed(db)

    for number in range(KEPT_REVISIONS + 1):
        await published(db, an_item(title=f"Lần {number}"))

    known = await snapshot(db)
    assert [each.revision for each in known.earlier_guides] == [2, 3, 4, 5, 6]


async def test_a_published_revision_never_changes(db):
    from sqlalchemy import select

    from knowledge.guide_tables import GuideRevision

    await filed(db)

    with pytest.raises(ValueError, match="is published and cannot change: content"):
        async with db.transaction() as session:
            revision = (await session.scalars(select(GuideRevision))).one()
            revision.content = {}


async def test_a_guide_with_a_flaw_is_not_published(db):
    await filed(db)
    faulty = an_item(intro="Anh/chị đủ điều kiện.")

    with pytest.raises(FaultyGuide) as refused:
        await published(db, faulty)

    assert [problem.flaw for problem in refused.value.problems] == [Flaw.PROMISE]
    assert (await snapshot(db)).guides["thu"].guide.intro == ""


async def test_a_quote_is_looked_for_in_the_article_as_it_was_last_read(db):
    await transfer.load_starter(db, NOW)
    item = GuideItem.model_validate(starter_guide().model_dump())
    wrong = item.rules[0].model_copy(update={"quote": "không áp dụng với doanh nghiệp lớn"})

    with pytest.raises(FaultyGuide, match="not quoted"):
        await published(db, item.model_copy(update={"rules": (wrong, *item.rules[1:])}))
    assert await published(db, item) > 0


async def test_an_import_leaves_out_a_faulty_guide_and_says_why(db):
    plan = await filed(db, an_item(otherwise=()), an_item(key="sau", otherwise=(), status="draft"))

    assert plan.guides == ("sau",), "a draft may have flaws"
    assert [(problem.key, problem.message) for problem in plan.refused] == [("thu", "step moi: no path Không")]
    assert (await snapshot(db)).guides == {}


async def test_importing_the_same_file_again_changes_nothing(db):
    await filed(db)

    assert (await filed(db)).is_empty


async def test_staff_see_every_guide_with_its_history(db):
    await filed(db)
    later = NOW + timedelta(days=1)
    async with db.transaction() as session:
        await revise_guide(session, an_item(title="Tên mới"), now=later, note="sửa tên")

    async with db.reading() as session:
        [page] = await list_guides(session)
        history = await guide_history(session, "thu")
        missing = await find_guide(session, "khac")

    assert (page.item.title, page.number, page.published_number, page.has_changes) == ("Tên mới", 2, 1, True)
    assert [(change.number, change.change_note, change.published_at) for change in history] == [
        (2, "sửa tên", None),
        (1, "import", NOW),
    ]
    assert missing is None


async def test_a_version_that_nobody_looked_at_is_neither_published_nor_changed(db):
    await filed(db)
    async with db.transaction() as session:
        await revise_guide(session, an_item(title="Tên mới"), now=NOW, after=1)

    for change in (
        lambda session: publish_guide(session, "thu", number=1, now=NOW),
        lambda session: revise_guide(session, an_item(title="Tên khác"), now=NOW, after=1),
    ):
        with pytest.raises(EditConflict, match="guide 'thu' is at revision 2 by now, not 1"):
            async with db.transaction() as session:
                await change(session)
    assert (await snapshot(db)).guides["thu"].guide.title == "Kiểm tra thử"


@pytest.mark.parametrize("change", [partial(publish_guide, number=1), withdraw_guide], ids=["publish", "withdraw"])
async def test_a_guide_that_is_not_there_cannot_be_changed(db, change):
    with pytest.raises(KnowledgeError, match="no guide 'khac'"):
        async with db.transaction() as session:
            await change(session, "khac", now=NOW)


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
async def test_what_is_exported_reads_the_same_again(db, tmp_path, suffix):
    await transfer.load_starter(db, NOW)
    async with db.reading() as session:
        contents = await transfer.export(session)

    path = tmp_path / f"all{suffix}"
    filing.write(contents, path)

    assert filing.parse(path).guides == contents.guides
    assert snapshot_of(filing.parse(path)).guides["nq93"].guide == contents.guides[0]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_table_leaves_guides_out_and_says_so(tmp_path, suffix):
    file = a_file(guides=(an_item(),))

    filing.write(file, tmp_path / f"all{suffix}")

    assert "1 guides are left out" in filing.left_out(file, suffix)[0]
    assert filing.parse(tmp_path / f"all{suffix}").guides == ()


def test_what_is_wrong_with_a_guide_is_said_with_its_line():
    text = "entries: []\nguides:\n  - key: thu\n    title: Thử\n    steps: []\n"

    file = filing.parse(text, suffix=".yaml")

    assert file.guides == ()
    assert {problem.place for problem in file.problems} == {"line 3"}
    assert any("steps must not be empty" in problem.message for problem in file.problems)


def test_a_guide_that_is_not_published_is_not_in_use():
    for status in (Status.DRAFT, Status.SUSPENDED, Status.ARCHIVED):
        assert snapshot_of(a_file(guides=(an_item(status=status),))).guides == {}
