"""From a draft to what is spoken, by two people."""

from __future__ import annotations

import pytest

from knowledge import drafts, editing, history, store, transfer, workflow
from knowledge.approval import claims_of
from knowledge.schema import Status
from runtime.errors import EditConflict, KnowledgeError
from tests.support.builders import NOW, a_file, an_entry_item

KEY = "nq93-hinh-thuc"
MONEY = "Được hỗ trợ 50 triệu đồng."


async def change(db, action, *arguments, **options):
    async with db.transaction() as session:
        return await action(session, *arguments, **options)


async def write(db, **fields):
    author, base = fields.pop("author", "lan"), fields.pop("base", None)
    return await change(db, editing.revise, an_entry_item(article="", **fields), now=NOW, author=author, base=base)


async def stored(db):
    async with db.reading() as session:
        return await history.load_entry(session, KEY)


async def spoken(db):
    async with db.reading() as session:
        return [entry.answer for entry in (await store.load_snapshot(session)).entries.values()]


async def test_a_draft_is_submitted_approved_by_another_person_and_spoken(db):
    number = await write(db, answer=MONEY)

    await change(db, workflow.submit, KEY, number=number, by="lan", now=NOW)
    waiting = await stored(db)
    await change(db, workflow.approve, KEY, number=number, by="minh", now=NOW)
    published = await stored(db)

    assert (waiting.status, waiting.line.is_waiting, waiting.line.submitted_by) == (Status.IN_REVIEW, True, "lan")
    assert (published.status, published.published, published.line.approved_by) == (Status.PUBLISHED, 1, "minh")
    assert not published.line.is_waiting
    assert await spoken(db) == [MONEY]


async def test_who_wrote_an_amount_of_money_may_not_approve_it(db):
    number = await write(db, answer=MONEY, author="lan")

    with pytest.raises(workflow.SecondPersonNeeded, match="50 triệu đồng"):
        await change(db, workflow.approve, KEY, number=number, by="lan", now=NOW)

    assert await spoken(db) == []


@pytest.mark.parametrize(
    ("answer", "second_approval"),
    [pytest.param("Mời anh/chị đến Sở.", True, id="nothing at stake"), pytest.param(MONEY, False, id="set not to ask")],
)
async def test_one_person_may_do_both_where_no_second_is_needed(db, answer, second_approval):
    number = await write(db, answer=answer)

    await change(db, workflow.approve, KEY, number=number, by="lan", now=NOW, second_approval=second_approval)

    assert await spoken(db) == [answer]


async def test_a_published_entry_answers_while_its_next_revision_waits(db):
    await transfer.apply(db, a_file(an_entry_item(answer="Cũ.")), NOW)
    number = await write(db, answer="Mới.")

    await change(db, workflow.submit, KEY, number=number, by="lan", now=NOW)

    assert (await stored(db)).status is Status.PUBLISHED
    assert (await stored(db)).line.is_waiting
    assert await spoken(db) == ["Cũ."]


async def test_a_revision_sent_back_is_a_draft_with_a_note(db):
    number = await write(db)
    await change(db, workflow.submit, KEY, number=number, by="lan", now=NOW)

    await change(db, workflow.send_back, KEY, number=number, note="Thiếu nguồn.")

    back = await stored(db)
    assert (back.status, back.line.is_waiting, back.line.review_note) == (Status.DRAFT, False, "Thiếu nguồn.")


async def test_editing_takes_an_entry_out_of_review(db):
    number = await write(db)
    await change(db, workflow.submit, KEY, number=number, by="lan", now=NOW)

    await write(db, answer="Sửa.")

    assert (await stored(db)).status is Status.DRAFT
    assert not (await stored(db)).line.is_waiting


async def test_what_is_published_cannot_be_submitted_or_sent_back(db):
    await transfer.apply(db, a_file(), NOW)

    with pytest.raises(KnowledgeError, match="published already"):
        await change(db, workflow.submit, KEY, number=1, by="lan", now=NOW)
    with pytest.raises(KnowledgeError, match="does not wait"):
        await change(db, workflow.send_back, KEY, number=1, note="")


@pytest.mark.parametrize("act", ["submit", "approve"])
async def test_what_says_nothing_is_neither_submitted_nor_approved(db, act):
    number = await write(db, answer="")

    with pytest.raises(workflow.NoAnswer):
        await change(db, getattr(workflow, act), KEY, number=number, by="minh", now=NOW)

    assert (await stored(db)).status is Status.DRAFT


async def test_of_two_who_started_from_one_revision_the_second_is_told(db):
    first = await write(db, base=0)
    await write(db, answer="Của Lan.", author="lan", base=first)

    with pytest.raises(EditConflict, match="revision 2 by now, not 1"):
        await write(db, answer="Của Minh.", author="minh", base=first)

    assert (await stored(db)).item.answer == "Của Lan."


@pytest.mark.parametrize(
    "act",
    [
        lambda session: workflow.submit(session, KEY, number=1, by="lan", now=NOW),
        lambda session: workflow.send_back(session, KEY, number=1, note=""),
        lambda session: workflow.approve(session, KEY, number=1, by="minh", now=NOW),
        lambda session: workflow.restore(session, KEY, 1, latest=1, by="minh", now=NOW, note=""),
    ],
    ids=["submit", "send back", "approve", "restore"],
)
async def test_nobody_decides_about_words_they_have_not_seen(db, act):
    await write(db)
    await write(db, answer="Vừa sửa.")

    with pytest.raises(EditConflict):
        await change(db, act)


async def test_an_earlier_revision_is_restored_as_the_newest(db):
    await transfer.apply(db, a_file(an_entry_item(answer="Một.", owner="lan")), NOW)
    await write(db, answer="Hai.")

    number = await change(db, workflow.restore, KEY, 1, by="minh", now=NOW, note="khôi phục")

    now = await stored(db)
    assert (number, now.item.answer, now.item.article, now.line.author) == (3, "Một.", "bai-viet", "minh")
    assert (now.published, now.has_unpublished) == (1, True)


async def test_a_suspended_entry_resumes_with_what_was_published(db):
    await transfer.apply(db, a_file(an_entry_item(answer="Cũ.")), NOW)
    await write(db, answer="Chưa duyệt.")
    await change(db, editing.suspend, KEY, now=NOW)

    await change(db, editing.resume, KEY, now=NOW)

    assert await spoken(db) == ["Cũ."]


async def test_a_bulk_act_goes_on_after_a_refusal(db):
    items = [an_entry_item(key="a"), an_entry_item(key="b", status=Status.DRAFT), an_entry_item(key="c")]
    await transfer.apply(db, a_file(*items), NOW)

    async with db.transaction() as session:
        bulk = await workflow.in_bulk(session, ["a", "b", "c"], lambda key: editing.suspend(session, key, now=NOW))

    assert bulk.done == ("a", "c")
    assert [(key, type(error)) for key, error in bulk.refused] == [("b", editing.NotPublished)]


async def test_unsaved_words_are_kept_per_person_until_dropped(db):
    await change(db, drafts.keep, KEY, author="lan", base=1, fields={"answer": "Đang"}, now=NOW)
    await change(db, drafts.keep, KEY, author="lan", base=2, fields={"answer": "Đang viết"}, now=NOW)
    await change(db, drafts.keep, KEY, author="minh", base=2, fields={"answer": "Khác"}, now=NOW)

    async with db.reading() as session:
        mine = await drafts.load(session, KEY, author="lan")
        others = await drafts.others_at_work(session, KEY, but="lan", since=NOW.replace(year=2023))
    await change(db, drafts.drop, KEY, author="lan")
    async with db.reading() as session:
        gone = await drafts.load(session, KEY, author="lan")

    assert mine is not None
    assert (mine.base, mine.fields) == (2, {"answer": "Đang viết"})
    assert others == ["minh"]
    assert gone is None


@pytest.mark.parametrize(
    ("answer", "claims"),
    [
        ("Mời anh/chị đến Sở lúc 8 giờ.", ()),
        ("Có 3 bước và 12 biểu mẫu.", ()),
        ("Hỗ trợ tối đa 50.000.000 đồng mỗi dự án.", ("50.000.000 đồng",)),
        ("Không quá 1,5 tỷ.", ("1,5 tỷ",)),
        ("Chừng năm mươi triệu đồng.", ("triệu đồng",)),
        ("Theo Nghị quyết số 93/2022/NQ-HĐND.", ("Nghị quyết số 93/2022/NQ-HĐND",)),
        ("Xem khoản 2 Điều 5.", ("khoản 2", "Điều 5")),
        ("Hành vi này bị xử phạt.", ("bị xử phạt",)),
    ],
)
def test_money_and_law_are_recognised_in_the_entrys_own_words(answer, claims):
    assert claims_of(an_entry_item(answer=answer)) == claims
    assert claims_of(an_entry_item(answer="Ngắn.", answer_full=answer)) == claims
