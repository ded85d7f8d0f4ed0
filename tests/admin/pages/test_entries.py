"""Entries in the console: found, written, merged, decided."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager

import pytest

from admin import audit
from admin.page import Role
from admin.pages.entries import wanted_of
from admin.wording import say
from bot.usage import Usage
from knowledge import history, transfer
from knowledge.behaviour import Effect
from knowledge.buttons import ButtonKind
from knowledge.diffing import texts_of
from knowledge.learning import make_matcher
from knowledge.listing import list_entries
from knowledge.portal import paragraphs
from knowledge.safeguards import Quoting
from knowledge.schema import GuideItem, Status
from tests.support.builders import NOW, a_file, an_entry_item
from tests.support.console import a_console
from tests.support.guides import a_guide

KEY = "nq93-hinh-thuc"


@pytest.fixture
async def db(sqlite_db):
    return sqlite_db


@asynccontextmanager
async def a_desk(db, *items, **options):
    await transfer.apply(db, a_file(*items), NOW)
    async with a_console(db, make_matcher=make_matcher, **options) as desk:
        yield desk


async def stored(db, key=KEY):
    async with db.reading() as session:
        return await history.load_entry(session, key)


def fields(**changed):
    return texts_of(an_entry_item(**changed)) | {"key": KEY, "base": 1, "act": "save"}


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


async def test_the_list_finds_by_words_without_marks_and_keeps_the_filter(db):
    other = an_entry_item(key="cuoc-thi", question="Cuộc thi khi nào?", topic="thi")
    async with a_desk(db, an_entry_item(), other) as desk:
        browser = await desk.sign_in(Role.EDITOR)

        found = await browser.get("/admin/entries?q=hinh+thuc")
        by_topic = await browser.get("/admin/entries?topic=thi")
        nothing = await browser.get("/admin/entries?q=kh%C3%B4ng+c%C3%B3+g%C3%AC&status=odd&page=x")

    assert "Hình thức hỗ trợ" in found.text
    assert "Cuộc thi khi nào?" not in found.text
    assert 'value="hinh thuc"' in found.text
    assert "Cuộc thi khi nào?" in by_topic.text
    assert nothing.status == 200
    assert "Không có mục nào phù hợp" in nothing.text


async def test_a_topic_with_a_name_is_called_by_it_and_found_by_its_key(sqlite_db):
    named, own = an_entry_item(key="a", topic="van-ban"), an_entry_item(key="b", question="Ai?", topic="Thuế v. phí")
    async with a_desk(sqlite_db, named, own) as desk:
        browser = await desk.sign_in(Role.EDITOR)

        page = await browser.get("/admin/entries?topic=van-ban")
        form = await browser.get("/admin/entries/edit?key=a")

    assert '<option value="van-ban" selected>Văn bản, kế hoạch</option>' in page.text
    assert '<option value="Thuế v. phí">Thuế v. phí</option>' in page.text
    assert 'data-label="Chủ đề">Văn bản, kế hoạch</td>' in page.text
    assert 'name="topic" type="text" value="van-ban"' in form.text


@pytest.mark.parametrize(("show", "keys"), [("often", {"a"}), ("disliked", {"b"}), ("never", {"c"})])
async def test_usage_chooses_entries(db, show, keys):
    usage = {"a": Usage(asked=40, helpful=5), "b": Usage(asked=5, helpful=1, unhelpful=4)}
    await transfer.apply(db, a_file(*(an_entry_item(key=key) for key in "abc")), NOW)

    async with db.reading() as session:
        lines = await list_entries(session, wanted_of({"show": show}, usage, on=NOW.date()))

    assert {line.key for line in lines} == keys


async def test_an_editor_saves_a_revision_that_nobody_hears_yet(db):
    async with a_desk(db) as desk:
        browser = await desk.sign_in(Role.EDITOR, login="lan")

        saved = await browser.post("/admin/entries/edit", fields(answer="Hỗ trợ sau đầu tư.", owner="Lan"))
        page = await browser.get(saved.location)

    now = await stored(db)
    assert saved.status == 303
    assert (now.item.answer, now.item.owner, now.line.author, now.latest) == ("Hỗ trợ sau đầu tư.", "Lan", "lan", 2)
    assert now.published == 1
    assert "Đã lưu thành bản 2" in page.text


async def test_nothing_is_submitted_when_what_is_published_did_not_change(db):
    async with a_desk(db) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        saved = await browser.post("/admin/entries/edit", fields() | {"act": "submit"})
        page = await browser.get(saved.location)

    assert "Nội dung không có gì thay đổi" in page.text
    assert not (await stored(db)).line.is_waiting


async def test_saving_without_a_change_makes_no_revision(db):
    async with a_desk(db) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        await browser.post("/admin/entries/edit", fields())

    assert (await stored(db)).latest == 1


async def test_a_new_entry_gets_its_key_from_the_question(db):
    async with a_desk(db) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        form = await browser.get("/admin/entries/new?question=S%E1%BB%9F+%E1%BB%9F+%C4%91%C3%A2u%3F")
        made = await browser.post(
            "/admin/entries/edit",
            {"key": "", "base": 0, "question": "Sở ở đâu?", "answer": "Ở Hợp Giang.", "act": "submit",
             "button_label_0": "Gặp cán bộ", "button_kind_0": "handoff", "button_target_0": ""},
        )  # fmt: skip

    now = await stored(db, "so-o-dau")
    assert 'value="Sở ở đâu?"' in form.text
    assert made.location == "/admin/entries/review?key=so-o-dau"
    assert now.status is Status.IN_REVIEW
    assert [str(button) for button in now.item.buttons] == ["Gặp cán bộ | handoff"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"question": ""}, "vui lòng nhập câu hỏi"),
        ({"answer": "dài " * 130}, "tối đa 500 ký tự"),
        ({"short_title": "Dài hơn hai mươi ký tự"}, "tối đa 20 ký tự"),
        ({"valid_from": "2024-02-01", "valid_until": "2024-01-01"}, "không sớm hơn"),
        ({"on_expiry": "successor"}, "mã của một mục khác"),
        ({"buttons": "Gọi | phone | abc"}, "một đích hợp lệ"),
        ({"variants": "sđt em là [phone] được hỗ trợ không"}, "thông tin riêng của người hỏi"),
        ({"question": "[Số điện thoại] này".lower()}, "thông tin riêng của người hỏi"),
        ({"article": "mat-roi"}, "không còn trong hệ thống"),
        ({"related": "khong-co"}, "Không có mục nào mang mã: khong-co"),
        ({"related": "#guide:khong-co"}, "Không có mục nào mang mã: #guide:khong-co"),
        ({"on_expiry": "successor", "successor": "#guide:thu"}, "Không có mục nào mang mã: #guide:thu"),
        ({"on_expiry": "successor", "successor": "khong-co"}, "Không có mục nào mang mã: khong-co"),
        ({"buttons": "Xem | entry | khong-co"}, "Không có mục nào mang mã: khong-co"),
    ],
)
async def test_what_cannot_stand_is_said_at_its_field_and_nothing_typed_is_lost(db, changed, sentence):
    async with a_desk(db) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        refused = await browser.post("/admin/entries/edit", fields(quote="một đoạn vừa gõ") | changed)

    assert refused.status == 422
    assert sentence in refused.text
    assert "một đoạn vừa gõ" in refused.text
    assert (await stored(db)).latest == 1


async def test_all_that_cannot_stand_is_said_at_once_at_its_place(db):
    """What concerns several fields, what is too long for telephones and what names nothing is not kept for later."""
    wrong = fields() | {
        "answer": "Dài. " * 110, "short_title": "Dài hơn hai mươi ký tự", "on_expiry": "successor",
        "valid_from": "2024-02-01", "valid_until": "2024-01-01", "article": "mat-roi", "audience": "ai " * 400,
        "related": "mat-roi",
    }  # fmt: skip
    rows = {name: text for name, text in wrong.items() if name != "buttons"} | {
        "button_label_0": "Gặp cán bộ", "button_kind_0": "handoff", "button_target_0": "",
        "button_label_1": "Gọi", "button_kind_1": "phone", "button_target_1": "abc",
        "button_label_2": "", "button_kind_2": "entry", "button_target_2": "mat-roi", "note": "theo văn bản mới",
    }  # fmt: skip
    async with a_desk(db) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        refused = await browser.post("/admin/entries/edit", rows)

    marked = re.findall(r'name="(\w+)"[^>]*aria-invalid="true"', refused.text)
    assert marked == [
        "answer", "short_title", "button_target_1", "button_label_2", "button_target_2", "article", "valid_until",
        "successor", "audience", "related_0",
    ]  # fmt: skip
    assert "Nút 2: cần một đích hợp lệ" in refused.text
    assert "Nút 3: cần một nhãn" in refused.text
    assert 'name="button_target_2" value="mat-roi"' in refused.text
    assert re.findall(r'name="(\w+)"[^>]* autofocus', refused.text) == ["answer"]
    assert 'value="theo văn bản mới"' in refused.text
    assert "Nhập câu hỏi và câu trả lời để xem thử" not in refused.text


async def test_related_entries_are_chosen_by_their_questions(db):
    other = an_entry_item(key="cuoc-thi", question="Cuộc thi khi nào?")
    async with a_desk(db, an_entry_item(), other) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        names = await browser.get("/admin/entries/names")
        rows = {name: text for name, text in fields().items() if name != "related"}
        await browser.post("/admin/entries/edit", rows | {"related_0": "", "related_2": "cuoc-thi"})
        form = await browser.get(f"/admin/entries/edit?key={KEY}")

    assert '<option value="cuoc-thi" label="Cuộc thi khi nào?">' in names.text
    assert (await stored(db)).item.related == ("cuoc-thi",)
    assert 'name="related_0" value="cuoc-thi"' in form.text


async def test_the_check_of_eligibility_is_offered_below_an_answer_and_by_a_button(db):
    guide = GuideItem.model_validate(a_guide().model_dump())
    await transfer.apply(db, a_file(guides=(guide,)), NOW)
    async with a_console(db, make_matcher=make_matcher) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        await browser.post("/admin/entries/edit", fields(related=["#guide:thu"], buttons=["Xem | entry | #guide:thu"]))

    item = (await stored(db)).item
    assert (item.related, [button.target for button in item.buttons]) == (("#guide:thu",), ["#guide:thu"])


async def test_what_an_entry_does_not_hold_is_ticked_in_plain_words(db):
    async with a_desk(db, an_entry_item(not_covered=["penalty", "amount"])) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        form = await browser.get(f"/admin/entries/edit?key={KEY}")
        ticks = {name: text for name, text in fields().items() if name != "not_covered"}
        await browser.post("/admin/entries/edit", ticks | {"not_covered_amount": "1", "not_covered_place": "1"})

    assert re.search(r'name="not_covered_penalty" value="1" checked>.*xử phạt', form.text)
    assert re.search(r'name="not_covered_amount" value="1" checked>.*số tiền, mức hỗ trợ', form.text)
    assert 'name="not_covered_place" value="1">' in form.text
    assert set((await stored(db)).item.not_covered) == {"amount", "place"}


async def test_what_an_entry_does_not_hold_is_written_as_questions_too(db):
    question = "Vé xe được hỗ trợ bao nhiêu phần trăm?"
    async with a_desk(db, an_entry_item(not_covered=["amount", question])) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        form = await browser.get(f"/admin/entries/edit?key={KEY}")
        posted = {name: text for name, text in fields().items() if name != "not_covered"}
        posted |= {"not_covered_place": "1", "uncovered_questions": f"{question}\n\n Ai ký quyết định? "}
        await browser.post("/admin/entries/edit", posted)

    assert "Những điều mục này không nêu</h2>" in form.text
    assert re.search(rf'<textarea[^>]*name="uncovered_questions"[^>]*>\s*{re.escape(question)}</textarea>', form.text)
    assert (await stored(db)).item.not_covered == ("place", question, "Ai ký quyết định?")


@pytest.mark.parametrize(
    ("written", "said"),
    [("thuế", "“thuế” chưa thành câu hỏi"), ("Số [số điện thoại] là của ai?", "Bỏ chỗ đã che")],
)
async def test_what_is_no_question_of_everybody_is_not_saved_as_one(db, written, said):
    async with a_desk(db) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        posted = {name: text for name, text in fields().items() if name != "not_covered"}
        answered = await browser.post("/admin/entries/edit", posted | {"uncovered_questions": written})

    assert said in answered.text
    assert re.search(rf'name="uncovered_questions"[^>]*>\s*{re.escape(written)}</textarea>', answered.text)
    assert (await stored(db)).item.not_covered == ()


@pytest.mark.parametrize(
    ("table", "kind"),
    [("effect", Effect), ("status", Status), ("button", ButtonKind), ("quoting", Quoting)],
    ids=["effect", "status", "button", "quoting"],
)
def test_nothing_that_staff_may_meet_is_without_words(table, kind):
    assert [value for value in kind if not say(f"entries.{table}.{value}")] == []


async def test_unsaved_words_come_back_to_their_author_only(db):
    async with a_desk(db) as desk:
        lan, minh = await desk.sign_in(Role.EDITOR, login="lan"), await desk.sign_in(Role.EDITOR, login="minh")
        kept = await lan.post("/admin/entries/draft", fields(answer="Đang viết dở"))
        again, other = [await each.get(f"/admin/entries/edit?key={KEY}") for each in (lan, minh)]
        await lan.post("/admin/entries/draft/drop", {"key": KEY})
        dropped = await lan.get(f"/admin/entries/edit?key={KEY}")

    assert "Đã lưu bản viết dở" in kept.text
    assert "Đang viết dở" in again.text
    assert "Đang viết dở" not in other.text
    assert "Lan cũng đang soạn mục này" in other.text
    assert "Đang viết dở" not in dropped.text


async def test_words_that_arrive_after_they_were_saved_are_not_kept_as_unsaved(db):
    """The page sends what is typed after a pause: that may be on its way while the form itself is sent."""
    async with a_desk(db) as desk:
        lan = await desk.sign_in(Role.EDITOR, login="lan")
        await lan.post("/admin/entries/edit", fields(answer="Đã lưu."))
        late = await lan.post("/admin/entries/draft", fields(answer="Đã lưu."))
        again = await lan.get(f"/admin/entries/edit?key={KEY}")
        made = {"key": "", "base": 0, "question": "Sở  ở đâu?", "answer": "Ở Hợp Giang.", "act": "save"}
        await lan.post("/admin/entries/edit", made)
        late_too = await lan.post("/admin/entries/draft", made)
        new = await lan.get("/admin/entries/new")

    assert (late.status, late_too.status) == (409, 409)
    assert "anh/chị đã lưu một bản mới hơn" in late.text
    assert "bản viết dở của anh/chị" not in again.text
    assert "bản viết dở của anh/chị" not in new.text


async def test_words_written_while_somebody_else_saved_are_kept(db):
    async with a_desk(db) as desk:
        lan, minh = await desk.sign_in(Role.EDITOR, login="lan"), await desk.sign_in(Role.EDITOR, login="minh")
        await minh.post("/admin/entries/edit", fields(answer="Minh đã lưu."))
        kept = await lan.post("/admin/entries/draft", fields(answer="Lan đang viết.") | {"note": "theo văn bản mới"})
        again = await lan.get(f"/admin/entries/edit?key={KEY}")

    assert kept.status == 200
    assert "Lan đang viết." in again.text
    assert "Trong lúc đó đã có bản mới hơn" in again.text
    assert 'value="theo văn bản mới"' in again.text


async def test_two_who_change_different_words_merge_without_losing_either(db):
    async with a_desk(db, an_entry_item(answer="Hỗ trợ một lần sau đầu tư.")) as desk:
        lan, minh = await desk.sign_in(Role.EDITOR, login="lan"), await desk.sign_in(Role.EDITOR, login="minh")
        await lan.post("/admin/entries/edit", fields(answer="Hỗ trợ hai lần sau đầu tư."))
        conflict = await minh.post(
            "/admin/entries/edit", fields(answer="Hỗ trợ một lần sau đầu tư và nghiệm thu.", topic="khac")
        )
        answer = re.search(r'name="answer"[^>]*>\s*([^<]+)</textarea>', conflict.text)[1]
        merged = fields(topic="khac") | {"answer": answer, "base": hidden(conflict, "base")}
        await minh.post("/admin/entries/edit", merged)

    now = await stored(db)
    assert conflict.status == 409
    assert "Lan đã lưu bản 2" in conflict.text
    assert "<ins> hai</ins>" in conflict.text
    assert {name for name in texts_of(now.item) if f'name="{name}"' not in conflict.text} == set()
    assert (now.item.answer, now.item.topic, now.latest) == ("Hỗ trợ hai lần sau đầu tư và nghiệm thu.", "khac", 3)


async def test_two_who_change_the_same_words_are_shown_both(db):
    async with a_desk(db, an_entry_item(answer="Hỗ trợ một lần.")) as desk:
        lan, minh = await desk.sign_in(Role.EDITOR, login="lan"), await desk.sign_in(Role.EDITOR, login="minh")
        await lan.post("/admin/entries/edit", fields(answer="Hỗ trợ hai lần."))
        conflict = await minh.post("/admin/entries/edit", fields(answer="Hỗ trợ ba lần."))

    assert "Hai người sửa cùng một chỗ" in conflict.text
    assert " checked" not in conflict.text
    assert conflict.text.count('name="choice_answer"') == conflict.text.count(" required") == 3
    assert (await stored(db)).item.answer == "Hỗ trợ hai lần."


async def test_who_leaves_the_page_with_both_versions_finds_their_own_again(db):
    """Autosave has not run: the second editor filled in the form and saved at once."""
    async with a_desk(db, an_entry_item(answer="Hỗ trợ một lần.")) as desk:
        lan, minh = await desk.sign_in(Role.EDITOR, login="lan"), await desk.sign_in(Role.EDITOR, login="minh")
        await lan.post("/admin/entries/edit", fields(answer="Hỗ trợ hai lần."))
        conflict = await minh.post("/admin/entries/edit", fields(answer="Hỗ trợ ba lần.") | {"note": "theo bài"})
        back = await minh.get(f"/admin/entries/edit?key={KEY}")
        merged = fields(answer="Hỗ trợ hai đến ba lần.") | {"base": hidden(conflict, "base")}
        await minh.post("/admin/entries/edit", merged)
        after = await minh.get(f"/admin/entries/edit?key={KEY}")

    assert 'data-guard="changed"' in conflict.text
    assert "Hỗ trợ ba lần." in back.text
    assert 'value="theo bài"' in back.text
    assert hidden(back, "base") == "1"
    assert "bản viết dở của anh/chị" not in after.text


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        pytest.param("mine", ("Hỗ trợ ba lần.", "2024-03-01"), id="mine"),
        pytest.param("theirs", ("Hỗ trợ hai lần.", "2024-02-01"), id="theirs"),
    ],
)
async def test_who_saves_last_chooses_what_becomes_of_what_both_changed(db, choice, expected):
    async with a_desk(db, an_entry_item(answer="Hỗ trợ một lần.")) as desk:
        lan, minh = await desk.sign_in(Role.EDITOR, login="lan"), await desk.sign_in(Role.EDITOR, login="minh")
        await lan.post("/admin/entries/edit", fields(answer="Hỗ trợ hai lần.", valid_from="2024-02-01"))
        conflict = await minh.post("/admin/entries/edit", fields(answer="Hỗ trợ ba lần.", valid_from="2024-03-01"))
        posted = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', conflict.text))
        posted |= {"answer": "Hỗ trợ hai ba lần.", "act": "save"}
        undecided = await minh.post("/admin/entries/edit", posted)
        decided = posted | {"choice_answer": choice, "choice_valid_from": choice}
        await minh.post("/admin/entries/edit", decided)

    now = await stored(db)
    assert 'name="valid_from"' not in conflict.text
    assert undecided.status == 422
    assert "Phần anh/chị sửa: “2024-03-01”" in undecided.text
    assert re.findall(r'name="(\w+)"[^>]*aria-invalid="true"', undecided.text) == ["answer", "valid_from"]
    assert (now.item.answer, str(now.item.valid_from)) == expected


async def test_sentences_that_two_add_both_stand_and_the_note_is_carried(db):
    async with a_desk(db, an_entry_item(answer="Hỗ trợ một lần.")) as desk:
        lan, minh = await desk.sign_in(Role.EDITOR, login="lan"), await desk.sign_in(Role.EDITOR, login="minh")
        await lan.post("/admin/entries/edit", fields(answer="Hỗ trợ một lần. Nộp ở Sở."))
        mine = fields(answer="Hỗ trợ một lần. Chi sau đầu tư.") | {"note": "theo văn bản mới"}
        conflict = await minh.post("/admin/entries/edit", mine)
        again = await lan.post("/admin/entries/edit", fields(answer="Một."))

    assert re.search(r'name="answer"[^>]*>\s*Hỗ trợ một lần. Nộp ở Sở. Chi sau đầu tư.</textarea>', conflict.text)
    assert "Hai người cùng viết thêm" in conflict.text
    assert 'name="choice_answer"' not in conflict.text
    assert 'name="note" type="text" value="theo văn bản mới"' in conflict.text
    assert "chính anh/chị đã lưu bản 2" in again.text


async def test_the_preview_follows_what_is_typed(db):
    async with a_desk(db) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        long = await browser.post("/admin/entries/preview", fields(answer_full="Câu dài. " * 1500))
        empty = await browser.post("/admin/entries/preview", fields() | {"question": ""})

    assert "<html" not in long.text
    assert "Khi người hỏi chọn" in long.text
    assert "bị cắt bớt" in long.text
    assert "WhatsApp" in long.text
    assert "để xem thử" in empty.text


async def test_without_a_script_the_form_can_be_looked_at_before_it_is_saved(db):
    async with a_desk(db) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        looked = await browser.post("/admin/entries/edit", fields(answer="Thử trước.") | {"act": "look"})

    assert looked.status == 200
    assert looked.text.count("Thử trước.") > 1
    assert (await stored(db)).latest == 1


async def test_money_is_published_by_a_second_person_and_noted(db):
    async with a_desk(db) as desk:
        lan, minh = await desk.sign_in(Role.APPROVER, login="lan"), await desk.sign_in(Role.APPROVER, login="minh")
        money = fields(answer="Hỗ trợ 5 triệu đồng.", quote="hỗ trợ 5 triệu đồng") | {"act": "submit"}
        await lan.post("/admin/entries/edit", money)
        refused = await lan.post("/admin/entries/publish", {"key": KEY, "number": 2}, follow=True)
        waiting = await stored(db)
        shown = await minh.get(f"/admin/entries/review?key={KEY}")
        done = await minh.post("/admin/entries/publish", {"key": KEY, "number": 2})
        spoken = desk.feed.current.snapshot.entries[KEY].answer
        async with db.reading() as session:
            noted = await audit.find(session, audit.Filter(action="entries.publish"))

    assert "một người khác người soạn duyệt" in refused.text
    assert "không tự duyệt được" in refused.text
    assert waiting.published == 1
    assert "5 triệu đồng" in shown.text
    assert "Duyệt và đăng" in shown.text
    assert done.location == f"/admin/entries/history?key={KEY}"
    assert spoken == "Hỗ trợ 5 triệu đồng."
    assert [(each.actor, each.subject, each.after["revision"]) for each in noted] == [("minh", f"entry:{KEY}", 2)]


async def test_a_figure_without_source_is_marked_and_cannot_be_published(db):
    async with a_desk(db) as desk:
        minh = await desk.sign_in(Role.APPROVER)
        await minh.post("/admin/entries/edit", fields(answer="Có 17 đơn vị."))
        shown = await minh.get(f"/admin/entries/review?key={KEY}")
        refused = await minh.post("/admin/entries/publish", {"key": KEY, "number": 2, "reason": "cứ đăng"}, follow=True)

    assert "<mark>17</mark>" in shown.text
    assert "có con số không thấy trong nguồn" in refused.text
    assert (await stored(db)).published == 1


async def test_a_quote_that_its_article_does_not_hold_is_named_and_cannot_be_published(db):
    """The figures of the answer stand in the invented quote: the quote is no evidence of itself."""
    invented = "mở cửa từ 7 giờ 30 đến 17 giờ"
    async with a_desk(db) as desk:
        async with db.transaction() as session:
            await paragraphs.keep(session, 1, ["Nhà nước hỗ trợ một lần sau đầu tư."], now=NOW)
        minh = await desk.sign_in(Role.APPROVER)
        await minh.post("/admin/entries/edit", fields(answer="Từ 7 giờ 30 đến 17 giờ.", quote=invented))
        shown = await minh.get(f"/admin/entries/review?key={KEY}")
        refused = await minh.post("/admin/entries/publish", {"key": KEY, "number": 2, "reason": "cứ đăng"}, follow=True)

    assert "Trích dẫn không khớp" in shown.text
    assert f"<mark>{invented}</mark>" in shown.text
    assert "Đủ nguồn" not in shown.text
    assert "đều có trong" not in shown.text
    assert "Duyệt và đăng" not in shown.text
    assert "đoạn trích không có trong bài viết nguồn" in refused.text
    assert (await stored(db)).published == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        pytest.param({}, "chưa lưu nội dung bài viết nguồn nên chưa đối chiếu được", id="no text"),
        pytest.param({"article": ""}, "chưa chọn bài viết nguồn nên không đối chiếu được", id="no article"),
    ],
)
async def test_a_quote_that_cannot_be_compared_is_said_to_be_so(db, changed, sentence):
    async with a_desk(db) as desk:
        minh = await desk.sign_in(Role.APPROVER)
        await minh.post("/admin/entries/edit", fields(answer="Mở 7 ngày.", quote="mở 7 ngày", **changed))
        shown = await minh.get(f"/admin/entries/review?key={KEY}")
        done = await minh.post("/admin/entries/publish", {"key": KEY, "number": 2}, follow=True)

    assert sentence in shown.text
    assert "Đủ nguồn" not in shown.text
    assert "Đã đăng bản 2" in done.text


async def test_lost_answers_ask_for_a_reason(db):
    taken = an_entry_item(key="khac", question="Ai được hỗ trợ?", variants=(), answer="Mọi doanh nghiệp.")
    async with a_desk(db, an_entry_item(), taken) as desk:
        minh = await desk.sign_in(Role.APPROVER)
        await minh.post("/admin/entries/edit", fields(variants=("Ai được hỗ trợ?",)))
        shown = await minh.get(f"/admin/entries/review?key={KEY}")
        refused = await minh.post("/admin/entries/publish", {"key": KEY, "number": 2}, follow=True)
        done = await minh.post("/admin/entries/publish", {"key": KEY, "number": 2, "reason": "gộp mục"}, follow=True)

    assert "Lý do vẫn đăng" in shown.text
    assert "sẽ mất câu trả lời đúng" in refused.text
    assert "Đã đăng bản 2" in done.text


async def test_a_duplicate_is_named_by_its_question_and_as_what_it_does(db):
    """The reply becomes a choice that begins with the new entry: it answers nothing in place of the other."""
    question = "Hình thức hỗ trợ theo Nghị quyết 93 là gì?"
    async with a_desk(db) as desk:
        minh = await desk.sign_in(Role.APPROVER)
        twin = {"key": "", "base": 0, "question": question, "answer": "Một lần.", "variants": "Chi tiền mấy lần?"}
        made = await minh.post("/admin/entries/edit", twin | {"act": "submit"})
        key = made.location.rpartition("=")[2]
        shown = await minh.get(made.location)

    replies = [part.partition("</div>")[0] for part in shown.text.split("<h3>Nếu đăng</h3>")[1:]]
    assert f"<strong>{question}</strong> <small>(cách hỏi của mục này)</small>" in shown.text
    assert f"<strong>{question}</strong> <small>(cách hỏi đã có)</small>" in shown.text
    both = (f"<li>{question}</li>", f"<li>{question} <small>(mục này)</small></li>")
    assert any(all(line in reply for line in both) for reply in replies)
    assert f"<li>{key}" not in shown.text
    assert "Không còn được trả lời thẳng, mục này đứng đầu gợi ý" in shown.text


async def test_codes_and_days_of_a_change_are_in_words(db):
    async with a_desk(db) as desk:
        minh = await desk.sign_in(Role.APPROVER)
        changed = {
            "valid_from": "2030-01-01",
            "valid_until": "2030-12-31",
            "on_expiry": "hide",
            "not_covered": "amount",
        }
        await minh.post("/admin/entries/edit", fields() | changed)
        shown = await minh.get(f"/admin/entries/review?key={KEY}")

    assert "<ins>01/01/2030</ins>" in shown.text
    assert "2030-12-31" not in shown.text
    assert "<ins>Không trả lời nữa, mời liên hệ cơ quan</ins>" in shown.text
    assert "<ins>số tiền, mức hỗ trợ</ins>" in shown.text


@pytest.mark.parametrize(
    ("begins", "said"), [("2030-01-01", "có hiệu lực từ ngày 01/01/2030"), ("2024-01-01", "ngay từ bây giờ")]
)
async def test_who_publishes_is_told_from_which_day_it_is_in_force(db, begins, said):
    async with a_desk(db) as desk:
        minh = await desk.sign_in(Role.APPROVER)
        await minh.post("/admin/entries/edit", fields(valid_from=begins))
        done = await minh.post("/admin/entries/publish", {"key": KEY, "number": 2}, follow=True)

    assert said in done.text


async def test_an_approver_sends_back_with_a_note_that_the_author_sees(db):
    async with a_desk(db) as desk:
        lan, minh = await desk.sign_in(Role.EDITOR, login="lan"), await desk.sign_in(Role.APPROVER, login="minh")
        await lan.post("/admin/entries/edit", fields(answer="Khác.") | {"act": "submit"})
        await minh.post("/admin/entries/send-back", {"key": KEY, "number": 2, "review_note": "Nêu rõ điều kiện."})
        seen = await lan.get(f"/admin/entries/edit?key={KEY}")

    assert "Nêu rõ điều kiện." in seen.text


async def test_what_was_sent_back_waits_on_the_start_page_of_its_author_until_it_is_taken_up(db):
    async with a_desk(db) as desk:
        lan, minh = await desk.sign_in(Role.EDITOR, login="lan"), await desk.sign_in(Role.APPROVER, login="minh")
        await lan.post("/admin/entries/edit", fields(answer="Khác.") | {"act": "submit"})
        await minh.post("/admin/entries/send-back", {"key": KEY, "number": 2, "review_note": "Nêu rõ điều kiện."})
        authors, approvers = [await each.get("/admin") for each in (lan, minh)]
        await lan.post("/admin/entries/edit", fields(answer="Khác, nếu đủ điều kiện.") | {"base": 2})
        after = await lan.get("/admin")

    assert f'<a href="/admin/entries/edit?key={KEY}">Hình thức hỗ trợ theo Nghị quyết 93 là gì?</a>' in authors.text
    assert "Người duyệt đề nghị: Nêu rõ điều kiện." in authors.text
    assert "Nêu rõ điều kiện." not in approvers.text
    assert "Không có việc nào đang chờ" in after.text


async def test_history_shows_words_that_changed_and_restores(db):
    async with a_desk(db, an_entry_item(answer="Hỗ trợ một lần.")) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        await browser.post("/admin/entries/edit", fields(answer="Hỗ trợ hai lần.") | {"note": "theo văn bản mới"})
        lines = await browser.get(f"/admin/entries/history?key={KEY}")
        changed = await browser.get(f"/admin/entries/revision?key={KEY}&number=2")
        first = await browser.get(f"/admin/entries/revision?key={KEY}&number=1")
        await browser.post("/admin/entries/restore", {"key": KEY, "number": 1, "latest": 2})

    assert "theo văn bản mới" in lines.text
    assert "<del> một</del><ins> hai</ins>" in changed.text
    assert "Nội dung ban đầu" in first.text
    assert ((await stored(db)).item.answer, (await stored(db)).latest) == ("Hỗ trợ một lần.", 3)


async def test_an_earlier_revision_does_not_hide_what_somebody_saved_meanwhile(db):
    async with a_desk(db, an_entry_item(answer="Hỗ trợ một lần.")) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        await browser.post("/admin/entries/edit", fields(answer="Hỗ trợ hai lần."))
        pages = [
            await browser.get(f"/admin/entries/{path}")
            for path in (f"history?key={KEY}", f"revision?key={KEY}&number=1")
        ]
        await browser.post("/admin/entries/edit", fields(answer="Hỗ trợ ba lần.") | {"base": 2})
        refused = await browser.post("/admin/entries/restore", {"key": KEY, "number": 1, "latest": 2}, follow=True)

    assert all('<input type="hidden" name="latest" value="2">' in page.text for page in pages)
    assert say("entries.refused.conflict") in refused.text
    assert ((await stored(db)).item.answer, (await stored(db)).latest) == ("Hỗ trợ ba lần.", 3)


async def test_revisions_that_were_never_published_do_not_wait_once_a_newer_one_is(db):
    async with a_desk(db) as desk:
        minh = await desk.sign_in(Role.APPROVER)
        for number, answer in enumerate(("Hai lần.", "Ba lần.", "Bốn lần."), start=1):
            await minh.post("/admin/entries/edit", fields(answer=answer) | {"base": number, "act": "submit"})
        before = await minh.get(f"/admin/entries/history?key={KEY}")
        await minh.post("/admin/entries/publish", {"key": KEY, "number": 4})
        after = await minh.get(f"/admin/entries/history?key={KEY}")

    badges = [re.findall(r'<span class="badge[^>]*>([^<]*)</span>', page.text)[1:] for page in (before, after)]
    assert badges[0][1:] == ["Chờ duyệt", "Đã có bản mới hơn", "Đã có bản mới hơn", "Đang dùng"]
    assert badges[1] == ["Đang dùng", "Đã có bản mới hơn", "Đã có bản mới hơn"]


async def test_an_approver_suspends_and_resumes(db):
    async with a_desk(db) as desk:
        browser = await desk.sign_in(Role.APPROVER)
        await browser.post("/admin/entries/suspend", {"key": KEY, "number": 1})
        suspended = (await stored(db)).status
        again = await browser.post("/admin/entries/resume", {"key": KEY, "number": 1}, follow=True)

    assert suspended is Status.SUSPENDED
    assert (await stored(db)).status is Status.PUBLISHED
    assert "được trả lời trở lại" in again.text


async def test_many_are_suspended_and_moved_at_once_and_refusals_are_named(db):
    items = [an_entry_item(key="a"), an_entry_item(key="b", status=Status.DRAFT), an_entry_item(key="c")]
    async with a_desk(db, *items) as desk:
        browser = await desk.sign_in(Role.APPROVER)
        keys = [("key", "a"), ("key", "b"), ("kept_q", "hinh"), ("sure", "1")]
        suspended = await browser.post("/admin/entries/bulk/suspend", keys, follow=True)
        await browser.post("/admin/entries/bulk/topic", [("key", "c"), ("new_topic", "moi")])
        none = await browser.post("/admin/entries/bulk/archive", [], follow=True)

    assert "Đã tạm ngưng 1 mục." in suspended.text
    assert "Không thực hiện được với 1 mục: b (mục chưa được đăng)." in suspended.text
    assert 'value="hinh"' in suspended.text
    assert (await stored(db, "a")).status is Status.SUSPENDED
    assert (await stored(db, "c")).item.topic == "moi"
    assert "chưa chọn mục nào" in none.text


@pytest.mark.parametrize(("act", "done"), [("archive", Status.ARCHIVED), ("suspend", Status.SUSPENDED)])
async def test_whoever_takes_entries_away_first_sees_how_many_answer(db, act, done):
    items = [an_entry_item(key="a"), an_entry_item(key="b", question="Bản nháp?", status=Status.DRAFT)]
    async with a_desk(db, *items) as desk:
        browser = await desk.sign_in(Role.APPROVER)
        chosen = [("key", "a"), ("key", "b"), ("kept_q", "hinh")]
        asked = await browser.post(f"/admin/entries/bulk/{act}", chosen)
        before = (await stored(db, "a")).status
        await browser.post(f"/admin/entries/bulk/{act}", [*chosen, ("sure", "1")])

    assert "1 mục đang được trả lời sẽ không còn được trả lời" in asked.text
    assert "Bản nháp?" not in asked.text
    assert 'name="kept_q" value="hinh"' in asked.text
    assert before is Status.PUBLISHED
    assert (await stored(db, "a")).status is done


async def test_drafts_are_put_away_without_a_question(db):
    async with a_desk(db, an_entry_item(status=Status.DRAFT)) as desk:
        browser = await desk.sign_in(Role.APPROVER)
        done = await browser.post("/admin/entries/bulk/archive", [("key", KEY)], follow=True)

    assert "Đã lưu trữ 1 mục." in done.text


async def test_what_was_put_away_comes_back_in_bulk_as_it_was(db):
    async with a_desk(db, an_entry_item(key="a"), an_entry_item(key="b", status=Status.DRAFT)) as desk:
        browser = await desk.sign_in(Role.APPROVER)
        for_all = [("key", key) for key in "ab"]
        await browser.post("/admin/entries/bulk/archive", [*for_all, ("sure", "1")])
        offered = await browser.get("/admin/entries")
        back = await browser.post("/admin/entries/bulk/bring-back", for_all, follow=True)

    assert "Đưa trở lại" in offered.text
    assert "Đưa trở lại" not in back.text
    assert "Đã đưa 2 mục trở lại" in back.text
    assert [(await stored(db, key)).status for key in "ab"] == [Status.PUBLISHED, Status.DRAFT]


async def test_enter_in_the_list_moves_to_a_topic_and_asks_nobody_for_approval(db):
    """Enter presses the first button of a form; that one needs a topic and can be undone."""
    async with a_desk(db, an_entry_item(status=Status.DRAFT)) as desk:
        browser = await desk.sign_in(Role.APPROVER)
        page = await browser.get("/admin/entries")
        unnamed = await browser.post("/admin/entries/bulk/topic", [("key", KEY), ("new_topic", " ")], follow=True)

    form = page.text.partition('<form method="post" class="card">')[2]
    assert re.findall(r'<button [^>]*formaction="([^"]*)"', form)[0] == "/admin/entries/bulk/topic"
    assert re.search(r'name="new_topic"[^>]* required', form)
    assert "nhập chủ đề mới" in unnamed.text
    assert (await stored(db)).item.topic == "chinh-sach"


async def test_each_entry_refused_in_bulk_says_why(db):
    items = [an_entry_item(key="a"), an_entry_item(key="b", answer="", status=Status.DRAFT)]
    async with a_desk(db, *items) as desk:
        browser = await desk.sign_in(Role.APPROVER)
        chosen = [("key", "a"), ("key", "b"), ("key", "la")]
        submitted = await browser.post("/admin/entries/bulk/submit", chosen, follow=True)
        back = await browser.post("/admin/entries/bulk/bring-back", [("key", "a")], follow=True)

    assert "a (bản mới nhất đã được đăng, không có gì để duyệt)" in submitted.text
    assert "b (mục chưa có câu trả lời)" in submitted.text
    assert "la (mục không còn trong hệ thống)" in submitted.text
    assert "a (mục không bị tạm ngưng, cũng không nằm trong lưu trữ)" in back.text


async def test_an_entry_without_an_answer_is_kept_as_a_draft_and_goes_no_further(db):
    async with a_desk(db, an_entry_item(answer="", status=Status.DRAFT)) as desk:
        minh = await desk.sign_in(Role.APPROVER)
        shown = await minh.get(f"/admin/entries/review?key={KEY}")
        asked = await minh.post("/admin/entries/edit", fields(answer="") | {"act": "submit"})
        submitted = await minh.post("/admin/entries/submit", {"key": KEY, "number": 1}, follow=True)
        published = await minh.post("/admin/entries/publish", {"key": KEY, "number": 1, "reason": "cứ"}, follow=True)
        kept = await minh.post("/admin/entries/edit", fields(answer="", question="Thử?"), follow=True)

    assert "Mục này chưa có câu trả lời" in shown.text
    assert "<ins>Chính sách hỗ trợ</ins>" in shown.text
    assert "Duyệt và đăng" not in shown.text
    assert "Gửi duyệt" not in shown.text
    assert asked.status == 422
    assert "viết câu trả lời trước khi gửi duyệt" in asked.text
    for refused in (submitted, published):
        assert "chưa có câu trả lời nên chưa gửi duyệt và chưa đăng được" in refused.text
    assert "Đã lưu thành bản 2" in kept.text
    assert (await stored(db)).status is Status.DRAFT


async def test_a_wording_that_is_too_general_takes_no_answer_away(db):
    others = [
        an_entry_item(key=f"k{at}", question=f"Doanh nghiệp {what} được hỗ trợ gì?", variants=(), answer=f"{what}.")
        for at, what in enumerate(("nông nghiệp", "du lịch", "phần mềm"))
    ]
    async with a_desk(db, an_entry_item(), *others) as desk:
        minh = await desk.sign_in(Role.APPROVER)
        await minh.post("/admin/entries/edit", fields(variants=("hỗ trợ",)))
        shown = await minh.get(f"/admin/entries/review?key={KEY}")

    assert "Câu này quá chung" in shown.text
    assert "1 cách hỏi cần sửa" in shown.text
    assert "câu mất trả lời đúng" not in shown.text


async def test_an_unsaved_draft_is_dropped_after_a_question(db):
    async with a_desk(db) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        await browser.post("/admin/entries/draft", fields(answer="Đang viết dở"))
        form = await browser.get(f"/admin/entries/edit?key={KEY}")

    asked = form.text.partition("<summary>Bỏ bản viết dở</summary>")[2].partition("</details>")[0]
    assert "không lấy lại được" in asked
    assert 'action="/admin/entries/draft/drop"' in asked


@pytest.mark.parametrize("path", ["edit?key=la", "history?key=la", "revision?key=la&number=1", "review?key=la"])
async def test_an_unknown_entry_is_not_found(db, path):
    async with a_desk(db) as desk:
        browser = await desk.sign_in(Role.APPROVER)
        assert (await browser.get(f"/admin/entries/{path}")).status == 404


async def test_an_operator_reads_but_is_offered_no_editing(db):
    async with a_desk(db) as desk:
        browser = await desk.sign_in(Role.OPERATOR)
        page = await browser.get("/admin/entries")
        looked = await browser.get(f"/admin/entries/history?key={KEY}")

    assert "Thêm mục" not in page.text
    assert looked.status == 200
    assert "Tạm ngưng" not in looked.text
