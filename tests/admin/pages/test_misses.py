"""The queue of what the knowledge lacks: from a missed question to an answer, with the product's own matcher."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from admin.page import Role
from benchmarks.cuts import GIVEN, starter_of
from bot.messages import UpdateKind
from bot.tables import Gap
from knowledge import editing
from knowledge.history import load_entry
from knowledge.learning import make_matcher
from knowledge.schema import Status
from knowledge.store import load_snapshot
from knowledge.transfer import apply
from knowledge.trials.questions import keep_question, kept_questions
from knowledge.trials.sources import Source
from tests.support.builders import NOW, a_file, an_entry_item
from tests.support.console import a_console
from tests.support.towns import Town

MUSHROOMS = an_entry_item(
    key="nam", question="Hộ trồng nấm vay vốn ở đâu?", variants=("Vay vốn để làm nấm",),
    answer="Ngân hàng Chính sách xã hội cho vay.", quote="", article="", section="",
)  # fmt: skip
FISH = an_entry_item(
    key="ca-tam", question="Nuôi cá tầm cần giấy phép gì?", variants=("Giấy phép nuôi cá tầm",),
    answer="Cần giấy chứng nhận đủ điều kiện.", quote="", article="", section="",
)  # fmt: skip
ASKED = "Làm nấm hết tiền thì nhờ ai"


@asynccontextmanager
async def a_desk(db, **options):
    town = Town(db)
    async with a_console(db, clock=town.clock, channels=town.channels, waker=town.waker, **options) as running:
        running.town = town
        town.follow(running.feed)
        yield running


@pytest.fixture
async def desk(sqlite_db):
    """A console whose matcher takes questions literally."""
    await apply(sqlite_db, a_file(MUSHROOMS, FISH), NOW)
    async with a_desk(sqlite_db) as running:
        yield running


@pytest.fixture
async def school(sqlite_db):
    """A console with the product's own matcher over the starter knowledge, to which two entries were added.

    Few wordings of each, so that there is something to miss.
    """
    await apply(sqlite_db, starter_of(GIVEN), NOW)
    await apply(sqlite_db, a_file(MUSHROOMS, FISH), NOW)
    async with a_desk(sqlite_db, make_matcher=make_matcher) as running:
        yield running


async def missed(desk, *, people=("an",), text=ASKED):
    """Have people ask something that is missed, and agree to be told; return the address of the gap."""
    for person in people:
        await desk.town.say(person, text)
        await desk.town.say(person, "báo cho tôi khi có câu trả lời")
    await desk.town.do_chores()
    rows = await desk.town.rows(Gap.id, Gap.text)
    return f"/admin/misses/{next(number for number, said in rows if said == text)}"


async def complained(desk, text):
    """Have somebody ask something and find the answer unhelpful; return the address of the gap."""
    await desk.town.say("an", text)
    await desk.town.say("an", kind=UpdateKind.REACTION, emoji="👎", reply_to="m1")
    await desk.town.do_chores()
    [(number,)] = await desk.town.rows(Gap.id)
    return f"/admin/misses/{number}"


async def state_of(desk):
    return [row[0] for row in await desk.town.rows(Gap.state)]


async def test_a_missed_question_becomes_a_variant_is_answered_and_its_asker_told(school):
    gap = await missed(school)
    approver = await school.sign_in(Role.APPROVER)
    page = await approver.get(gap)
    assert MUSHROOMS.question in page.text
    assert "1 người nhờ báo" in page.text

    done = await approver.post(f"{gap}/variant", {"entry": "nam", "text": ASKED})
    await school.town.do_chores()

    assert (done.status, done.location) == (303, gap)
    assert await state_of(school) == ["resolved_variant"]
    assert MUSHROOMS.answer in school.town.heard("an")[-1]
    await school.town.say("binh", ASKED)
    assert MUSHROOMS.answer in school.town.heard("binh")[-1]
    after = await approver.get(gap)
    assert "Trước khi xử lý" in after.text


async def test_an_editor_proposes_a_variant_and_the_gap_closes_when_it_is_published(school):
    gap = await missed(school)
    editor = await school.sign_in(Role.EDITOR)

    await editor.post(f"{gap}/variant", {"entry": "nam", "text": ASKED})
    await school.town.do_chores()
    assert await state_of(school) == ["assigned"]
    assert "Đang chờ đăng mục" in (await editor.get(gap)).text

    async with school.db.transaction() as session:
        await editing.publish(session, "nam", now=school.clock.now())
    await school.feed.refresh()
    await school.town.do_chores()

    assert await state_of(school) == ["resolved_variant"]


async def test_a_variant_that_takes_an_answer_from_another_question_needs_a_reason(school):
    """Somebody found a right answer unhelpful; giving their question to another entry would steal it."""
    gap = await complained(school, FISH.question)
    approver, variant = await school.sign_in(Role.APPROVER), {"entry": "nam", "text": FISH.question}

    refused = await approver.post(f"{gap}/variant", variant)

    assert refused.status == 422
    assert "Lý do vẫn thêm" in refused.text
    assert await state_of(school) == ["new"]
    async with school.db.reading() as session:
        assert FISH.question not in (await load_snapshot(session)).entries["nam"].variants

    await approver.post(f"{gap}/variant", {**variant, "reason": "Mục này sẽ gộp"})
    assert await state_of(school) == ["resolved_variant"]


async def test_a_question_that_the_source_does_not_answer_is_told_so_from_then_on(school):
    asked = "Hộ trồng nấm vay vốn có phải thế chấp đất không"
    gap = await complained(school, asked)
    assert MUSHROOMS.answer in school.town.heard("an")[0]
    approver = await school.sign_in(Role.APPROVER)

    done = await approver.post(f"{gap}/variant", {"entry": "nam", "text": asked, "act": "uncovered"})
    await school.town.say("binh", "trong nam vay von co phai the chap dat ko")

    assert (done.status, done.location) == (303, gap)
    assert "từ nay được nói rõ là nguồn không nêu" in (await approver.get(gap)).text
    assert await state_of(school) == ["out_of_scope"]
    assert MUSHROOMS.answer not in school.town.heard("binh")[-1]
    assert "không nêu khoản vay mà anh/chị hỏi" in school.town.heard("binh")[-1]
    async with school.db.reading() as session:
        entry = (await load_snapshot(session)).entries["nam"]
        kept = [(it.text, it.expected, it.source) for it in await kept_questions(session)]
    assert (entry.not_covered, entry.variants) == ((asked,), MUSHROOMS.variants)
    assert kept == [(asked, "", Source.OUT_OF_SCOPE)]


async def test_what_an_editor_says_is_not_covered_waits_for_approval(school):
    gap = await missed(school)
    editor = await school.sign_in(Role.EDITOR)

    await editor.post(f"{gap}/variant", {"entry": "nam", "text": ASKED, "act": "uncovered"})

    assert "gửi duyệt" in (await editor.get(gap)).text
    assert await state_of(school) == ["out_of_scope"]
    async with school.db.reading() as session:
        stored = await load_entry(session, "nam")
        assert (await load_snapshot(session)).entries["nam"].not_covered == ()
    assert stored.has_unpublished
    assert stored.item.not_covered == (ASKED,)


async def test_what_is_said_not_to_be_covered_takes_no_right_answer_without_a_reason(school):
    asked = "Muốn nuôi cá tầm thì cần những giấy phép gì"
    async with school.db.transaction() as session:
        await keep_question(session, asked, expected="ca-tam", source=Source.STAFF, by="lan", now=NOW)
    gap = await complained(school, asked)
    approver, posted = await school.sign_in(Role.APPROVER), {"entry": "ca-tam", "text": asked, "act": "uncovered"}

    refused = await approver.post(f"{gap}/variant", posted)

    assert refused.status == 422
    assert 'name="act" value="uncovered"' in refused.text
    assert await state_of(school) == ["new"]

    await approver.post(f"{gap}/variant", {**posted, "reason": "Nguồn đã đổi"})
    assert await state_of(school) == ["out_of_scope"]


async def test_one_word_is_not_said_to_be_written_down_as_not_covered(school):
    gap = await complained(school, "wifi")
    approver = await school.sign_in(Role.APPROVER)

    page = await approver.get(gap)
    refused = await approver.post(f"{gap}/variant", {"entry": "nam", "text": "wifi", "act": "uncovered", "find": "nấm"})

    assert 'value="uncovered"' not in page.text
    assert "Câu chỉ có một từ thì chưa rõ" in page.text
    assert refused.status == 422
    assert "“wifi” chỉ có một từ" in refused.text
    assert re.search(r'name="entry" value="nam" required checked', refused.text)
    assert re.search(r'name="text" value="wifi" checked', refused.text)
    assert await state_of(school) == ["new"]


async def test_who_chose_no_entry_keeps_what_they_ticked(school):
    gap = await missed(school)
    editor = await school.sign_in(Role.EDITOR)

    refused = await editor.post(f"{gap}/variant", {"text": ASKED})

    assert refused.status == 422
    assert "chọn mục hỏi đáp và ít nhất một cách hỏi" in refused.text
    assert f'value="{ASKED}" checked' in refused.text


async def test_wordings_that_were_not_taken_over_become_test_questions(school):
    gap = await missed(school)
    await school.town.say("binh", f"{ASKED} hả")
    await school.town.do_chores()
    approver = await school.sign_in(Role.APPROVER)

    await approver.post(f"{gap}/variant", {"entry": "nam", "text": ASKED})

    async with school.db.reading() as session:
        kept = await kept_questions(session)
    assert [(each.text, each.expected) for each in kept] == [(f"{ASKED} hả", "nam")]


async def test_a_new_entry_starts_from_the_question_and_closes_the_gap_once_published(desk):
    gap = await missed(desk, text="Xe điện có được hỗ trợ không")
    editor = await desk.sign_in(Role.EDITOR)

    started = await editor.post(f"{gap}/entry")
    assert "/admin/entries/edit?key=" in started.location
    key = started.location.partition("key=")[2]
    assert "Xe điện có được hỗ trợ không" in (await editor.get(started.location)).text

    async with desk.db.transaction() as session:
        await editing.set_status(session, key, Status.PUBLISHED, now=desk.clock.now())
    await desk.feed.refresh()
    await desk.town.do_chores()
    assert await state_of(desk) == ["resolved_entry"]


async def test_a_new_entry_is_titled_by_the_cleanest_question_of_the_gap(desk):
    texts = (
        "Cho em hỏi xe điện có được hỗ trợ không? SĐT em [phone], CCCD [number]",
        "em là Hoàng Văn Thụ, cho em hỏi xe điện có được hỗ trợ không vậy ạ",
        "dạ cho em hỏi xe điện có được hỗ trợ không ạ?",
    )
    gap = await missed(desk, text=texts[0])
    for person, text in zip(("binh", "chi"), texts[1:], strict=True):
        await desk.town.say(person, text)
    await desk.town.do_chores()
    editor = await desk.sign_in(Role.EDITOR)

    started = await editor.post(f"{gap}/entry")

    key = started.location.partition("key=")[2]
    async with desk.db.reading() as session:
        item = (await load_entry(session, key)).item
    assert (key, item.question) == ("xe-dien-co-duoc-ho-tro-khong", "Xe điện có được hỗ trợ không?")
    assert not [text for text in (item.question, *item.variants) if "[" in text or "SĐT" in text or "Thụ" in text]


async def test_a_question_that_held_a_number_closes_its_gap_once_its_variant_is_published(school):
    text = f"{ASKED}, số em [phone]"
    gap = await missed(school, text=text)
    editor = await school.sign_in(Role.EDITOR)
    await editor.post(f"{gap}/variant", {"entry": "nam", "text": text})

    async with school.db.transaction() as session:
        await editing.publish(session, "nam", now=school.clock.now())
    await school.feed.refresh()
    await school.town.do_chores()

    assert await state_of(school) == ["resolved_variant"]


async def test_out_of_scope_becomes_a_test_question_that_nothing_may_answer(desk):
    gap = await missed(desk, text="Thời tiết ngày mai thế nào")
    operator = await desk.sign_in(Role.OPERATOR)

    await operator.post(f"{gap}/settle", {"act": "out_of_scope"})

    assert await state_of(desk) == ["out_of_scope"]
    async with desk.db.reading() as session:
        kept = await kept_questions(session, expected="")
    assert [each.text for each in kept] == ["Thời tiết ngày mai thế nào"]
    await operator.post(f"{gap}/settle", {"act": "reopen"})
    assert await state_of(desk) == ["new"]
    async with desk.db.reading() as session:
        assert await kept_questions(session) == ()


async def test_a_question_set_aside_by_mistake_can_be_answered_after_all(school):
    gap = await missed(school)
    operator, approver = await school.sign_in(Role.OPERATOR), await school.sign_in(Role.APPROVER)
    number = gap.rpartition("/")[2]

    for act in ("out_of_scope", "reopen"):
        await operator.post("/admin/misses/bulk", {"gap": number, "act": act})
    done = await approver.post(f"{gap}/variant", {"entry": "nam", "text": ASKED})

    assert done.status == 303
    assert await state_of(school) == ["resolved_variant"]


async def test_a_wording_that_a_test_question_forbids_is_shown_once_and_a_decision_ends_the_contradiction(school):
    gap, approver = await missed(school), await school.sign_in(Role.APPROVER)
    async with school.db.transaction() as session:
        await keep_question(session, ASKED, expected="", source=Source.STAFF, by="lan", now=school.clock.now())

    refused = await approver.post(f"{gap}/variant", {"entry": "nam", "text": ASKED})
    assert refused.text.count(f"<td>{ASKED}") == 1
    assert "Câu kiểm tra: không mục nào được trả lời" in refused.text
    assert "Trả lời: Hộ trồng nấm vay vốn ở đâu?" in refused.text
    await approver.post(f"{gap}/variant", {"entry": "nam", "text": ASKED, "reason": "Nay đã có nguồn"})

    assert await state_of(school) == ["resolved_variant"]
    async with school.db.reading() as session:
        assert await kept_questions(session, expected="") == ()


async def test_four_questions_within_minutes_are_no_weekly_rate(desk):
    gap = await missed(desk, people=("an", "binh", "chi", "dung"), text="Xe điện có được hỗ trợ không")
    operator = await desk.sign_in(Role.OPERATOR)
    await desk.town.after(minutes=12)

    await operator.post(f"{gap}/settle", {"act": "spam"})
    page = await operator.get(gap)

    assert "<dt>Trước khi xử lý</dt><dd>4 lần trong 12 phút</dd>" in page.text
    assert "lần mỗi tuần" not in page.text


async def test_gaps_are_shared_out_noted_and_settled_many_at_once(desk):
    one = await missed(desk, text="Xe điện có được hỗ trợ không")
    await missed(desk, people=("binh",), text="Thời tiết ngày mai thế nào")
    operator = await desk.sign_in(Role.OPERATOR)
    ids = [row[0] for row in await desk.town.rows(Gap.id)]

    note = {"assignee": "person-operator", "due_on": "2026-01-02", "note": "Hỏi phòng Công nghệ"}
    await operator.post(f"{one}/note", note)
    assert await desk.town.rows(Gap.assignee, Gap.note) == [("", ""), ("person-operator", "Hỏi phòng Công nghệ")]
    desk.clock.advance(timedelta(minutes=1))
    mine, late = await operator.get("/admin/misses?who=me"), await operator.get("/admin/misses?who=overdue")
    for page in (mine, late):
        assert "Xe điện" in page.text
        assert "Thời tiết" not in page.text

    await operator.post("/admin/misses/bulk", [("act", "spam"), *(("gap", str(number)) for number in ids)])
    assert await state_of(desk) == ["spam", "spam"]


@pytest.mark.parametrize("sought", ["xe dien", "XE điện", "ho tro xe"])
async def test_questions_are_found_without_their_marks(desk, sought):
    await missed(desk, text="Xe điện có được hỗ trợ không")
    operator = await desk.sign_in(Role.OPERATOR)

    assert "Xe điện có được" in (await operator.get(f"/admin/misses?q={sought}")).text
    assert "Xe điện có được" not in (await operator.get("/admin/misses?q=khác hẳn")).text


@pytest.mark.parametrize("act", ["assign", "expert", "out_of_scope", "spam", "reopen"])
async def test_what_is_done_with_a_gap_stands_in_the_audit_log_in_plain_words(desk, act):
    number = (await missed(desk)).rpartition("/")[2]
    operator, boss = await desk.sign_in(Role.OPERATOR), await desk.sign_in(Role.ADMINISTRATOR)
    await operator.post("/admin/misses/bulk", {"gap": number, "act": act, "assignee": "person-operator"})

    log = await boss.get(f"/admin/audit?subject=gap:{number}")

    assert f"nhóm câu hỏi {number}</a>" in log.text
    assert f'<td data-label="Việc">misses.{act}</td>' not in log.text


async def test_gaps_that_may_mean_the_same_are_offered_to_be_merged(desk):
    """Alike enough to be shown side by side, not enough to be sorted together."""
    one = await missed(desk, text="mua xe điện tỉnh có hỗ trợ không")
    await missed(desk, people=("binh",), text="xe điện được tỉnh giúp mấy phần trăm")
    operator = await desk.sign_in(Role.OPERATOR)
    [other] = {row[0] for row in await desk.town.rows(Gap.id)} - {int(one.rpartition("/")[2])}
    assert "xe điện được tỉnh giúp" in (await operator.get(one)).text

    await operator.post(f"{one}/merge", {"other": other})

    assert await desk.town.rows(Gap.people) == [(2,)]
    assert (await operator.post(f"{one}/merge", {"other": 404})).status == 303


async def test_what_nobody_touched_is_sorted_anew(desk):
    await missed(desk)
    operator = await desk.sign_in(Role.OPERATOR)

    await operator.post("/admin/misses/regroup")

    assert await desk.town.rows(Gap.text, Gap.people) == [(ASKED, 1)]


@pytest.mark.parametrize(
    "address", ["/admin/misses?show=resolved", "/admin/misses?show=x&reason=y&page=9", "/admin/misses?show=spam"]
)
async def test_every_list_opens(desk, address):
    assert (await (await desk.sign_in(Role.EDITOR)).get(address)).status == 200


async def test_a_gap_that_is_not_there_is_not_found(desk):
    assert (await (await desk.sign_in(Role.EDITOR)).get("/admin/misses/404")).status == 404


async def test_the_queue_can_be_taken_along_as_a_table_without_formulas(desk):
    await missed(desk, text="=SUM(A1) có được hỗ trợ không")
    operator = await desk.sign_in(Role.OPERATOR)

    table = await operator.get("/admin/misses/table.csv")

    assert table.body.startswith(b"\xef\xbb\xbf")
    assert "'=SUM(A1) có được hỗ trợ không,1,1,Không tìm thấy câu trả lời,Mới" in table.text


async def test_who_may_not_read_conversations_reads_no_name_and_no_address_elsewhere(desk):
    await desk.town.say("an", "em là Hoàng Văn Thụ, ở 12 phố Kim Đồng, xe điện có được hỗ trợ không")
    await desk.town.do_chores()
    [(number,)] = await desk.town.rows(Gap.id)
    editor = await desk.sign_in(Role.EDITOR)
    assert (await editor.get("/admin/inbox/1")).status == 403

    paths = ("/admin/misses", f"/admin/misses/{number}", "/admin/misses/table.csv", "/admin/figures")
    for path in paths:
        page = await editor.get(path)
        assert "em là [họ tên], ở [địa chỉ], xe điện" in page.text, path
        assert "Hoàng Văn Thụ" not in page.text, path


async def test_masks_are_read_in_vietnamese_and_do_not_become_wordings(school):
    text = f"{ASKED}, số em [phone]"
    gap = await missed(school, text=text)
    browser = await school.sign_in(Role.APPROVER)

    pages = [await browser.get(path) for path in ("/admin/misses", gap, "/admin/misses/table.csv")]
    await browser.post(f"{gap}/variant", {"entry": "nam", "text": text})

    assert [("[số điện thoại]" in page.text, ">[phone]" in page.text) for page in pages] == [(True, False)] * 3
    async with school.db.reading() as session:
        entry = (await load_snapshot(session)).entries["nam"]
    assert ASKED in entry.variants
    assert not [variant for variant in entry.variants if "[" in variant]
