"""Staff teach the assistant their words: looked at before, used at once, never lost between two people."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest

from admin.page import Role
from admin.term_forms import BASE, texts_of
from knowledge import transfer
from knowledge.feed import KnowledgeFeed
from knowledge.learning import make_matcher
from knowledge.schema import TermItem, TermKind
from knowledge.terms import add_term, stored_terms
from knowledge.trials.questions import keep_question
from knowledge.trials.sources import Source
from tests.support.builders import NOW, a_file, an_entry_item
from tests.support.console import a_console

LOAN = "Vay vốn khởi nghiệp ở đâu?"
FORM = {
    "id": "", "term": "vvkn", "meaning": "vay vốn khởi nghiệp", "kind": "abbreviation", "weight": "0.9",
    "valid_from": "", "valid_until": "",
}  # fmt: skip


async def filled(db):
    loan = an_entry_item(key="vay-von", question=LOAN, variants=(), answer="Ở ngân hàng.", article="", quote="")
    file = an_entry_item(key="nop", question="Nộp hồ sơ ở đâu?", variants=(), answer="Ở Sở.", article="", quote="")
    await transfer.apply(db, a_file(loan, file), NOW)


@pytest.fixture
async def desk(sqlite_db):
    """A console whose matcher takes questions literally: forms, lists and people."""
    async with a_console(sqlite_db) as running:
        yield running


@pytest.fixture
async def trying(sqlite_db):
    """A console with the product's own matcher."""
    await filled(sqlite_db)
    async with a_console(sqlite_db, make_matcher=make_matcher) as running:
        yield running


@pytest.fixture
async def serving(db):
    """The same, over both databases."""
    await filled(db)
    async with a_console(db, make_matcher=make_matcher) as running:
        yield running


async def stored(desk):
    async with desk.db.reading() as session:
        return list(await stored_terms(session))


async def taught(desk, **fields) -> int:
    item = TermItem(**{"term": "vvkn", "meaning": "vay vốn khởi nghiệp", **fields})
    async with desk.db.transaction() as session:
        return await add_term(session, item, now=NOW, by="hoa")


async def opened(desk, number: int) -> dict[str, str]:
    """Return the fields of a form as the page of a term holds them when it is opened."""
    [item] = [each.item for each in await stored(desk) if each.id == number]
    texts = texts_of(item)
    return {"id": str(number), **texts, **{f"{BASE}{name}": text for name, text in texts.items()}}


async def test_a_term_is_used_at_once_here_and_in_every_other_process(serving):
    browser = await serving.sign_in(Role.APPROVER)
    elsewhere = KnowledgeFeed(serving.db, make_matcher, clock=serving.clock)
    await elsewhere.load()
    unsure = elsewhere.current.matcher.match("vvkn o dau").candidates[0].confidence

    done = await browser.post("/admin/terms/edit", FORM, follow=True)
    await elsewhere.refresh()

    assert "Trợ lý đang dùng từ này." in done.text
    for feed in (serving.feed, elsewhere):
        best = feed.current.matcher.match("vvkn o dau").candidates[0]
        assert best.entry == "vay-von"
        assert best.confidence > unsure
    [term] = await stored(serving)
    assert (term.changed_by, term.changed_at) == ("person-approver", NOW)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.OPERATOR, Role.ADMINISTRATOR])
async def test_who_may_not_publish_reads_the_list_and_is_offered_nothing_else(desk, role):
    await taught(desk)
    browser = await desk.sign_in(role)

    page = await browser.get("/admin/terms")

    assert "vay vốn khởi nghiệp" in page.text
    assert "/admin/terms/edit" not in page.text
    assert (await browser.post("/admin/terms/edit", FORM)).status == 403
    assert (await browser.get("/admin/terms/new")).status == 403


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        pytest.param("", ["hs", "pth", "vvkn"], id="all, in the order of the alphabet"),
        pytest.param("?q=vay+von", ["vvkn"], id="by the meaning, without marks"),
        pytest.param("?q=PTH", ["pth"], id="by the word"),
        pytest.param("?kind=one_way", ["pth"], id="by kind"),
        pytest.param("?show=past", ["pth"], id="no longer used"),
        pytest.param("?show=coming", ["vvkn"], id="not yet"),
        pytest.param("?show=current", ["hs"], id="now"),
        pytest.param("?show=several", ["hs"], id="with another meaning in the package"),
        pytest.param("?q=x", [], id="none"),
    ],
)
async def test_the_list_is_narrowed(desk, query, shown):
    await taught(desk, valid_from=date(2025, 1, 1))
    await taught(desk, term="pth", meaning="phường tân hòa", kind=TermKind.ONE_WAY, valid_until=date(2024, 1, 1))
    await taught(desk, term="hs", meaning="học sinh")
    browser = await desk.sign_in(Role.APPROVER)

    page = await browser.get(f"/admin/terms{query}")

    places = {term: page.text.find(f">{term}</a>") for term in ("hs", "pth", "vvkn")}
    assert sorted((term for term, at in places.items() if at >= 0), key=places.__getitem__) == shown


async def test_a_long_list_comes_in_pages(desk):
    async with desk.db.transaction() as session:
        for number in range(51):
            await add_term(session, TermItem(term=f"tu{number:02}", meaning="vay vốn"), now=NOW)
    browser = await desk.sign_in(Role.EDITOR)

    first, second = await browser.get("/admin/terms"), await browser.get("/admin/terms?page=2")

    assert "Trang 1 trên 2 (51 từ)" in first.text
    assert ("tu49" in first.text, "tu50" in first.text) == (True, False)
    assert ("tu49" in second.text, "tu50" in second.text) == (False, True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"term": " "}, "vui lòng nhập từ", id="nothing"),
        pytest.param({"term": "?!"}, "phải có chữ hoặc số", id="nothing to read"),
        pytest.param({"term": "<b>vupb</b>"}, "ký tự không dùng trong từ: &lt; &gt;", id="markup in the word"),
        pytest.param({"meaning": "vay {vốn}"}, "ký tự không dùng trong từ: { }", id="markup in the meaning"),
        pytest.param({"term": "x" * 121}, "không quá 120 ký tự", id="too long"),
        pytest.param({"meaning": ""}, "Loại này cần có nghĩa", id="an abbreviation of nothing"),
        pytest.param({"meaning": "VVKN"}, "Từ và nghĩa giống nhau", id="the same but for case"),
        pytest.param({"kind": "verb"}, "chọn một loại", id="a kind that there is not"),
        pytest.param({"kind": "filler"}, "Loại này không có nghĩa", id="a courtesy with a meaning"),
        pytest.param({"kind": "function", "term": "hai tiếng", "meaning": ""}, "chỉ gồm một tiếng", id="two syllables"),
        pytest.param({"weight": "7"}, "từ 10% đến 100%", id="too sure"),
        pytest.param({"weight": "nan"}, "từ 10% đến 100%", id="no number"),
        pytest.param({"valid_from": "2024-02-01", "valid_until": "2024-01-01"}, "trước ngày bắt đầu", id="backwards"),
        pytest.param({"valid_until": "31/12/2024"}, "Ngày không đúng", id="no day"),
    ],
)
async def test_what_cannot_be_a_term_is_said_beside_its_field_and_what_was_typed_stays(desk, fields, said):
    browser = await desk.sign_in(Role.APPROVER)

    answer = await browser.post("/admin/terms/edit", {**FORM, "sample": "hỏi thử", **fields})

    assert answer.status == 422
    assert said in answer.text
    assert 'value="hỏi thử"' in answer.text
    assert await stored(desk) == []


async def test_the_same_word_with_the_same_meaning_is_not_added_twice(desk):
    number = await taught(desk)
    browser = await desk.sign_in(Role.APPROVER)

    answer = await browser.post("/admin/terms/edit", {**FORM, "term": "VVKN"})

    assert answer.status == 422
    assert "Từ điển đã có từ này với nghĩa này." in answer.text
    assert f"/admin/terms/edit?id={number}" in answer.text


async def test_a_question_is_tried_with_the_term_as_it_stands_in_the_form(trying):
    browser = await trying.sign_in(Role.APPROVER)

    part = await browser.post("/admin/terms/preview", {**FORM, "sample": "cho hỏi vvkn ở đâu"})

    assert "<strong>vay vốn khởi nghiệp ở đâu</strong>" in part.text
    assert part.text.count(f"“{LOAN}”") >= 1
    assert await stored(trying) == []
    assert "<html" not in part.text


async def test_the_trial_of_a_stored_term_forgets_what_it_says_now(trying):
    number = await taught(trying)
    browser = await trying.sign_in(Role.APPROVER)

    part = await browser.post(
        "/admin/terms/preview", {**FORM, "id": number, "meaning": "nộp hồ sơ", "sample": "vvkn ở đâu"}
    )

    assert "<strong>nộp hồ sơ ở đâu</strong>" in part.text
    assert "vay vốn" not in part.text.partition("Có từ này")[2]


async def test_a_word_with_another_meaning_is_explained_before_and_told_after(trying):
    browser = await trying.sign_in(Role.APPROVER)
    form = {**FORM, "term": "hs", "meaning": "học sinh", "weight": "0.5"}

    part = await browser.post("/admin/terms/preview", {**form, "sample": "nộp hs ở đâu"})
    done = await browser.post("/admin/terms/edit", form, follow=True)

    assert "Từ này còn có nghĩa khác" in part.text
    assert "hồ sơ (có sẵn, 80%)" in part.text
    assert "<strong>nộp hồ sơ ở đâu</strong>" in part.text
    assert "cách hiểu khác hợp hơn" in part.text
    assert "Từ “hs” còn có nghĩa khác (hồ sơ" in done.text


async def test_a_courtesy_that_entries_ask_with_is_warned_of(trying):
    browser = await trying.sign_in(Role.APPROVER)

    part = await browser.post("/admin/terms/preview", {**FORM, "kind": "filler", "term": "nộp hồ sơ", "meaning": ""})

    assert "Có 1 mục hỏi đáp dùng chính chữ “nộp hồ sơ”" in part.text


ASKED = "Nộp hồ sơ chỗ nào"
COSTLY = {**FORM, "kind": "filler", "term": "nộp hồ sơ", "meaning": ""}


async def tested(desk) -> None:
    """Keep a test question that is answered today, and not with the costly term."""
    async with desk.db.transaction() as session:
        await keep_question(session, ASKED, expected="nop", source=Source.STAFF, by="hoa", now=NOW)


async def test_a_term_that_costs_answers_is_saved_with_a_reason_only(trying):
    browser, administrator = await trying.sign_in(Role.APPROVER), await trying.sign_in(Role.ADMINISTRATOR)

    await tested(trying)
    asked = await browser.post("/admin/terms/edit", COSTLY)
    before = await stored(trying)
    checked = html.unescape(re.search(r'name="checked" value="([^"]*)"', asked.text)[1])
    reason = {"reason": "Ai cũng viết thế", "checked": checked}
    other = await browser.post("/admin/terms/edit", {**COSTLY, **reason, "weight": "0.7"})
    done = await browser.post("/admin/terms/edit", {**COSTLY, **reason}, follow=True)
    log = await administrator.get("/admin/audit?subject=term:")

    assert asked.status == 422
    assert "1 câu mất trả lời đúng" in asked.text
    assert "Lý do vẫn lưu" in asked.text
    assert f"<strong>{ASKED}</strong>" in asked.text
    assert before == []
    assert other.status == 422
    assert "Trợ lý đang dùng từ này." in done.text
    assert "<ins>Ai cũng viết thế</ins>" in log.text


async def test_what_a_term_would_cost_can_be_looked_at_before_it_is_saved(trying):
    browser = await trying.sign_in(Role.APPROVER)

    await tested(trying)
    costly, harmless = [await browser.post("/admin/terms/edit", {**form, "act": "look"}) for form in (COSTLY, FORM)]

    assert [answer.status for answer in (costly, harmless)] == [200, 200]
    assert f"<strong>{ASKED}</strong>" in costly.text
    assert "Không mất câu nào" in harmless.text
    assert await stored(trying) == []


async def test_two_people_who_change_different_fields_lose_nothing(desk):
    number = await taught(desk)
    hoa, minh = await desk.sign_in(Role.APPROVER, login="hoa"), await desk.sign_in(Role.APPROVER, login="minh")
    mine = theirs = await opened(desk, number)

    await hoa.post("/admin/terms/edit", {**theirs, "valid_until": "2030-12-31"})
    answer = await minh.post("/admin/terms/edit", {**mine, "meaning": "vốn vay khởi nghiệp"})

    assert answer.status == 409
    assert "Hoa đã lưu từ này" in answer.text
    assert 'value="vốn vay khởi nghiệp"' in answer.text
    assert 'value="2030-12-31"' in answer.text
    assert "Người kia ghi" not in answer.text
    latest = await opened(desk, number)
    assert latest["meaning"] == "vay vốn khởi nghiệp"
    await minh.post("/admin/terms/edit", {**latest, "meaning": "vốn vay khởi nghiệp"})
    assert [(each.item.meaning, each.item.valid_until, each.changed_by) for each in await stored(desk)] == [
        ("vốn vay khởi nghiệp", date(2030, 12, 31), "minh")
    ]


async def test_two_people_who_change_the_same_field_see_both(desk):
    number = await taught(desk)
    browser = await desk.sign_in(Role.APPROVER)
    form = await opened(desk, number)

    await browser.post("/admin/terms/edit", {**form, "meaning": "một"})
    answer = await browser.post("/admin/terms/edit", {**form, "meaning": "hai"})

    assert answer.status == 409
    assert "Người kia ghi: một" in answer.text
    assert 'name="meaning" type="text" value="hai"' in answer.text
    assert f'name="{BASE}meaning" value="một"' in answer.text


async def test_what_was_removed_meanwhile_can_be_added_again(desk):
    number = await taught(desk)
    browser = await desk.sign_in(Role.APPROVER)
    form = await opened(desk, number)
    await browser.post("/admin/terms/remove", form)

    answer = await browser.post("/admin/terms/edit", {**form, "meaning": "khác"})

    assert answer.status == 409
    assert "đã được người khác xóa" in answer.text
    assert 'value="khác"' in answer.text
    assert 'name="id" value=""' in answer.text


@pytest.mark.parametrize("act", ["retire", "remove"])
async def test_nobody_takes_away_what_they_have_not_seen(desk, act):
    number = await taught(desk)
    browser = await desk.sign_in(Role.APPROVER)
    form = await opened(desk, number)
    await browser.post("/admin/terms/edit", {**form, "meaning": "mới"})

    answer = await browser.post(f"/admin/terms/{act}", form, follow=True)

    assert "vừa được người khác sửa" in answer.text
    assert [(each.item.meaning, each.item.valid_until) for each in await stored(desk)] == [("mới", None)]


async def test_a_retired_term_stays_in_the_list_and_is_used_no_more(trying):
    number = await taught(trying)
    browser = await trying.sign_in(Role.APPROVER)
    await trying.feed.refresh()
    sure = trying.feed.current.matcher.match("vvkn o dau").candidates[0].confidence

    done = await browser.post("/admin/terms/retire", await opened(trying, number), follow=True)

    assert "Đã thôi dùng “vvkn”." in done.text
    assert "Đã thôi dùng</span>" in done.text
    assert trying.feed.current.matcher.match("vvkn o dau").candidates[0].confidence < sure
    assert "Thôi dùng từ này" not in (await browser.get(f"/admin/terms/edit?id={number}")).text


async def test_a_term_that_begins_today_is_removed_not_retired(desk):
    """It would end before it begins."""
    number = await taught(desk, valid_from=date(2024, 6, 1))
    browser = await desk.sign_in(Role.APPROVER)

    page = await browser.get(f"/admin/terms/edit?id={number}")
    answer = await browser.post("/admin/terms/retire", await opened(desk, number), follow=True)

    assert desk.clock.now().date() == date(2024, 6, 1)
    assert "Thôi dùng từ này" not in page.text
    assert "Anh/chị có thể xóa hẳn." in answer.text
    assert [each.item.valid_until for each in await stored(desk)] == [None]


async def test_what_was_done_stands_in_the_audit_log(desk):
    approver, administrator = await desk.sign_in(Role.APPROVER), await desk.sign_in(Role.ADMINISTRATOR)
    await approver.post("/admin/terms/edit", FORM)
    [term] = await stored(desk)
    await approver.post("/admin/terms/edit", {**await opened(desk, term.id), "weight": "0.5"})
    await approver.post("/admin/terms/remove", await opened(desk, term.id))

    log = (await administrator.get("/admin/audit?subject=term:vvkn")).text

    assert [log.count(words) >= 1 for words in ("Thêm từ vào từ điển", "Sửa từ", "Xóa từ khỏi từ điển")] == [True] * 3
    assert "<del>90%</del>" in log
    assert "<ins>50%</ins>" in log
    assert "<ins>viết tắt</ins>" in log


async def test_saving_what_did_not_change_is_no_change(desk):
    number = await taught(desk)
    browser = await desk.sign_in(Role.APPROVER)
    desk.clock.advance(timedelta(days=1))

    await browser.post("/admin/terms/edit", await opened(desk, number))

    assert [(each.changed_by, each.changed_at) for each in await stored(desk)] == [("hoa", NOW)]


async def test_a_term_that_is_not_there_is_not_found(desk):
    browser = await desk.sign_in(Role.APPROVER)

    statuses = [(await browser.get(f"/admin/terms/edit?id={number}")).status for number in ("7", "x", "9" * 30)]

    assert statuses == [404, 404, 404]


async def test_a_term_that_the_knowledge_makes_needless_is_said_to_be(trying):
    browser = await trying.sign_in(Role.APPROVER)

    part = await browser.post(
        "/admin/terms/preview", {**FORM, "term": "nhs", "meaning": "nộp hồ sơ", "sample": "nhs ở đâu"}
    )

    assert "trợ lý cũng đã hiểu câu hỏi như vậy" in part.text
    assert "kết quả như hiện nay" in part.text
