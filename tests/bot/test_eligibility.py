"""A guide in a conversation: how it begins, what an aside does to it, and what ends it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.dispatcher import dispatch
from bot.handlers.composing import Office
from bot.handlers.eligibility import Eligibility, asked_for
from bot.handlers.resuming import Resuming
from bot.messages import Choice, DialogueState, Mode, Outcome, OutcomeKind, Reply, Trace, Turn, UpdateKind
from bot.phrases import _catalogue
from bot.records import dump_slip, dump_state, load_slip, load_state
from knowledge.base import Knowledge
from knowledge.eligibility.checking import promises
from knowledge.eligibility.engine import Run
from knowledge.schema import snapshot_of
from knowledge.snapshot import PublishedGuide, Snapshot
from knowledge.transfer import starter_file
from runtime.settings import Settings
from server import RENDERERS, handlers
from tests.support.fakes import FakeMatcher, an_update
from tests.support.guides import a_guide, a_number, a_rule, at_least

EVALUATION = Path(__file__).parents[1] / "data" / "eval"
NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
FAQ = "Nghị quyết 93/2021/NQ-HĐND quy định về vấn đề gì?"


@cache
def starter() -> Snapshot:
    return snapshot_of(starter_file())


def knowledge_of(snapshot: Snapshot) -> Knowledge:
    return Knowledge(snapshot=snapshot, matcher=FakeMatcher(tuple(snapshot.entries.values())))


class Person:
    """Somebody who writes one message after the other. A text that begins with # is a tap."""

    def __init__(self, snapshot: Snapshot | None = None):
        self.snapshot = snapshot or starter()
        self.state, self.now = DialogueState(), NOW
        self.handlers = handlers(Settings())

    def says(self, *texts):
        for text in texts:
            tap = {"kind": UpdateKind.CHOICE, "payload": text} if text.startswith("#") else {}
            update = an_update("" if tap else text, **tap)
            turn = Turn(update=update, at=self.now, on=self.now.date(), state=self.state, mode=Mode.BOT)
            outcome = dispatch(turn, knowledge_of(self.snapshot), self.handlers)
            self.state = load_state(dump_state(outcome.state))  # as it lies in the database between two messages
        return outcome


def titles(outcome):
    return [choice.title for choice in outcome.reply.choices]


@pytest.mark.parametrize(
    "text",
    [
        "kiểm tra điều kiện giúp em",
        "kiem tra giup e co du dieu kien ko",
        "mình có thuộc đối tượng không ạ",
        "t có dc hỗ trợ hông",
        "e muốn xin hỗ trợ thì có được ko",
        "em có được hỗ trợ theo nq 93 không",
        "Kiểm tra trường hợp của tôi theo Nghị quyết 93",
        "#guide:nq93",
        "tôi có thuộc diện được hỗ trợ không",
        "hướng dẫn từ đầu",
        "hd t từ đầu đi",
        "nha toi co thuoc dien ho tro ko",
        "hướng dẫn em từ đầu với ạ, em có ý tưởng bán hạt dẻ online 🌰",
        "em làm miến dong ở Quảng Hòa, kiểm tra điều kiện giúp em",
    ],
)
def test_a_guide_begins_when_it_is_asked_for(text):
    outcome = Person().says(text)

    assert outcome.kind is OutcomeKind.GUIDE
    assert outcome.reply.text.endswith("Anh/chị đang hỏi cho đối tượng nào?")
    assert titles(outcome)[0] == "Doanh nghiệp"
    assert titles(outcome)[-1] == "Tôi không rõ"


@pytest.mark.parametrize(
    ("text", "noted", "reason"),
    [
        ("cty e có dc hỗ trợ ko", "Doanh nghiệp", "asked:von-nuoc-ngoai"),
        ("công ty em có đủ điều kiện hưởng hỗ trợ theo nq93 không ạ", "Doanh nghiệp", "asked:von-nuoc-ngoai"),
        ("htx nhà em có được hưởng chính sách hỗ trợ của tỉnh không", "Hợp tác xã", "asked:von-nuoc-ngoai"),
        ("cho tôi kiểm tra xem htx tôi có được không", "Hợp tác xã", "asked:von-nuoc-ngoai"),
        ("cty tnhh của em co duoc ho tro k", "Doanh nghiệp", "asked:von-nuoc-ngoai"),
        ("check xem cty e có đc ko", "Doanh nghiệp", "asked:von-nuoc-ngoai"),
        ("nhóm sinh viên bọn em có được hỗ trợ không", "Cá nhân", "asked:quoc-tich"),
        ("hộ kinh doanh của em có được hỗ trợ không", "Hộ kinh doanh", "ruled:ask_staff"),
    ],
)
def test_what_people_say_they_are_is_not_asked_again(text, noted, reason):
    outcome = Person().says(text)

    assert f"Em ghi nhận: “{noted}”." in outcome.reply.text
    assert outcome.trace.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "Doanh nghiệp của tôi có thuộc diện được hỗ trợ theo Nghị quyết 93 không?",
        "cty e có vốn hàn quốc có dc hưởng ko",
        "hợp tác xã có được hỗ trợ không",
        "đăng ký nhãn hiệu em có được hỗ trợ không",
        "em được hỗ trợ bao nhiêu tiền",
        "kiểm tra xem hồ sơ của tôi đến đâu rồi",
        "hướng dẫn đăng ký nhãn hiệu",
        "kiểm tra xem cân có đúng không",
        "hướng dẫn từ đầu, nghị quyết 93 áp dụng cho ai",
        "giúp em với",
        FAQ,
    ],
)
def test_a_question_that_entries_answer_stays_a_question(text):
    assert Person().says(text).kind is not OutcomeKind.GUIDE


def test_no_question_of_the_evaluation_begins_a_guide():
    """What entries answered before there were guides, they still answer."""
    lines = [line for file in EVALUATION.glob("*.tsv") for line in file.read_text(encoding="utf-8").splitlines()]
    questions = [line.split("\t")[-1] for line in lines if line and not line.startswith("#")]

    assert len(questions) > 100
    assert not [question for question in questions if asked_for(question, starter())]


def test_a_wording_of_an_entry_belongs_to_that_entry():
    [entry, *_] = starter().entries.values()
    snapshot = Snapshot.of((replace(entry, variants=("Tôi có được hỗ trợ không?",)),), guides=starter().guides.values())

    assert Person(snapshot).says("tôi có được hỗ trợ không").kind is not OutcomeKind.GUIDE


def test_a_company_of_foreign_capital_is_told_the_clause_at_once():
    person = Person()

    outcome = person.says("kiểm tra điều kiện giúp em", "cty 100% vốn Hàn")

    text = outcome.reply.text
    assert text.startswith("Em ghi nhận: “Doanh nghiệp”, “Có, toàn bộ vốn”.")
    assert "Kết quả: không thuộc đối tượng" in text
    assert "“Các chính sách thuộc nghị quyết này không áp dụng đối với các tổ chức" in text
    assert "có vốn đầu tư nước ngoài không? Có, toàn bộ vốn" in text
    assert "22/01/2024" in text
    assert "Sở Khoa học và Công nghệ" in text
    assert outcome.reply.source.url.startswith("https://startup.caobang.gov.vn/")
    assert outcome.slip.verdict == "not_covered"
    assert load_slip(dump_slip(outcome.slip)) == outcome.slip


def test_what_staff_must_confirm_is_said():
    outcome = Person().says("kiểm tra điều kiện giúp em", "doanh nghiệp", "không có", "tôi không rõ")

    assert "Kết quả: cần cán bộ xác nhận" in outcome.reply.text
    assert "Cán bộ cần xác nhận:\n- Điều anh/chị chưa rõ: Anh/chị đăng ký" in outcome.reply.text


def test_a_case_that_the_article_leaves_open_names_the_article():
    outcome = Person().says("kiểm tra điều kiện giúp em", "hộ kinh doanh")

    assert outcome.reply.source.url.startswith("https://startup.caobang.gov.vn/")
    assert "#:~:text=" not in outcome.reply.source.url
    assert "“”" not in outcome.reply.text
    assert load_slip(dump_slip(outcome.slip)) == outcome.slip


def test_numbers_of_the_menu_and_labels_answer_too():
    outcome = Person().says("kiểm tra điều kiện giúp em", "1", "Không có", "cao bằng", "có ạ")

    assert "Kết quả: có thể thuộc đối tượng" in outcome.reply.text


def test_an_answer_that_may_mean_two_choices_is_asked_about():
    outcome = Person().says("kiểm tra điều kiện giúp em", "htx", "có ạ")

    assert outcome.trace.reason == "ambiguous"
    assert titles(outcome) == ["Có, toàn bộ vốn", "Có, một phần vốn", "Tôi không rõ"]


def test_a_question_in_the_middle_is_answered_and_the_guide_resumes():
    person = Person()

    aside = person.says("kiểm tra điều kiện giúp em", "doanh nghiệp", FAQ)
    after = person.says("không có")

    assert aside.kind is OutcomeKind.ANSWER
    assert aside.entry == "nq93-tong-quan"
    assert aside.reply.text.endswith("Tổ chức, doanh nghiệp của anh/chị có vốn đầu tư nước ngoài không?")
    assert "Theo bài “Dấu ấn" in aside.reply.text
    assert titles(aside)[0] == "Có, toàn bộ vốn"
    assert after.trace.reason == "asked:noi-dang-ky"


def test_a_question_that_nothing_answers_is_still_a_miss_and_the_guide_resumes():
    outcome = Person().says("kiểm tra điều kiện giúp em", "doanh nghiệp", "thời tiết hôm nay thế nào?")

    assert (outcome.kind, bool(outcome.miss)) == (OutcomeKind.UNKNOWN, True)
    assert outcome.reply.text.endswith("có vốn đầu tư nước ngoài không?")


@pytest.mark.parametrize("text", ["abc xyz", "có ạ"])
def test_an_answer_that_is_not_understood_is_asked_again(text):
    outcome = Person().says("kiểm tra điều kiện giúp em", "cá nhân", "người việt", text)

    assert outcome.trace.reason == "not_understood"
    assert outcome.reply.text.startswith("Em chưa hiểu")
    assert titles(outcome)[0] == "Tại tỉnh Cao Bằng"


def test_a_courtesy_does_not_end_the_guide():
    outcome = Person().says("kiểm tra điều kiện giúp em", "cảm ơn em")

    assert outcome.kind is OutcomeKind.SMALLTALK
    assert outcome.reply.text.endswith("Anh/chị đang hỏi cho đối tượng nào?")


def test_the_guide_resumes_under_a_reminder_that_is_cancelled():
    person = Person()

    aside = person.says("kiểm tra điều kiện giúp em", "doanh nghiệp", "hủy nhắc")

    assert aside.reminder is not None
    assert aside.reply.text.endswith("Tổ chức, doanh nghiệp của anh/chị có vốn đầu tư nước ngoài không?")
    assert person.says("3").trace.reason == "asked:noi-dang-ky"


def test_a_person_may_be_asked_for_inside_a_guide():
    person = Person()

    handed_over = person.says("kiểm tra điều kiện giúp em", "cho gặp cán bộ")

    assert handed_over.handoff is not None
    assert "đối tượng nào" not in handed_over.reply.text
    assert person.says("tiếp tục").trace.reason == "asked:doi-tuong"


def test_back_restart_and_stop():
    person = Person()

    person.says("kiểm tra điều kiện giúp em", "doanh nghiệp", "không có")

    assert person.says("quay lại").trace.reason == "asked:von-nuoc-ngoai"
    assert person.says("bắt đầu lại").trace.reason == "asked:doi-tuong"
    assert "câu hỏi đầu tiên" in person.says("quay lại").reply.text
    assert person.says("thôi").trace.reason == "cancelled"
    assert person.state.run is None
    assert person.says("có ạ").kind is not OutcomeKind.GUIDE


@pytest.mark.parametrize(
    ("text", "reason", "answers"),
    [
        pytest.param("sai rồi, em ở hà nội cơ", "ruled:ask_staff", "noi-khac", id="another place"),
        pytest.param("à nhầm, em là hộ kinh doanh", "ruled:ask_staff", "ho-kinh-doanh", id="somebody else"),
        pytest.param("em ở cao bằng cơ mà", "not_understood", "cao-bang", id="the same: cơ is no có"),
        pytest.param("hộ kinh doanh có được hỗ trợ không?", "too_low", "cao-bang", id="a question"),
    ],
)
def test_an_earlier_answer_is_taken_back_in_ones_own_words(text, reason, answers):
    person = Person()

    outcome = person.says("kiểm tra điều kiện giúp em", "doanh nghiệp", "không có", "cao bằng", text)

    assert outcome.trace.reason == reason
    assert outcome.state.run.answers[-1].value == answers


def test_the_last_answer_may_be_corrected_after_the_ruling():
    person = Person()

    person.says("kiểm tra điều kiện giúp em", "hộ kinh doanh")

    assert person.says(FAQ).kind is OutcomeKind.ANSWER
    assert person.says("quay lại").trace.reason == "asked:doi-tuong"
    assert person.says("#guide:nq93:doi-tuong:ca-nhan").trace.reason == "asked:quoc-tich"


def test_after_the_ruling_an_answer_is_taken_back_only_by_saying_that_it_was_wrong():
    person = Person()

    person.says("kiểm tra điều kiện giúp em", "hộ kinh doanh")

    assert person.says("hợp tác xã").kind is not OutcomeKind.GUIDE
    assert person.says("à nhầm, em là hợp tác xã").trace.reason == "asked:von-nuoc-ngoai"


def test_a_tap_on_an_earlier_button_answers_that_question_anew():
    outcome = Person().says("kiểm tra điều kiện giúp em", "doanh nghiệp", "không có", "#guide:nq93:doi-tuong:ca-nhan")

    assert outcome.trace.reason == "asked:quoc-tich"


def test_a_tap_that_this_revision_does_not_know_repeats_the_question():
    outcome = Person().says("kiểm tra điều kiện giúp em", "#guide:nq93:khac:co")

    assert outcome.trace.reason == "asked:doi-tuong"


def test_a_run_waits_for_days():
    person = Person()
    person.says("kiểm tra điều kiện giúp em", "cá nhân")

    person.now = NOW + timedelta(days=6, hours=23)

    assert person.says("1").trace.reason == "asked:noi-dang-ky"


def test_after_a_week_a_run_ends_politely():
    person = Person()
    person.says("kiểm tra điều kiện giúp em", "cá nhân")
    person.now = NOW + timedelta(days=7, hours=1)

    outcome = person.says("người việt")

    assert outcome.trace.reason == "expired"
    assert "quá 7 ngày" in outcome.reply.text
    assert [choice.payload for choice in outcome.reply.choices] == ["#guide:nq93"]
    assert person.says("1").trace.reason == "asked:doi-tuong"


def test_after_a_week_a_question_is_simply_answered():
    person = Person()
    person.says("kiểm tra điều kiện giúp em", "cá nhân")
    person.now = NOW + timedelta(days=8)

    outcome = person.says(FAQ)

    assert outcome.kind is OutcomeKind.ANSWER
    assert "đối tượng nào" not in outcome.reply.text
    assert person.state.run is None


def changed(*, keeps: bool) -> Snapshot:
    """The starter knowledge after staff published another revision; `keeps`: the earlier one is still in use."""
    earlier = starter().guides["nq93"]
    item = earlier.guide.model_copy(update={"title": "Tên mới", "steps": earlier.guide.steps[::-1]})
    later = PublishedGuide(guide=item, revision=earlier.revision + 1, articles=earlier.articles)
    return replace(starter(), guides={"nq93": later}, earlier_guides=(earlier,) if keeps else ())


def test_somebody_inside_a_guide_finishes_on_the_revision_they_began():
    person = Person()
    person.says("kiểm tra điều kiện giúp em", "cá nhân")

    person.snapshot = changed(keeps=True)

    assert person.says("người việt").trace.reason == "asked:noi-dang-ky"
    assert person.state.run.revision == starter().guides["nq93"].revision


def test_somebody_inside_a_withdrawn_revision_begins_anew():
    person = Person()
    person.says("kiểm tra điều kiện giúp em", "cá nhân")

    person.snapshot = changed(keeps=False)
    outcome = person.says("người việt")

    assert outcome.reply.text.startswith("Nội dung kiểm tra vừa được cập nhật")
    assert outcome.state.run.answers == ()
    assert outcome.state.run.revision == starter().guides["nq93"].revision + 1


def test_somebody_inside_a_withdrawn_guide_is_told():
    person = Person()
    person.says("kiểm tra điều kiện giúp em", "cá nhân")

    person.snapshot = replace(starter(), guides={})

    assert "tạm ngưng" in person.says("người việt").reply.text
    assert person.state.run is None


def test_a_question_asked_inside_a_withdrawn_guide_is_answered():
    person = Person()
    person.says("kiểm tra điều kiện giúp em", "cá nhân")

    person.snapshot = replace(starter(), guides={})

    assert person.says(FAQ).kind is OutcomeKind.ANSWER


def test_several_guides_are_offered_by_name():
    other = PublishedGuide(guide=a_guide(), articles={})
    snapshot = replace(starter(), guides={**starter().guides, "thu": other})
    person = Person(snapshot)

    assert titles(person.says("kiểm tra điều kiện giúp em"))[1] == "Kiểm tra thử"
    assert person.says("2").trace.reason == "asked:moi"


def test_a_number_is_asked_with_its_unit_and_bounds():
    guide = a_guide(steps=(a_number(least=1, most=1000),), rules=(a_rule(at_least("lao-dong", 10)),))
    person = Person(replace(starter(), guides={"thu": PublishedGuide(guide=guide)}))

    asked = person.says("#guide:thu")
    aside = person.says("nghị quyết 93 áp dụng cho ai")
    refused = person.says("2.000")
    ruled = person.says("khoảng 12 người")

    assert asked.reply.text.endswith(
        "Đơn vị: người. Giá trị hợp lệ: từ 1 người đến 1.000 người. Nếu không rõ, anh/chị gõ “không rõ”."
    )
    assert asked.reply.choices == (), "a number is an answer, never a place in a menu"
    assert aside.kind is not OutcomeKind.GUIDE, "a number in a question answers nothing"
    assert refused.trace.reason == "out_of_bounds"
    assert "Em ghi nhận: “12 người”" in ruled.reply.text
    assert ruled.slip.verdict == "may_qualify"
    assert person.says("#guide:thu:!restart", "1").slip.answers == (("Bao nhiêu lao động?", "1 người"),)


def test_an_answer_may_offer_the_guide():
    outcome = Person().says("Đối tượng nào được áp dụng Nghị quyết 93/2021/NQ-HĐND?")

    assert outcome.reply.choices[0].payload == "#guide:nq93"


def test_no_sentence_of_the_assistant_promises_anything():
    """Lists are what it understands; sentences are what it says."""
    said = [text for table in _catalogue().values() for text in table.values() if isinstance(text, str)]

    assert not [text for text in said if promises(text)]


def test_nothing_said_in_any_way_through_the_guide_promises_anything():
    person = Person()
    for texts in (("1", "1"), ("1", "3", "1", "1"), ("1", "3", "1", "3", "3", "3"), ("4", "2"), ("5",), ("6",)):
        outcome = person.says("#guide:nq93:!restart" if person.state.run else "#guide:nq93", *texts)
        assert outcome.slip is not None, texts
        assert not promises(outcome.reply.text)


def every_reply():
    """Each question of the starter guide, and rulings of each kind, as replies."""
    person = Person()
    yield person.says("kiểm tra điều kiện giúp em").reply
    for path in (
        ("1", "1"),
        ("1", "2"),
        ("1", "3", "1", "1"),
        ("1", "3", "1", "3", "3", "3"),
        ("4", "1", "3"),
        ("5",),
        ("6",),
    ):
        person.says("#guide:nq93:!restart")
        for text in path:
            yield person.says(text).reply


@pytest.mark.parametrize("channel", ["zalo", "zalo_bot", "whatsapp"])
def test_every_question_and_ruling_fits_each_channel(channel):
    replies = list(every_reply())

    for reply in replies:
        written = json.dumps([dict(payload) for payload in RENDERERS[channel](reply)], ensure_ascii=False)
        assert all(json.dumps(line, ensure_ascii=False).strip('"') in written for line in reply.text.splitlines())
        for choice in reply.choices:
            assert (choice.short_title or choice.title) in written, "a button or a line of the menu, never cut"
    assert len(replies) > 15


def test_choices_of_an_aside_that_are_no_entries_follow_those_of_the_question():
    asking = Outcome(
        kind=OutcomeKind.DEADLINE,
        trace=Trace(handler="fake"),
        reply=Reply(
            text="Chưa công bố.\n\nNội dung gần nhất em có:",
            choices=(Choice(title="Mục", payload="#faq:muc"), Choice(title="Nhắc tôi", payload="#remind:lan-1:nop")),
        ),
    )
    run = Run(guide="nq93", revision=starter().guides["nq93"].revision)
    state = DialogueState(run=run, run_at=NOW)
    turn = Turn(update=an_update("nhắc em hạn nộp"), at=NOW, on=NOW.date(), state=state)

    resuming = Resuming(Eligibility(Office()), (lambda *_: asking,), idle_days=7)
    aside = resuming(turn, knowledge_of(starter()))

    assert titles(aside)[-2:] == ["Tôi không rõ", "Nhắc tôi"]
    assert "Mục" not in titles(aside)
    assert "gần nhất" not in aside.reply.text
    assert aside.reply.text.endswith("Anh/chị đang hỏi cho đối tượng nào?")
