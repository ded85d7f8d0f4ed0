"""Writing, checking, trying, publishing and withdrawing a guide in the console."""

from __future__ import annotations

import re
from html import unescape

import pytest

from admin.guide_form import draft_from, draft_of, fields_of
from admin.page import Role
from admin.wording import say
from knowledge import transfer
from knowledge.eligibility.checking import Flaw
from knowledge.guide_file import InvalidGuide, guide_of, read_guide, text_of
from knowledge.guide_store import find_guide
from knowledge.schema import GuideItem
from tests.support.builders import NOW
from tests.support.console import a_console
from tests.support.guides import a_guide, a_rule, a_step, is_, starter_guide


@pytest.fixture
async def desk(sqlite_db):
    await transfer.load_starter(sqlite_db, NOW)
    async with a_console(sqlite_db) as running:
        yield running


async def page_of(desk, key):
    async with desk.db.reading() as session:
        return await find_guide(session, key)


def posted(html):
    """What a browser would post of the form that saves the guide, but for its token."""
    [form] = re.findall(r'<form method="post" action="/admin/guides/[^"]+/edit".*?</form>', html, re.DOTALL)
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("type") != "checkbox" or " checked" in tag:
            fields[given["name"]] = unescape(given.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        fields[name] = unescape(text).removeprefix("\n")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields[name] = chosen[1]
    return {name: value for name, value in fields.items() if name != "form_token"}


async def test_the_list_says_what_is_in_use(desk):
    browser = await desk.sign_in(Role.EDITOR)

    listed = await browser.get("/admin/guides")

    assert "Kiểm tra đối tượng theo Nghị quyết 93/2021/NQ-HĐND" in listed.text
    assert "Đang dùng" in listed.text


async def test_a_guide_shows_its_picture_also_in_words(desk):
    browser = await desk.sign_in(Role.EDITOR)

    shown = await browser.get("/admin/guides/nq93")

    assert "Không có lỗi." in shown.text
    assert '<svg class="guide"' in shown.text
    assert 'role="img" aria-labelledby="picture-title picture-desc"' in shown.text
    assert "Có, toàn bộ vốn: Không thuộc đối tượng (theo quy tắc 1)" in shown.text
    assert "style=" not in shown.text


async def test_saving_the_form_unchanged_changes_nothing_but_the_version(desk):
    browser = await desk.sign_in(Role.EDITOR)
    before = await page_of(desk, "nq93")

    saved = await browser.post("/admin/guides/nq93/edit", posted((await browser.get("/admin/guides/nq93/edit")).text))

    after = await page_of(desk, "nq93")
    assert saved.status == 303
    assert (after.item, after.number, after.published_number) == (before.item, 2, 1)


async def test_a_step_and_a_rule_are_added_with_the_empty_blocks(desk):
    browser = await desk.sign_in(Role.EDITOR)
    fields = posted((await browser.get("/admin/guides/nq93/edit")).text)
    step, rule = f"s{len(starter_guide().steps)}", f"r{len(starter_guide().rules)}"
    fields |= {f"{step}-key": "lao-dong", f"{step}-question": "Có bao nhiêu lao động?"}
    fields |= {f"{step}-kind": "number", f"{step}-least": "0"}
    fields |= {f"{rule}-when": "lao-dong >= 10\n! doi-tuong = ca-nhan", f"{rule}-ruling": "ask_staff"}
    fields |= {f"{rule}-confirm": "Số lao động.", f"{rule}-at": "3"}

    saved = await browser.post("/admin/guides/nq93/edit", fields)

    item = (await page_of(desk, "nq93")).item
    assert saved.status == 303
    assert item.steps[-1].key == "lao-dong"
    assert [rule.confirm for rule in item.rules].index(("Số lao động.",)) == 3, "behind the third, before the fourth"


async def test_what_is_wrong_is_said_in_vietnamese_and_nothing_is_lost(desk):
    browser = await desk.sign_in(Role.EDITOR)
    fields = posted((await browser.get("/admin/guides/nq93/edit")).text)
    fields |= {"title": "", "s0-key": "Đối tượng", "r0-when": "doi-tuong là doanh nghiệp", "contact": "Lời dặn mới"}

    refused = await browser.post("/admin/guides/nq93/edit", fields)

    assert refused.status == 422
    assert "Quy tắc 1, điều kiện: không đọc được “doi-tuong là doanh nghiệp”" in refused.text
    assert "Lời dặn mới" in refused.text
    assert (await page_of(desk, "nq93")).number == 1

    again = await browser.post("/admin/guides/nq93/edit", fields | {"r0-when": "doi-tuong = ca-nhan"})

    assert "Tên: chưa được điền." in again.text
    assert "Bước 1, khóa: chỉ gồm chữ thường không dấu" in again.text


async def two_editors(desk):
    """Return two people who have the same form open, and what stands in it."""
    first, second = await desk.sign_in(Role.EDITOR, login="an"), await desk.sign_in(Role.EDITOR, login="binh")
    return first, second, posted((await first.get("/admin/guides/nq93/edit")).text)


async def test_two_people_at_the_same_form_do_not_overwrite_each_other(desk):
    first, second, fields = await two_editors(desk)
    await first.post("/admin/guides/nq93/edit", fields | {"contact": "Gọi trước khi tới.", "note": "theo góp ý"})

    late = await second.post("/admin/guides/nq93/edit", fields | {"title": "Tự kiểm tra", "note": "đổi tên"})
    saved = await second.post("/admin/guides/nq93/edit", posted(late.text))

    assert late.status == 409
    assert "An đã lưu bản 2" in late.text
    assert "theo góp ý" in late.text
    assert "<ins>Gọi trước khi tới" in late.text
    assert posted(late.text) == fields | {
        "contact": "Gọi trước khi tới.", "title": "Tự kiểm tra", "note": "đổi tên", "number": "2",
    }  # fmt: skip
    after = await page_of(desk, "nq93")
    assert saved.status == 303
    assert (after.number, after.item.contact, after.item.title) == (3, "Gọi trước khi tới.", "Tự kiểm tra")


async def test_what_two_people_changed_at_one_place_is_marked_and_the_words_of_this_person_stay(desk):
    first, second, fields = await two_editors(desk)
    await first.post("/admin/guides/nq93/edit", fields | {"title": "Tra cứu"})

    late = await second.post("/admin/guides/nq93/edit", fields | {"title": "Tự kiểm tra"})

    assert late.status == 409
    assert "Hai người sửa cùng một chỗ" in late.text
    assert "<ins>Tra cứu" in late.text
    assert posted(late.text)["title"] == "Tự kiểm tra"


async def test_a_form_that_is_corrected_still_knows_what_it_began_with(desk):
    """Else what a colleague saved meanwhile would be overwritten by the next click."""
    first, second, fields = await two_editors(desk)
    await first.post("/admin/guides/nq93/edit", fields | {"contact": "Gọi trước khi tới."})

    refused = await second.post("/admin/guides/nq93/edit", fields | {"title": "", "note": "đổi tên"})

    assert refused.status == 422
    assert posted(refused.text) == fields | {"title": "", "note": "đổi tên"}
    assert fields["number"] == "1"


async def test_two_people_at_the_same_text_do_not_overwrite_each_other(desk):
    first, second, fields = await two_editors(desk)
    text = text_of((await page_of(desk, "nq93")).item)
    await first.post("/admin/guides/nq93/edit", fields | {"contact": "Gọi trước khi tới."})
    mine = text.replace("title: Kiểm tra", "title: Tự kiểm tra", 1)

    late = await second.post("/admin/guides/nq93/text", {"text": mine, "number": 1, "note": "đổi tên"})

    both = read_guide(unescape(re.search(r'name="text"[^>]*>(.*?)</textarea>', late.text, re.DOTALL)[1]))
    assert late.status == 409
    assert "An đã lưu bản 2" in late.text
    assert (both.contact, both.title[:12]) == ("Gọi trước khi tới.", "Tự kiểm tra ")
    assert '<input type="hidden" name="number" value="2">' in late.text
    assert 'value="đổi tên"' in late.text


async def test_two_texts_that_are_too_much_together_are_told_and_nothing_is_lost(desk):
    browser = await desk.sign_in(Role.EDITOR)
    item = (await page_of(desk, "nq93")).item.model_dump()
    theirs, mine = (
        text_of(
            GuideItem.model_validate(item | {"steps": (*item["steps"], *(a_step(f"{name}{at}") for at in range(10)))})
        )
        for name in ("a", "b")
    )
    await browser.post("/admin/guides/nq93/text", {"text": theirs, "number": 1})

    late = await browser.post("/admin/guides/nq93/text", {"text": mine, "number": 1})

    assert late.status == 409
    assert "Bước: quá nhiều hoặc quá dài, nhiều nhất 20." in late.text
    shown = re.search(r'name="text"[^>]*>(.*?)</textarea>', late.text, re.DOTALL)[1]
    assert read_guide(unescape(shown)) == read_guide(mine)
    assert '<input type="hidden" name="number" value="1">' in late.text


@pytest.mark.parametrize("number", ["0", "7", "x"])
async def test_a_form_that_began_with_no_known_version_is_refused(desk, number):
    browser = await desk.sign_in(Role.EDITOR)
    fields = posted((await browser.get("/admin/guides/nq93/edit")).text)

    assert (await browser.post("/admin/guides/nq93/edit", fields | {"number": number})).status == 404
    assert (await page_of(desk, "nq93")).number == 1


async def test_what_a_colleague_saved_meanwhile_is_not_published_unseen(desk):
    editor, approver = await desk.sign_in(Role.EDITOR, login="lan"), await desk.sign_in(Role.APPROVER, login="hung")
    fields = posted((await editor.get("/admin/guides/nq93/edit")).text)
    await editor.post("/admin/guides/nq93/edit", fields | {"title": "Tên khác"})
    looked_at = await approver.get("/admin/guides/nq93")
    await editor.post("/admin/guides/nq93/edit", fields | {"title": "Tên khác nữa", "number": "2"})

    answer = await approver.post("/admin/guides/nq93/publish", {"number": "2"}, follow=True)

    assert '<input type="hidden" name="number" value="2">' in looked_at.text
    assert "Chưa đăng bản 2: trong lúc anh/chị xem, Lan đã lưu bản 3." in answer.text
    assert "Tên khác nữa" in answer.text, "the newer version is what is shown"
    assert (await page_of(desk, "nq93")).published_number == 1


async def test_an_earlier_version_is_taken_up_again(desk):
    browser = await desk.sign_in(Role.EDITOR)
    before = (await page_of(desk, "nq93")).item
    fields = posted((await browser.get("/admin/guides/nq93/edit")).text)
    await browser.post("/admin/guides/nq93/edit", fields | {"title": "Tên khác"})

    restored = await browser.post("/admin/guides/nq93/restore", {"number": 1, "latest": 2}, follow=True)
    missing = await browser.post("/admin/guides/nq93/restore", {"number": 9, "latest": 3})

    after = await page_of(desk, "nq93")
    assert "Đã lấy lại bản 1" in restored.text
    assert (after.item, after.number, after.published_number) == (before, 3, 1)
    assert missing.status == 404


async def test_an_earlier_version_does_not_hide_what_somebody_saved_meanwhile(desk):
    lan, minh = await desk.sign_in(Role.EDITOR, login="lan"), await desk.sign_in(Role.EDITOR, login="minh")
    fields = posted((await lan.get("/admin/guides/nq93/edit")).text)
    await lan.post("/admin/guides/nq93/edit", fields | {"title": "Tên khác"})
    looked_at = await minh.get("/admin/guides/nq93")
    await lan.post("/admin/guides/nq93/edit", fields | {"title": "Tên khác nữa", "number": "2"})

    answer = await minh.post("/admin/guides/nq93/restore", {"number": 1, "latest": 2}, follow=True)

    assert '<input type="hidden" name="latest" value="2">' in looked_at.text
    assert "Chưa lấy lại bản cũ: trong lúc anh/chị xem, Lan đã lưu bản 3." in answer.text
    assert (await page_of(desk, "nq93")).number == 3


async def test_a_guide_is_begun_checked_and_published(desk):
    editor, approver = await desk.sign_in(Role.EDITOR), await desk.sign_in(Role.APPROVER)

    created = await editor.post("/admin/guides/new", {"title": "Hỗ trợ ý tưởng", "key": "y-tuong"})
    shown = await editor.get("/admin/guides/y-tuong")
    too_early = await approver.post("/admin/guides/y-tuong/publish", {"number": 1}, follow=True)
    item = GuideItem.model_validate(starter_guide().model_dump() | {"key": "y-tuong"})
    await editor.post("/admin/guides/y-tuong/text", {"text": text_of(item), "number": 1})
    published = await approver.post("/admin/guides/y-tuong/publish", {"number": 2})

    assert created.location == "/admin/guides/y-tuong/edit"
    assert "Thiếu trích dẫn" in shown.text
    assert say("guides.faulty") in too_early.text
    assert "Còn lỗi nên chưa đăng được." in too_early.text
    assert published.status == 303
    assert (await page_of(desk, "y-tuong")).published_number == 2


async def test_a_key_is_used_once(desk):
    browser = await desk.sign_in(Role.EDITOR)

    taken = await browser.post("/admin/guides/new", {"title": "Khác", "key": "nq93"})
    odd = await browser.post("/admin/guides/new", {"title": "", "key": "Có dấu"})

    assert (taken.status, odd.status) == (422, 422)
    assert say("guides.taken") in taken.text
    assert "Tên: chưa được điền." in odd.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("guides: [", "Văn bản YAML sai ở dòng", id="no YAML"),
        pytest.param("guides: []", "Cần đúng một phần kiểm tra", id="no guide"),
        pytest.param("guides:\n- key: nq93\n", "Bước: chưa được điền.", id="nothing in it"),
        pytest.param(
            "guides:\n- key: nq93\n  tilte: x\n", "Tilte: không có trường nào tên như vậy.", id="a wrong name"
        ),
        pytest.param(
            text_of(GuideItem.model_validate(a_guide().model_dump())), "Khóa phải giữ nguyên là nq93.", id="another key"
        ),
    ],
)
async def test_the_text_editor_says_what_is_wrong(desk, text, said):
    browser = await desk.sign_in(Role.EDITOR)

    refused = await browser.post("/admin/guides/nq93/text", {"text": text, "number": 1})

    assert refused.status == 422
    assert said in unescape(refused.text)
    assert (await page_of(desk, "nq93")).number == 1


async def test_a_guide_is_tried_by_taps_and_in_words(desk):
    browser = await desk.sign_in(Role.EDITOR)

    first = await browser.get("/admin/guides/nq93/try")
    second = await browser.get("/admin/guides/nq93/try?said=cty+em")
    lost = await browser.get("/admin/guides/nq93/try?said=abc")
    ruled = await browser.get("/admin/guides/nq93/try?a=doi-tuong:doanh-nghiep&a=von-nuoc-ngoai:toan-bo")
    part = await browser.get("/admin/guides/nq93/try", headers={"HX-Request": "true"})

    assert "a=doi-tuong%3Adoanh-nghiep" in first.text
    assert "WhatsApp" in first.text
    assert "Tổ chức, doanh nghiệp của anh/chị có vốn" in second.text
    assert "chưa hiểu “abc”" in lost.text
    assert "Không thuộc đối tượng" in ruled.text
    assert "Không cần hỏi:" in ruled.text
    assert part.text.startswith('<div class="trial">')


async def test_a_draft_whose_rules_cannot_be_followed_is_not_tried_and_stays_beside_its_editor(desk):
    browser = await desk.sign_in(Role.EDITOR)
    fields = posted((await browser.get("/admin/guides/nq93/edit")).text)
    await browser.post("/admin/guides/nq93/edit", fields | {"r0-when": "khong-co = x", "r0-kept": ""})

    whole = await browser.get("/admin/guides/nq93/try")
    part = await browser.get("/admin/guides/nq93/try", headers={"HX-Request": "true"})

    assert "Chưa thử được" in whole.text
    assert "Chưa thử được" in part.text
    assert "<html" not in part.text


async def test_a_guide_is_withdrawn_and_comes_back(desk):
    approver = await desk.sign_in(Role.APPROVER)

    await approver.post("/admin/guides/nq93/withdraw", {})
    gone = await approver.get("/admin/guides/nq93")
    await approver.post("/admin/guides/nq93/publish", {"number": 1})

    assert "Tạm ngưng" in gone.text
    assert (await page_of(desk, "nq93")).published_number == 1


async def test_a_guide_that_is_not_there_is_not_found(desk):
    browser = await desk.sign_in(Role.EDITOR)

    for path in ("/admin/guides/khac", "/admin/guides/khac/edit", "/admin/guides/khac/text", "/admin/guides/khac/try"):
        assert (await browser.get(path)).status == 404


@pytest.mark.parametrize("flaw", list(Flaw))
def test_every_flaw_has_its_sentence(flaw):
    assert say(f"guides.flaw.{flaw}", detail="X")


class Posted(dict):
    """Posted fields without a browser."""

    def text(self, name):
        return self.get(name, "").strip()

    def flag(self, name):
        return bool(self.get(name))

    def integer(self, name):
        return int(self[name]) if self.get(name) else None


def test_a_condition_of_several_storeys_survives_the_form():
    nested = {"kind": "all", "of": (is_("moi"), {"kind": "any", "of": (is_("a"), {"kind": "not", "of": is_("b")})})}
    guide = a_guide(steps=(a_step(), a_step("a"), a_step("b")), rules=(a_rule(nested),))

    draft = draft_of(guide)
    again = guide_of(fields_of(draft))

    assert (bool(draft["rules"][0]["kept"]), draft["rules"][0]["when"]) == (True, "")
    assert again.rules == guide.rules


@pytest.mark.parametrize("kept", ["", "3", "[", '{"kind": "all", "of": []}', "[" * 100_000])
def test_a_condition_that_the_form_did_not_carry_along_is_missing(kept):
    guide = a_guide(rules=(a_rule(is_("moi")),))
    draft = draft_of(guide)
    draft["rules"][0] |= {"when": "", "kept": kept}

    with pytest.raises(InvalidGuide) as refused:
        fields_of(draft)

    assert [(fault.place, fault.kind) for fault in refused.value.faults] == [(("rules", 1, "when"), "missing")]


def test_blocks_are_put_in_order_and_removed():
    fields = Posted({
        "steps": "3", "s0-key": "mot", "s0-question": "1?", "s1-key": "hai", "s1-question": "2?", "s1-at": "0",
        "s2-key": "ba", "s2-remove": "1", "rules": "1",
    })  # fmt: skip

    draft = draft_from(fields)

    assert [step["key"] for step in draft["steps"]] == ["hai", "mot"]
    assert draft["rules"] == []


def test_a_guide_reads_the_same_from_its_text():
    item = GuideItem.model_validate(starter_guide().model_dump())

    assert read_guide(text_of(item)) == item


def test_a_field_that_stands_twice_is_refused():
    with pytest.raises(InvalidGuide) as refused:
        read_guide("guides:\n- key: a\n  key: b\n")

    assert [(fault.place, fault.kind) for fault in refused.value.faults] == [(("key",), "repeated")]
