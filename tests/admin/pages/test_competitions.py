"""Staff keep competitions in the console: what they type, what citizens then hear, and what is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from admin import audit
from admin.page import Role
from bot.tables import Contact, Reminder
from knowledge import transfer
from knowledge.competition_store import find_competition
from knowledge.portal.paragraphs import keep
from knowledge.schema import Status
from knowledge.tables import Article
from tests.support.builders import NOW, a_competition_item, a_file
from tests.support.console import a_console

KEY = "cuoc-thi-2024"
PATH = f"/admin/competitions/{KEY}"
# The clock stands at 01/06/2024 10:00 in Vietnam.
FIELDS = {
    "title": "Cuộc thi Khởi nghiệp lần thứ hai", "kind": "contest", "article": "bai-viet",
    "aliases": "cuộc thi khởi nghiệp\nthi khởi nghiệp", "quote": "hạn nộp 15/6",
    "stage_0_name": "Nộp hồ sơ dự thi", "stage_0_certainty": "confirmed", "stage_0_takes_entries": "1",
    "stage_0_starts_on": "2024-06-01", "stage_0_ends_on": "2024-06-15", "stage_0_ends_time": "17:00",
    "stage_1_name": "Chung kết", "stage_1_certainty": "month_only", "stage_1_starts_on": "2024-08-01",
    "stage_2_name": "Trao giải", "stage_2_certainty": "not_announced",
    "stage_3_name": "",
}  # fmt: skip


@pytest.fixture
async def db(sqlite_db):
    """One kind of database is enough: the queries are tested with their functions."""
    await transfer.apply(sqlite_db, a_file(competitions=(a_competition_item(),)), NOW)
    return sqlite_db


@pytest.fixture
async def desk(db):
    async with a_console(db) as running:
        yield running


async def stored(desk, key=KEY):
    async with desk.db.reading() as session:
        return await find_competition(session, key)


async def test_a_new_competition_is_a_draft_with_a_key_made_from_its_title(desk):
    browser = await desk.sign_in(Role.EDITOR)

    answer = await browser.post("/admin/competitions/new", FIELDS)

    assert answer.location == "/admin/competitions/cuoc-thi-khoi-nghiep-lan-thu-hai"
    page = await stored(desk, "cuoc-thi-khoi-nghiep-lan-thu-hai")
    assert page.status is Status.DRAFT
    assert [(stage.key, stage.starts, stage.ends) for stage in page.item.stages] == [
        ("nop-ho-so-du-thi", "2024-06-01", "2024-06-15 17:00"),
        ("chung-ket", "2024-08", ""),
        ("trao-giai", "", ""),
    ]
    assert page.item.stages[0].takes_entries


async def test_the_form_shows_what_was_saved_and_saving_it_again_changes_nothing(desk):
    browser = await desk.sign_in(Role.EDITOR)
    await browser.post("/admin/competitions/new", FIELDS)
    path = "/admin/competitions/cuoc-thi-khoi-nghiep-lan-thu-hai"

    page = await browser.get(path)
    keys = {f"stage_{n}_key": key for n, key in enumerate(["nop-ho-so-du-thi", "chung-ket", "trao-giai"])}
    again = await browser.post(path, FIELDS | keys | {"number": "1"})

    assert 'value="2024-06-15"' in page.text
    assert 'value="17:00"' in page.text
    assert 'value="2024-08-01"' in page.text
    assert again.status == 303
    assert (await stored(desk, "cuoc-thi-khoi-nghiep-lan-thu-hai")).number == 1


async def test_a_draft_is_spoken_only_after_an_approver_has_published_it(desk):
    editor, approver = await desk.sign_in(Role.EDITOR), await desk.sign_in(Role.APPROVER)
    saved = await editor.post(PATH, FIELDS | {"number": "1", "stage_0_key": "nop"})
    await desk.feed.refresh()
    before = desk.feed.current.snapshot.competitions[KEY].title

    refused = await editor.post(f"{PATH}/publish", {"number": "2"})
    published = await approver.post(f"{PATH}/publish", {"number": "2", "reason": "thể lệ"}, follow=True)
    await desk.feed.refresh()

    assert saved.status == 303
    assert before == "Cuộc thi 2024"
    assert refused.status == 403
    assert "Đã đăng" in published.text
    assert desk.feed.current.snapshot.competitions[KEY].title == FIELDS["title"]


async def test_what_a_colleague_saved_meanwhile_is_not_published_unseen(desk):
    editor, approver = await desk.sign_in(Role.EDITOR, login="lan"), await desk.sign_in(Role.APPROVER, login="hung")
    await editor.post(PATH, FIELDS | {"number": "1", "stage_0_key": "nop"})
    looked_at = await approver.get(PATH)
    await editor.post(PATH, FIELDS | {"number": "2", "stage_0_key": "nop", "stage_0_ends_on": "2024-06-30"})

    answer = await approver.post(f"{PATH}/publish", {"number": "2"}, follow=True)

    assert '<input type="hidden" name="number" value="2">' in looked_at.text.partition("Đăng bản 2")[0]
    assert "Lan đã lưu bản 3" in answer.text
    assert 'value="2024-06-30"' in answer.text, "the newer draft is what is shown"
    assert (await stored(desk)).published_number == 1


async def test_the_preview_says_on_each_channel_what_citizens_hear_on_a_day(desk):
    browser = await desk.sign_in(Role.EDITOR)
    await browser.post(PATH, FIELDS | {"number": "1"})

    today, later = await browser.get(PATH), await browser.get(f"{PATH}?on=2024-06-16")

    assert "còn 14 ngày" in today.text
    assert "(đã kết thúc)" in later.text
    for channel in ("Trang web", "Zalo", "WhatsApp"):
        assert f">{channel}</h3>" in today.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "Cần điền mục này."),
        ({"stage_0_ends_on": "2024-05-01"}, "Thời điểm kết thúc phải sau thời điểm bắt đầu."),
        ({"stage_0_ends_on": "15/6"}, "Ngày hoặc giờ không hợp lệ."),
        ({"stage_0_certainty": "not_announced"}, "còn để “Chưa công bố”"),
        ({"stage_2_certainty": "confirmed"}, "Chưa điền ngày nào cho mốc này."),
        ({"stage_1_ends_time": "17:00"}, "Có giờ nhưng chưa có ngày."),
        ({"short_title": "x" * 21}, "Dài quá 20 ký tự."),
        ({"edition": "hai"}, "Cần là một số."),
        ({"first_year": "2025", "last_year": "2024"}, "Năm cuối không thể trước năm đầu."),
        ({"first_year": "24"}, "Số quá nhỏ (ít nhất là 2000)."),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(desk, change, said):
    browser = await desk.sign_in(Role.EDITOR)

    answer = await browser.post(PATH, FIELDS | {"number": "1"} | change)

    assert answer.status == 422
    assert said in answer.text
    assert "Trao giải" in answer.text
    assert (await stored(desk)).number == 1


async def test_the_key_of_another_competition_is_refused(desk):
    browser = await desk.sign_in(Role.EDITOR)

    answer = await browser.post("/admin/competitions/new", FIELDS | {"key": KEY})

    assert answer.status == 422
    assert "Mã này đã được dùng" in answer.text


async def test_two_people_at_the_same_form_do_not_overwrite_each_other(desk):
    first, second = await desk.sign_in(Role.EDITOR, login="an"), await desk.sign_in(Role.EDITOR, login="binh")
    await first.post(PATH, FIELDS | {"number": "1", "organiser": "UBND tỉnh", "change_note": "theo Kế hoạch 15"})

    answer = await second.post(PATH, FIELDS | {"number": "1", "contact": "0206 385 0000", "change_note": "bổ sung"})
    saved = await second.post(
        PATH, FIELDS | {"number": "2", "organiser": "UBND tỉnh", "contact": "0206 385 0000"}, follow=True
    )

    assert answer.status == 409
    assert 'data-guard="changed"' in answer.text, "leaving it is asked about"
    assert "An đã lưu bản 2" in answer.text
    assert "theo Kế hoạch 15" in answer.text
    assert "<ins>UBND tỉnh</ins>" in answer.text
    assert 'value="UBND tỉnh"' in answer.text, "what the other wrote stays in the draft"
    assert 'value="0206 385 0000"' in answer.text
    assert 'value="bổ sung"' in answer.text
    assert '<input type="hidden" name="number" value="2">' in answer.text
    assert "Đăng bản" not in answer.text, "what would go live is not what is shown"
    assert "Đã lưu bản nháp số 3" in saved.text


async def test_what_two_people_changed_at_one_place_is_marked_and_the_words_of_this_person_stay(desk):
    first, second = await desk.sign_in(Role.EDITOR, login="an"), await desk.sign_in(Role.EDITOR, login="binh")
    await first.post(PATH, FIELDS | {"number": "1", "organiser": "UBND tỉnh"})

    answer = await second.post(PATH, FIELDS | {"number": "1", "organiser": "Tỉnh đoàn"})

    assert answer.status == 409
    assert "Hai người sửa cùng một chỗ" in answer.text
    assert "UBND tỉnh</ins>" in answer.text
    assert 'value="Tỉnh đoàn"' in answer.text


async def test_a_form_that_is_corrected_still_knows_what_it_began_with(desk):
    """Else what a colleague saved meanwhile would be overwritten by the next click."""
    first, second = await desk.sign_in(Role.EDITOR, login="an"), await desk.sign_in(Role.EDITOR, login="binh")
    await first.post(PATH, FIELDS | {"number": "1", "organiser": "UBND tỉnh"})

    answer = await second.post(PATH, FIELDS | {"number": "1", "title": ""})

    assert answer.status == 422
    assert '<input type="hidden" name="number" value="1">' in answer.text


@pytest.mark.parametrize("number", ["0", "7", "x"])
async def test_a_form_that_began_with_no_known_revision_is_refused(desk, number):
    browser = await desk.sign_in(Role.EDITOR)

    assert (await browser.post(PATH, FIELDS | {"number": number})).status == 404
    assert (await stored(desk)).number == 1


async def test_the_page_tells_what_hinders_publishing_from_what_should_be_looked_at(desk):
    browser = await desk.sign_in(Role.APPROVER)
    await browser.post(PATH, FIELDS | {"number": "1", "article": "", "aliases": ""})
    without_source = await browser.get(PATH)
    await browser.post(PATH, FIELDS | {"number": "2", "quote": ""})
    without_quote = await browser.get(PATH)
    published = await browser.post(f"{PATH}/publish", {"number": "3", "reason": "thể lệ"}, follow=True)

    hindering, _, advice = without_source.text.partition("Nên xem lại, không bắt buộc")
    assert "Chưa chọn bài viết nguồn" in hindering.partition("Phải sửa thì mới đăng được")[2]
    assert "Chưa có tên gọi khác" in advice
    assert "Đăng bản" not in without_source.text
    assert "Phải sửa thì mới đăng được" not in without_quote.text
    assert "Chưa có đoạn trích nguyên văn" in without_quote.text
    assert "Đăng bản 3" in without_quote.text
    assert "Đã đăng" in published.text


async def test_without_a_source_nothing_is_published(desk):
    browser = await desk.sign_in(Role.APPROVER)
    await browser.post(PATH, FIELDS | {"number": "1", "article": ""})

    answer = await browser.post(f"{PATH}/publish", {"number": "2"}, follow=True)

    assert "Chưa chọn bài viết nguồn" in answer.text
    assert (await stored(desk)).published_number == 1


async def test_a_quote_that_is_not_in_its_article_is_not_published(desk):
    async with desk.db.transaction() as session:
        article = await session.scalar(select(Article).where(Article.key == "bai-viet"))
        await keep(session, article.id, ["Hạn nộp 15/6."], now=NOW)
    browser = await desk.sign_in(Role.APPROVER)
    await browser.post(PATH, FIELDS | {"number": "1", "quote": "hạn nộp 30/6"})

    page, refused = await browser.get(PATH), await browser.post(f"{PATH}/publish", {"number": "2"}, follow=True)
    await browser.post(PATH, FIELDS | {"number": "2"})
    published = await browser.post(f"{PATH}/publish", {"number": "3", "reason": "thể lệ"}, follow=True)

    assert "Đoạn trích không có trong bài viết nguồn" in page.text
    assert "Chưa đăng được" in refused.text
    assert "Đã đăng" in published.text


async def test_figures_and_days_that_the_article_does_not_hold_are_named_and_need_a_reason(desk):
    async with desk.db.transaction() as session:
        article = await session.scalar(select(Article).where(Article.key == "bai-viet"))
        held = "Cuộc thi lần thứ hai. Hạn nộp 15/6, từ 01/6/2024, hết 17 giờ; chung kết tháng 8/2024. Có 3 giải."
        await keep(session, article.id, [held], now=NOW)
    lan, minh = await desk.sign_in(Role.APPROVER, login="lan"), await desk.sign_in(Role.APPROVER, login="minh")
    await lan.post(PATH, FIELDS | {"number": "1", "prizes": "Có 3 giải, 12 suất khuyến khích"})
    await lan.post(PATH, FIELDS | {"number": "2", "prizes": "Có 12 suất", "stage_1_starts_on": "2024-09-01"})

    page = await minh.get(PATH)
    refused = await minh.post(f"{PATH}/publish", {"number": "3"}, follow=True)
    before = (await stored(desk)).published_number
    await minh.post(f"{PATH}/publish", {"number": "3", "reason": "theo công văn kèm bài"})
    async with desk.db.reading() as session:
        [noted] = await audit.find(session, audit.Filter(action="competitions.publish"))

    assert "Giải thưởng: <mark>12</mark>" in page.text
    assert "Mốc “Chung kết”: <mark>09/2024</mark>" in page.text
    assert page.text.count("<mark>") == 2
    assert "Lý do vẫn đăng" in page.text
    assert "bài viết nguồn không có 12, 09/2024" in refused.text
    assert before == 1
    assert (await stored(desk)).published_number == 3
    assert (noted.after["unsourced"], noted.after["reason"]) == (["12", "09/2024"], "theo công văn kèm bài")


async def test_money_is_published_by_somebody_else_than_who_wrote_it(desk):
    lan, minh = await desk.sign_in(Role.APPROVER, login="lan"), await desk.sign_in(Role.APPROVER, login="minh")
    await lan.post(PATH, FIELDS | {"number": "1", "prizes": "Giải nhất 10 triệu đồng"})

    page = await lan.get(PATH)
    alone = await lan.post(f"{PATH}/publish", {"number": "2", "reason": "cứ đăng"}, follow=True)
    after_alone = (await stored(desk)).published_number
    await minh.post(f"{PATH}/publish", {"number": "2", "reason": "bài kèm thể lệ"})

    assert "không tự đăng được" in page.text
    assert "Lý do vẫn đăng" not in page.text
    assert "cần một người khác người soạn đăng" in alone.text
    assert after_alone == 1
    assert (await stored(desk)).published_number == 2


async def test_withdrawing_silences_and_archiving_keeps_the_history(desk):
    browser = await desk.sign_in(Role.APPROVER)

    await browser.post(f"{PATH}/withdraw")
    await desk.feed.refresh()
    assert desk.feed.current.snapshot.competitions == {}
    await browser.post(f"{PATH}/archive")

    assert (await stored(desk)).status is Status.ARCHIVED
    assert "Lưu trữ" in (await browser.get("/admin/competitions")).text


async def test_an_old_revision_can_be_taken_up_again(desk):
    browser = await desk.sign_in(Role.EDITOR)
    await browser.post(PATH, FIELDS | {"number": "1", "change_note": "gia hạn"})
    history = await browser.get(f"{PATH}/history")

    await browser.post(f"{PATH}/restore", {"number": "1", "latest": "2"})

    assert "gia hạn" in history.text
    assert "các mốc" in history.text
    page = await stored(desk)
    assert (page.number, page.item.title) == (3, "Cuộc thi 2024")


async def test_an_old_revision_does_not_hide_what_somebody_saved_meanwhile(desk):
    lan, minh = await desk.sign_in(Role.EDITOR, login="lan"), await desk.sign_in(Role.EDITOR, login="minh")
    await lan.post(PATH, FIELDS | {"number": "1", "change_note": "gia hạn"})
    looked_at = await minh.get(f"{PATH}/history")
    await lan.post(PATH, FIELDS | {"number": "2", "title": "Cuộc thi 2024, vòng hai"})

    answer = await minh.post(f"{PATH}/restore", {"number": "1", "latest": "2"}, follow=True)

    assert '<input type="hidden" name="latest" value="2">' in looked_at.text
    assert "Chưa dùng lại bản cũ: trong lúc anh/chị xem, Lan đã lưu bản 3." in answer.text
    page = await stored(desk)
    assert (page.number, page.item.title) == (3, "Cuộc thi 2024, vòng hai")


async def test_the_list_says_where_each_stands_and_how_many_wait_to_be_reminded(desk):
    async with desk.db.transaction() as session:
        contact = Contact(channel="fake", account="", external_id="a", address="a", created_at=NOW, last_seen_at=NOW)
        session.add(contact)
        await session.flush()
        session.add(
            Reminder(
                contact_id=contact.id, competition=KEY, stage="nop", target_at=NOW, due_at=NOW, wording="-",
                agreed_at=NOW,
            )
        )  # fmt: skip
    browser = await desk.sign_in(Role.OPERATOR)

    everything, open_ones = (
        await browser.get("/admin/competitions"),
        await browser.get("/admin/competitions?phase=open"),
    )

    assert "Đã kết thúc" in everything.text
    assert 'class="number">1</td>' in everything.text
    assert "Cuộc thi 2024" not in open_ones.text


async def test_an_unknown_competition_is_not_found(desk):
    browser = await desk.sign_in(Role.APPROVER)

    assert (await browser.get("/admin/competitions/khong-co")).status == 404
    assert (await browser.post("/admin/competitions/khong-co/publish")).status == 404
