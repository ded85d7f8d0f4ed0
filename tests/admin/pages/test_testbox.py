"""The test box: the reply as a channel gives it, why, and what it should have been."""

from __future__ import annotations

import pytest

from admin.page import Role
from knowledge.history import load_entry
from knowledge.learning import learn, make_matcher
from knowledge.store import load_snapshot, save_calibration
from knowledge.transfer import load_starter
from knowledge.trials.questions import kept_questions
from tests.support.builders import NOW
from tests.support.console import a_console

QUESTION = "nq93+hoox+trowj+lop+tap+huan+k+ad"


@pytest.fixture
async def desk(sqlite_db):
    await load_starter(sqlite_db, NOW)
    async with a_console(sqlite_db, make_matcher=make_matcher) as running:
        yield running


async def test_the_way_to_a_reply_is_shown_in_words(desk):
    editor = await desk.sign_in(Role.EDITOR)

    page = (await editor.get(f"/admin/testbox?text={QUESTION}&channel=whatsapp")).text

    for part in ("nghi quyet 93 ho tro lop tap huan", "từ viết tắt", "gõ Telex còn sót", "nq 93",
                 "trả lời khi chắc chắn từ 34%", "Giống từng chữ cái", "đủ chắc chắn", "Theo bài"):  # fmt: skip
        assert part in page


async def test_what_a_citizen_gets_comes_before_why(desk):
    editor = await desk.sign_in(Role.EDITOR)

    page = (await editor.get(f"/admin/testbox?text={QUESTION}")).text

    assert page.index(">Người dân nhận được<") < page.index(">Vì sao<") < page.index(">Lẽ ra phải là<")


@pytest.mark.parametrize("channel", ["web", "zalo", "zalo_bot", "whatsapp", "nonsense"])
async def test_every_channel_shows_its_own_reply(desk, channel):
    editor = await desk.sign_in(Role.EDITOR)

    page = await editor.get(f"/admin/testbox?text=xin+ch%C3%A0o&channel={channel}")

    assert page.status == 200
    assert "Xin chào anh/chị" in page.text
    assert "Lời chào, cảm ơn" in page.text


async def test_the_date_decides_what_is_still_valid(desk):
    editor, question = await desk.sign_in(Role.EDITOR), "Cuộc thi khởi nghiệp lần thứ nhất"

    now = await editor.get(f"/admin/testbox?text={question}&on=2023-12-01")
    later = await editor.get(f"/admin/testbox?text={question}&on=2031-12-01")

    assert now.text != later.text
    assert (await editor.get(f"/admin/testbox?text={question}&on=hom-nay")).status == 200


async def test_who_gets_no_answer_sees_what_a_citizen_sees(desk):
    """Also the question whether they want to be told."""
    editor = await desk.sign_in(Role.EDITOR)

    page = await editor.get("/admin/testbox?text=trong+nam+co+duoc+vay+von+ko&channel=zalo")

    assert "Báo cho tôi khi có câu trả lời" in page.text


async def test_what_it_should_have_been_becomes_a_test_question(desk):
    editor = await desk.sign_in(Role.EDITOR)

    await editor.post("/admin/testbox", {"text": "tập huấn ở đâu", "entry": "nq93-tap-huan", "act": "test"})
    await editor.post("/admin/testbox", {"text": "hôm nay ăn gì", "entry": "", "act": "test"})

    async with desk.db.reading() as session:
        kept = await kept_questions(session)
    assert {(each.text, each.expected) for each in kept} == {("tập huấn ở đâu", "nq93-tap-huan"), ("hôm nay ăn gì", "")}


async def test_what_it_should_have_been_becomes_a_variant(desk):
    approver = await desk.sign_in(Role.APPROVER)
    text = "Đơn vị tôi muốn mở lớp dạy khởi nghiệp"

    await approver.post("/admin/testbox", {"text": text, "entry": "nq93-tap-huan", "act": "variant"})

    async with desk.db.reading() as session:
        snapshot = await load_snapshot(session)
        stored = await load_entry(session, "nq93-tap-huan")
    assert text in stored.item.variants
    assert text in snapshot.entries["nq93-tap-huan"].variants or stored.line.is_waiting


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"text": "", "entry": "nq93-tap-huan", "act": "test"}, id="no question"),
        pytest.param({"text": "tập huấn", "entry": "", "act": "variant"}, id="a variant of nothing"),
        pytest.param({"text": "tập huấn", "entry": "khong-co", "act": "variant"}, id="an entry that is not there"),
        pytest.param({"text": "???", "entry": "nq93-tap-huan", "act": "test"}, id="a question without words"),
    ],
)
async def test_what_cannot_be_filed_is_refused(desk, fields):
    editor = await desk.sign_in(Role.EDITOR)

    assert (await editor.post("/admin/testbox", fields)).status == 303

    async with desk.db.reading() as session:
        assert await kept_questions(session) == ()


async def test_operators_may_ask_but_not_file(desk):
    operator = await desk.sign_in(Role.OPERATOR)

    assert "Lẽ ra phải là" not in (await operator.get(f"/admin/testbox?text={QUESTION}")).text
    assert (await operator.post("/admin/testbox", {"text": "a b", "entry": "", "act": "test"})).status == 403


async def test_an_approver_chooses_how_careful_the_assistant_is(desk):
    approver, administrator = await desk.sign_in(Role.APPROVER), await desk.sign_in(Role.ADMINISTRATOR)
    before = (await approver.get(f"/admin/testbox?text={QUESTION}")).text

    answer = await approver.post("/admin/testbox/caution", {"caution": "2%", "text": QUESTION}, follow=True)
    log = (await administrator.get("/admin/audit?subject=caution")).text

    assert 'value="own" checked' in before
    assert "trả lời khi chắc chắn từ 34%" in before
    assert "Đã lưu mức thận trọng" in answer.text
    assert 'value="2%" checked' in answer.text
    assert "trả lời khi chắc chắn từ 98%" in (await approver.get(f"/admin/testbox?text={QUESTION}")).text
    assert "Đổi mức thận trọng" in log
    assert "<del>như trợ lý tự chọn</del>" in log
    assert "<ins>2%</ins>" in log


async def test_each_choice_says_what_it_costs_as_far_as_it_is_known(sqlite_db):
    await load_starter(sqlite_db, NOW)
    async with a_console(sqlite_db, make_matcher=make_matcher) as desk:
        editor = await desk.sign_in(Role.EDITOR)
        unknown = (await editor.get("/admin/testbox")).text
        _, lesson = learn(desk.feed.current.matcher)
        lesson |= {"curve": [[0.34, 0.8, 0.04], [0.5, 0.6, 0.015]], "asked": 200}
        async with desk.db.transaction() as session:
            await save_calibration(session, desk.feed.current.snapshot.version, lesson)
        await desk.feed.load()
        known = (await editor.get("/admin/testbox")).text

    assert unknown.count("Chưa đo được trên dữ liệu hiện có") == 3
    assert known.count("khoảng 80%") == 2
    assert "khoảng 60% số câu có trong dữ liệu (khoảng tin cậy 95%: từ 53% đến 67%)" in known
    assert known.count("Chưa thấy ngưỡng nào giữ được mức này") == 1


async def test_only_who_may_publish_chooses(desk):
    editor = await desk.sign_in(Role.EDITOR)

    page = (await editor.get("/admin/testbox")).text

    assert "Nhiều nhất 5% trả lời sai" in page
    assert "Lưu mức thận trọng" not in page
    assert (await editor.post("/admin/testbox/caution", {"caution": "1%"})).status == 403


@pytest.mark.parametrize("fields", [{}, {"caution": "90%"}, {"caution": "0.02"}])
async def test_a_caution_that_is_not_offered_is_refused(desk, fields):
    approver = await desk.sign_in(Role.APPROVER)

    answer = await approver.post("/admin/testbox/caution", fields, follow=True)

    async with desk.db.reading() as session:
        assert (await load_snapshot(session)).caution is None
    assert "vui lòng chọn một mức thận trọng" in answer.text
