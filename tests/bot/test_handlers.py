"""What the handlers say, with a matcher that takes questions literally."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.handlers.composing import Office, featured, payload_of, remembering
from bot.handlers.faq import Faq
from bot.handlers.lifecycle import lifecycle
from bot.handlers.picking import Picking, picked
from bot.handlers.several import questions_in
from bot.handlers.smalltalk import ERASE, Smalltalk, intent_of
from bot.handlers.telling import digest_of
from bot.messages import Choice, DialogueState, OutcomeKind, Turn, UpdateKind
from bot.phrases import words
from knowledge.matching.context import questions
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.model import Candidate, Context, Match, Reason, Verdict
from knowledge.matching.normalizer import fold
from knowledge.snapshot import Article, Citation, PublishedEntry, PublishedGuide, Snapshot, Validity
from knowledge.transfer import starter_snapshot
from tests.support.fakes import an_update, knowledge_of
from tests.support.guides import a_guide

NOW = datetime(2024, 6, 1, 5, tzinfo=UTC)
TODAY = date(2024, 6, 1)
OFFICE = Office(name="Sở KH&CN", phone="0206 3852 123")
ARTICLE = Article(key="a", title="Dấu ấn", url="https://portal.example/n892.html", published_on=date(2024, 1, 22))
WHO = PublishedEntry(
    key="who", topic="policy", question="Áp dụng cho ai?", answer="Mọi doanh nghiệp.",
    citation=Citation(article=ARTICLE, quote="áp dụng đối với các doanh nghiệp"),
)  # fmt: skip
HOW = PublishedEntry(key="how", topic="policy", question="Hỗ trợ thế nào?", answer="Một lần sau đầu tư.")
CONTEST = PublishedEntry(
    key="contest", topic="contest", question="Cuộc thi khi nào?", answer="Năm 2023-2024.",
    validity=Validity(until=date(2024, 5, 1)),
)  # fmt: skip
KNOWLEDGE = knowledge_of(WHO, HOW, CONTEST)
SMALLTALK = Smalltalk(OFFICE)
PICKING = Picking(OFFICE, (SMALLTALK,))
FAQ = Faq(OFFICE)


def a_turn(text="", *, state=None, **update):
    return Turn(update=an_update(text, **update), at=NOW, on=TODAY, state=state or DialogueState())


def a_menu(*keys, age=timedelta(0)):
    choices = tuple(Choice(title=KNOWLEDGE.snapshot.entries[key].question, payload=payload_of(key)) for key in keys)
    return DialogueState(choices=choices, at=NOW - age)


class Matching:
    """A matcher with one result for everything."""

    def __init__(self, **match):
        self.result = Match(**match)
        self.contexts = []

    def split(self, text: str) -> tuple[str, ...]:
        return (text,)

    def questions(self, text: str) -> tuple[str, ...]:
        return questions(text, Lexicon())

    def match(self, text: str, *, context: Context | None = None) -> Match:
        self.contexts.append(context)
        return self.result


def asked(match, text="câu hỏi", **turn):
    return FAQ(a_turn(text, **turn), replace(KNOWLEDGE, matcher=Matching(**match)))


def candidates(*pairs):
    return tuple(Candidate(entry=entry, score=confidence, confidence=confidence) for entry, confidence in pairs)


def test_an_answer_carries_its_source_and_a_link_to_the_quoted_sentence():
    outcome = FAQ(a_turn("Áp dụng cho ai?"), KNOWLEDGE)

    assert outcome.kind is OutcomeKind.ANSWER
    assert outcome.reply.text == "Mọi doanh nghiệp."
    assert outcome.reply.source.published_on == date(2024, 1, 22)
    assert outcome.reply.source.url.startswith("https://portal.example/n892.html#:~:text=")
    assert outcome.state.entry == "who"
    assert not outcome.miss


def test_an_expired_entry_answers_with_a_plain_warning_and_staff_are_told():
    outcome = FAQ(a_turn("Cuộc thi khi nào?"), KNOWLEDGE)

    assert outcome.expired
    assert "30/04/2024" in outcome.reply.text, "the last valid day, not the first invalid one"
    assert "hết hạn" in outcome.reply.text
    assert outcome.miss == "entry_expired"


def test_an_entry_that_is_not_in_force_yet_says_from_when():
    knowledge = knowledge_of(replace(WHO, validity=Validity(starts_on=date(2030, 1, 15))), HOW)

    asked_for, picked_one = (
        FAQ(a_turn("Áp dụng cho ai?"), knowledge),
        PICKING(a_turn(kind=UpdateKind.CHOICE, payload="#faq:who"), knowledge),
    )

    for outcome in (asked_for, picked_one):
        assert outcome.reply.text.startswith("Lưu ý: nội dung dưới đây chỉ có hiệu lực từ ngày 15/01/2030")
    assert asked_for.miss == "entry_ahead"


@pytest.mark.parametrize(
    ("menu", "said"),
    [
        pytest.param(("who", "how"), "từ 1 đến 2", id="a menu of two"),
        pytest.param(("who",), "trả lời 1", id="a menu of one"),
        pytest.param((), "Hiện không có danh sách", id="no menu"),
    ],
)
@pytest.mark.parametrize("text", ["99", "số 9 ạ"])
def test_a_number_that_picks_nothing_is_told_the_numbers_there_are(text, menu, said):
    state = a_menu(*menu) if menu else None

    outcome = asked({"verdict": Verdict.UNKNOWN, "reason": Reason.TOO_LOW}, text, state=state)

    assert outcome.kind is OutcomeKind.SMALLTALK
    assert said in outcome.reply.text
    assert not outcome.miss
    assert not state or outcome.state.choices == state.choices, "the menu stays open"


def test_the_question_that_is_left_over_is_named():
    matcher = Knowing(A="who", B="how")

    outcome = FAQ(a_turn("A ai? B sao? X gì?"), replace(KNOWLEDGE, matcher=matcher))

    assert "Còn “X gì?”, anh/chị vui lòng gửi" in outcome.reply.text
    assert outcome.state.parts == ("A ai?", "B sao?", "X gì?")
    assert remembering(outcome.reply, outcome.state, at=NOW).parts == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "áp dụng cho ai? hỗ trợ bao nhiêu tiền, nộp ở đâu?",
            ("áp dụng cho ai?", "hỗ trợ bao nhiêu tiền", "nộp ở đâu?"),
        ),
        ("áp dụng cho ai? em ở Cao Bằng, nộp ở đâu?", ("áp dụng cho ai?", "em ở Cao Bằng, nộp ở đâu?")),
        ("hỗ trợ bao nhiêu tiền, nộp ở đâu?", ("hỗ trợ bao nhiêu tiền, nộp ở đâu?",)),
    ],
)
def test_one_of_several_questions_is_taken_apart_at_its_commas_when_each_part_asks(text, parts):
    assert questions_in(text, Matching(verdict=Verdict.UNKNOWN, reason=Reason.TOO_LOW)) == parts


def test_two_questions_in_one_message_get_two_answers():
    outcome = FAQ(a_turn("Áp dụng cho ai? và Hỗ trợ thế nào?"), KNOWLEDGE)

    assert outcome.kind is OutcomeKind.ANSWER
    assert "Mọi doanh nghiệp." in outcome.reply.text
    assert "Một lần sau đầu tư." in outcome.reply.text
    assert outcome.reply.source.quote == "áp dụng đối với các doanh nghiệp"
    assert outcome.state.entry == "how", "what follows is about the last answer"


class Knowing(Matching):
    """A matcher with a result for each single question; all else is on a subject whose entry does not tell it."""

    def __init__(self, **results):
        lack = {"reason": Reason.ASPECT_NOT_COVERED, "detail": "place", "candidates": candidates(("how", 0.6))}
        super().__init__(verdict=Verdict.PARTIAL, **lack)
        self.results = results
        self.sure = ""  # entry that answers all messages of several questions

    def match(self, text: str, *, context: Context | None = None) -> Match:
        self.contexts.append(context)
        key = self.results.get(text[0]) if text.count("?") == 1 else self.sure
        return a_sure(key) if key else self.result


def a_sure(key):
    return Match(verdict=Verdict.ANSWER, reason=Reason.CONFIDENT, candidates=candidates((key, 0.9)))


@pytest.mark.parametrize(
    ("text", "kind", "told", "is_left_over"),
    [
        pytest.param("A ai? X gì?", OutcomeKind.PARTIAL, ["Mọi doanh nghiệp."], False, id="the second is not told"),
        pytest.param("X gì? B sao?", OutcomeKind.PARTIAL, ["Một lần"], False, id="the first is not told"),
        pytest.param("A ai? X gì? B sao?", OutcomeKind.PARTIAL, ["Mọi doanh nghiệp."], True, id="two of three"),
        pytest.param("A ai? B sao? X gì?", OutcomeKind.ANSWER, ["Mọi", "Một lần"], True, id="both of three"),
        pytest.param("X gì? Y gì?", OutcomeKind.PARTIAL, [], False, id="neither is told"),
        pytest.param("X là B? ạ?", OutcomeKind.PARTIAL, [], False, id="a word alone is no question"),
    ],
)
def test_what_can_be_told_of_several_questions_is_told(text, kind, told, is_left_over):
    matcher = Knowing(A="who", B="how")

    outcome = FAQ(a_turn(text, contact="7"), replace(KNOWLEDGE, matcher=matcher))

    assert outcome.kind is kind
    assert all(part in outcome.reply.text for part in told)
    assert ("ở tin nhắn sau" in outcome.reply.text) == is_left_over
    assert bool(outcome.miss) == (kind is OutcomeKind.PARTIAL), "staff see what is missing"
    if outcome.miss:
        assert outcome.state.offered == digest_of(text), "the wish to be told is for the message, as staff see it"
        assert [choice.payload for choice in outcome.reply.choices][-1] == f"#tell:{digest_of(text)}"


def test_what_is_not_told_is_said_even_if_the_whole_would_pass_for_answered():
    matcher = Knowing(A="who", C="who")
    matcher.sure = "who"

    outcome = FAQ(a_turn("A ai? X gì?", contact="7"), replace(KNOWLEDGE, matcher=matcher))

    assert outcome.kind is OutcomeKind.PARTIAL
    assert "Mọi doanh nghiệp." in outcome.reply.text
    assert outcome.state.offered == digest_of("A ai? X gì?")
    assert FAQ(a_turn("A ai? C gì?"), replace(KNOWLEDGE, matcher=matcher)).kind is OutcomeKind.ANSWER, "all is told"


def test_the_second_question_may_lean_on_what_the_first_was_answered_with():
    matcher = Knowing(A="who")

    outcome = FAQ(a_turn("A ai? X gì?"), replace(KNOWLEDGE, matcher=matcher))

    assert matcher.contexts[-1].entry == "who"
    assert outcome.reply.source.quote == "áp dụng đối với các doanh nghiệp"
    assert "gần nhất" not in outcome.reply.text, "the nearest entry has just been told"


def test_choices_claim_nothing_and_open_by_key():
    match = {
        "verdict": Verdict.CHOICES,
        "reason": Reason.TOO_CLOSE,
        "candidates": candidates(("who", 0.5), ("how", 0.4)),
    }

    outcome = asked(match)

    assert outcome.kind is OutcomeKind.CHOICES
    assert [choice.payload for choice in outcome.reply.choices] == ["#faq:who", "#faq:how"]
    assert outcome.reply.source is None
    assert "Mọi doanh nghiệp" not in outcome.reply.text


@pytest.mark.parametrize(
    ("verdict", "reason", "found", "spoken_of"),
    [
        pytest.param(Verdict.PARTIAL, Reason.ASPECT_NOT_COVERED, [("how", 0.6)], "how", id="what is not told of it"),
        pytest.param(Verdict.CHOICES, Reason.UNSURE, [("how", 0.5)], "how", id="the only choice"),
        pytest.param(Verdict.CHOICES, Reason.TOO_CLOSE, [("how", 0.5), ("contest", 0.4)], "", id="several choices"),
        pytest.param(Verdict.UNKNOWN, Reason.TOO_SHORT, [], "who", id="not understood"),
        pytest.param(Verdict.UNKNOWN, Reason.OUT_OF_SCOPE, [], "", id="something else"),
    ],
)
def test_what_a_short_question_is_about_after_a_reply_without_an_answer(verdict, reason, found, spoken_of):
    match = {"verdict": verdict, "reason": reason, "candidates": candidates(*found)}

    outcome = asked(match, state=DialogueState(entry="who", at=NOW))

    assert outcome.state.entry == spoken_of


def test_a_choice_far_behind_the_best_is_not_offered():
    match = {"verdict": Verdict.CHOICES, "reason": Reason.UNSURE, "candidates": candidates(("who", 0.38), ("how", 0.0))}

    outcome = asked(match)

    assert [choice.payload for choice in outcome.reply.choices] == ["#faq:who"]
    assert "điều nào" not in outcome.reply.text, "nothing is left to choose between"


def test_another_edition_is_called_one():
    match = {"verdict": Verdict.UNKNOWN, "reason": Reason.ENTITY_CONFLICT, "candidates": candidates(("who", 0.0))}

    assert "lần thứ 20" in asked(match | {"detail": "20"}).reply.text


@pytest.mark.parametrize(
    ("veto", "detail", "said"),
    [
        ("place bac kan", "Bắc Kạn", "chỉ có nội dung của tỉnh Cao Bằng"),
        ("document nq 93/2022", "nq 93/2022", "văn bản khác"),
    ],
)
def test_what_is_said_of_another_place_is_not_said_of_another_document(veto, detail, said):
    near = tuple(replace(each, veto=veto) for each in candidates(("who", 0.0)))
    match = {"verdict": Verdict.UNKNOWN, "reason": Reason.ENTITY_CONFLICT, "candidates": near, "detail": detail}

    text = asked(match).reply.text

    assert said in text
    assert f"“{detail}”" in text


def test_nothing_is_asked_twice_in_a_row_of_who_named_an_unknown_document():
    match = {"verdict": Verdict.UNKNOWN, "reason": Reason.ENTITY_UNKNOWN, "detail": "nghị quyết 999"}

    assert asked(match).reply.text.partition("\n\n")[0].count("vui lòng") == 1


def test_unknown_offers_the_contact_and_only_near_questions():
    near = asked(
        {"verdict": Verdict.UNKNOWN, "reason": Reason.TOO_LOW, "candidates": candidates(("who", 0.3), ("how", 0.05))}
    )
    far = asked({"verdict": Verdict.UNKNOWN, "reason": Reason.TOO_LOW, "candidates": candidates(("who", 0.01))})

    assert [choice.payload for choice in near.reply.choices if choice.payload.startswith("#faq:")] == ["#faq:who"]
    assert [choice.payload.partition(":")[0] for choice in far.reply.choices] == ["#tell"]
    for outcome in (near, far):
        assert "Sở KH&CN" in outcome.reply.text
        assert outcome.reply.links[0].url == "tel:02063852123"
        assert outcome.miss == "too_low"


def test_partial_names_what_is_not_stated_and_offers_the_entry_without_claiming_it():
    match = {
        "verdict": Verdict.PARTIAL,
        "reason": Reason.ASPECT_NOT_COVERED,
        "candidates": candidates(("who", 0.6)),
        "asked_for": "amount",
    }

    outcome = asked(match)

    assert outcome.kind is OutcomeKind.PARTIAL
    assert "số tiền" in outcome.reply.text
    assert outcome.entry == "who"
    assert outcome.reply.choices[0].payload == "#faq:who"
    assert outcome.miss == "aspect_not_covered"


def test_partial_offers_nothing_that_is_not_near():
    match = {"verdict": Verdict.PARTIAL, "reason": Reason.ASPECT_NOT_COVERED, "candidates": candidates(("who", 0.13))}

    assert not [choice for choice in asked(match).reply.choices if choice.payload.startswith("#faq:")]


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_for_the_citizen(reason):
    for verdict in (Verdict.UNKNOWN, Verdict.CHOICES, Verdict.PARTIAL):
        match = {"verdict": verdict, "reason": reason, "candidates": candidates(("who", 0.4)), "detail": "NQ 999"}
        assert len(asked(match).reply.text) > 20


@pytest.mark.parametrize(
    ("age", "expected"),
    [pytest.param(timedelta(minutes=9), True, id="fresh"), pytest.param(timedelta(minutes=11), False, id="stale")],
)
def test_context_lives_for_ten_minutes(age, expected):
    matcher = Matching(verdict=Verdict.UNKNOWN, reason=Reason.TOO_LOW)
    FAQ(
        a_turn("bao nhiêu tiền", state=replace(a_menu("who", age=age), entry="how")),
        replace(KNOWLEDGE, matcher=matcher),
    )

    assert (matcher.contexts == [Context(entry="how")]) is expected


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "số 2",
        "câu số 2 ạ",
        " 2. ",
        "chọn 2 nhé",
        "cái thứ 2",
        "Hỗ trợ thế nào?",
        "ho tro the nao",
        "cái thứ 2 là j",
        "cai thu 2 noi ro hon",
        "số 2 đi em",
        "chị muốn xem mục 2",
        "câu 2 nghĩa là sao v",
    ],
)
def test_a_typed_number_or_label_opens_that_very_entry(text):
    knowledge = knowledge_of(WHO, HOW)

    outcome = PICKING(a_turn(text, state=a_menu("who", "how")), knowledge)

    assert outcome.entry == "how"
    assert outcome.confidence == 1.0
    assert knowledge.matcher.asked == [], "a label is never searched"


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("cái thứ nhất", "who"), ("cai dau tien", "who"), ("một", "who"), ("câu đầu ạ", "who"), ("số một", "who"),
        ("thứ hai", "how"), ("lựa chọn hai nhé", "how"), ("Cái cuối cùng!", "how"), ("cai cuoi", "how"),
        ("cái đầu?", "who"), ("y thu nhat la sao v", "who"), ("cho mình cái cuối với", "how"),
        ("c xem cái thứ hai", "how"),
    ],
)  # fmt: skip
def test_a_word_for_its_place_opens_an_entry(text, entry):
    knowledge = knowledge_of(WHO, HOW)

    assert PICKING(a_turn(text, state=a_menu("who", "how")), knowledge).entry == entry
    assert knowledge.matcher.asked == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        pytest.param("ba", ("who", "how"), id="there is no third"),
        pytest.param("cuối", (), id="no menu"),
        pytest.param("đâu ạ", ("who", "how"), id="another word than đầu"),
        pytest.param("đầu vào là gì", ("who", "how"), id="a question"),
        pytest.param("cái nào", ("who", "how"), id="no place"),
        pytest.param("một là gì", ("who", "how"), id="a word that is asked about"),
        pytest.param("thứ hai sở có làm việc không", ("who", "how"), id="a day"),
        pytest.param("anh hai là ai", ("who", "how"), id="a person"),
    ],
)
def test_what_is_no_place_in_the_menu_is_a_question(text, keys):
    assert PICKING(a_turn(text, state=a_menu(*keys)), KNOWLEDGE) is None


def test_of_what_is_no_entry_a_word_picks_nothing():
    """A guide may ask for a number, with buttons of its own: "ba" is the answer, not the third button."""
    buttons = DialogueState(choices=(Choice(title="Không rõ", payload="#guide:x:1"),) * 3, at=NOW)

    assert PICKING(a_turn("ba", state=buttons), KNOWLEDGE) is None
    assert picked(a_turn("cái thứ 2 là gì", state=buttons)) == ""
    assert picked(a_turn("cái thứ 2", state=buttons)) == "#guide:x:1"


@pytest.mark.parametrize("text", ["2 là gì", "3", "0", "22", "nghị quyết 2", "2 người được không"])
def test_other_numbers_are_questions(text):
    assert PICKING(a_turn(text, state=a_menu("who", "how")), KNOWLEDGE) is None


@pytest.mark.parametrize("listed", [["picking.number_leads"], ["picking.number_tails", "picking.number_asks"]])
def test_no_word_before_or_behind_a_number_is_made_of_others(listed):
    """They may stand one after the other; if "câu số" was one as well, 30 of them would be tried in 2^30 ways."""
    spelled = [fold(word).replace(" ", "") for key in listed for word in words(key)]

    for one in spelled:
        others = "|".join(re.escape(other) for other in spelled if other != one)
        assert not re.fullmatch(f"(?:{others})+", one), one


def test_a_long_row_of_such_words_is_read_at_once():
    assert PICKING(a_turn("câu số " * 140 + "x", state=a_menu("who", "how")), KNOWLEDGE) is None


def test_an_old_menu_is_forgotten():
    assert picked(a_turn("1", state=a_menu("who", age=timedelta(hours=25)))) == ""


def test_a_tap_opens_its_entry_even_without_a_menu():
    outcome = PICKING(a_turn(kind=UpdateKind.CHOICE, payload="#faq:how"), KNOWLEDGE)

    assert outcome.entry == "how"


@pytest.mark.parametrize("payload", ["#faq:gone", "#nonsense", "<script>"])
def test_a_tap_on_something_that_is_gone_says_so(payload):
    outcome = PICKING(a_turn(kind=UpdateKind.CHOICE, payload=payload), KNOWLEDGE)

    assert outcome.kind is OutcomeKind.UNKNOWN
    assert "không còn" in outcome.reply.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("xin chao", "greet", id="greeting"),
        pytest.param("thoi khong lam nua", "cancel", id="who gives up"),
        pytest.param("chao ad a", "greet", id="greeting with fillers"),
        pytest.param("alo co ai khong a", "greet", id="calling somebody"),
        pytest.param("ad oi", "greet", id="calling by a title"),
        pytest.param("em oi cam on nhe", "thanks", id="thanks after a call"),
        pytest.param("co ai khong duoc ho tro", None, id="a question that begins as a call"),
        pytest.param("cam on em nhieu nhe", "thanks", id="thanks"),
        pytest.param("chao ad cam on", "thanks", id="the later courtesy decides"),
        pytest.param("ok", "ack", id="ok"),
        pytest.param("tam biet", "bye", id="goodbye"),
        pytest.param("huong dan", "help", id="help"),
        pytest.param("chao ad nq 93 la gi", None, id="a question that begins with a greeting"),
        pytest.param("huong dan nop ho so", None, id="a question that begins like help"),
        pytest.param("em", None, id="only a filler"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_only_pure_courtesies_are_small_talk(text, expected):
    assert intent_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "cho gặp cán bộ đi, bot trả lời chán quá",
        "gap nhan vien",
        "tôi muốn nói chuyện với người",
        "can bo oi",
        "gặp giám đốc sở",
        "cho em xin số điện thoại cán bộ",
    ],
)
def test_a_person_can_be_asked_for_in_any_sentence(text):
    outcome = SMALLTALK(a_turn(text), KNOWLEDGE)

    assert outcome.kind is OutcomeKind.HANDOFF
    assert outcome.handoff is not None
    assert "0206 3852 123" in outcome.reply.text


@pytest.mark.parametrize(
    "text", ["Tôi muốn gặp cố vấn khởi nghiệp thì tìm ai?", "cán bộ ơi nq 93 là gì", "Cán bộ nào được khen thưởng?"]
)
def test_asking_about_people_is_a_question(text):
    assert SMALLTALK(a_turn(text), KNOWLEDGE) is None


def test_deleting_ones_data_asks_first_and_a_typed_yes_is_understood():
    first = SMALLTALK(a_turn("xoá dữ liệu của tôi"), KNOWLEDGE)
    second = PICKING(a_turn("1", state=first.state), KNOWLEDGE)

    assert first.kind is OutcomeKind.PRIVACY
    assert not first.erase
    assert first.reply.choices[0].payload == ERASE
    assert second.erase


def test_an_arrival_is_welcomed_with_one_question_per_topic():
    outcome = lifecycle(a_turn(kind=UpdateKind.FOLLOW), KNOWLEDGE)

    assert [choice.payload for choice in outcome.reply.choices] == ["#faq:who", "#faq:contest"]
    assert outcome.reply.choices == featured(KNOWLEDGE.snapshot, on=date(2024, 6, 1))


def test_a_newcomer_is_offered_guides_then_what_staff_named_for_a_button():
    named = replace(HOW, short_title="Hỗ trợ")
    ended = replace(CONTEST, key="old", short_title="Cuộc thi cũ")
    running = replace(CONTEST, key="new", validity=Validity())
    other = replace(WHO, key="other", topic="other")
    guide = PublishedGuide(guide=a_guide())

    offered = featured(Snapshot.of((other, WHO, named, ended, running), guides=(guide,)), on=TODAY)

    assert [choice.payload for choice in offered] == ["#guide:thu", "#faq:how", "#faq:other", "#faq:new"]


def test_the_starter_knowledge_offers_the_check_and_support_for_trademarks_first():
    offered = featured(starter_snapshot(), on=date(2026, 11, 27))

    assert [choice.payload for choice in offered[:2]] == ["#guide:nq93", "#faq:nq93-so-huu-tri-tue"]
    assert len({starter_snapshot().entries[each.payload.removeprefix("#faq:")].topic for each in offered[1:]}) == 4


def test_a_burst_of_pictures_gets_one_request_to_type():
    first = lifecycle(a_turn(kind=UpdateKind.ATTACHMENT, attachment="image"), KNOWLEDGE)
    second = lifecycle(a_turn(kind=UpdateKind.ATTACHMENT, attachment="image", state=first.state), KNOWLEDGE)

    assert "gõ" in first.reply.text
    assert second.reply is None


def test_a_caption_is_read_as_a_question():
    assert lifecycle(a_turn("Áp dụng cho ai?", kind=UpdateKind.ATTACHMENT, attachment="image"), KNOWLEDGE) is None
