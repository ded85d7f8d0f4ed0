"""Questions about dates: answered from the dates and the clock, never guessed, never taken from another handler."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.asking import ask
from bot.handlers.composing import Office, featured
from bot.handlers.deadlines import COMPETITION_PREFIX, Deadlines
from bot.handlers.faq import Faq
from bot.handlers.manners import Manners
from bot.messages import DialogueState, OutcomeKind, Turn, UpdateKind
from knowledge import filing, transfer
from knowledge.base import Knowledge
from knowledge.calendar.moments import ZONE
from knowledge.matching.matcher import Matcher
from knowledge.schema import snapshot_of
from tests.support.fakes import an_update

DATED = """
article: {key: bai, title: Kế hoạch cuộc thi, url: "https://portal.example/n1200.html", published: 2026-02-20}
entries:
  - {key: van-phong, question: Văn phòng Sở làm việc lúc nào?, answer: Giờ hành chính.}
  - key: cuoc-thi
    question: Cuộc thi khởi nghiệp là gì?
    answer: Là sân chơi.
    variants: [Bao giờ có cuộc thi khởi nghiệp?]
competitions:
  - key: lan-1
    title: Cuộc thi Khởi nghiệp tỉnh lần thứ nhất
    series: kn
    edition: 1
    first_year: 2023
    last_year: 2024
    aliases: [cuộc thi khởi nghiệp]
    stages: [{key: nop, name: Nộp hồ sơ, takes_entries: true}]
    entry: cuoc-thi
  - key: lan-2
    title: Cuộc thi Khởi nghiệp tỉnh lần thứ hai
    short_title: Cuộc thi lần 2
    series: kn
    edition: 2
    aliases: [cuộc thi khởi nghiệp]
    organiser: UBND tỉnh
    stages:
      - {key: nop, name: Nộp hồ sơ dự thi, takes_entries: true, starts: 2026-03-01, ends: 2026-03-15 17:00}
      - {key: so-khao, name: Sơ khảo, starts: 2026-04}
      - {key: chung-ket, name: Chung kết}
    quote: nhận hồ sơ đến 17 giờ ngày 15/3
    entry: cuoc-thi
  - key: techfest-2026
    title: Techfest Cao Bằng 2026
    kind: event
    aliases: [techfest]
    stages: [{key: ngay, name: Ngày hội, starts: 2026-10-10, ends: 2026-10-11}]
"""


IDEAS = """
article: {key: bai-moi, title: Thông báo, url: "https://portal.example/n1300.html", published: 2026-11-20}
entries: []
competitions:
  - key: y-tuong-xanh
    title: Cuộc thi Ý tưởng xanh Cao Bằng 2027
    aliases: [ý tưởng xanh]
    organiser: Sở Khoa học và Công nghệ
    stages: [{key: nop, name: Nộp hồ sơ dự thi, takes_entries: true, starts: 2027-01-05, ends: 2027-03-15 17:00}]
"""


def knowledge_of(text: str) -> Knowledge:
    snapshot = snapshot_of(filing.parse(text, suffix=".yaml"))
    return Knowledge(snapshot=snapshot, matcher=Matcher.build(tuple(snapshot.entries.values())))


@pytest.fixture(scope="module")
def dated() -> Knowledge:
    return knowledge_of(DATED)


@pytest.fixture(scope="module")
def starter() -> Knowledge:
    snapshot = transfer.starter_snapshot()
    return Knowledge(snapshot=snapshot, matcher=Matcher.build(tuple(snapshot.entries.values())))


@pytest.fixture(scope="module")
def with_ideas(starter) -> Knowledge:
    """The starter knowledge as it answers live, and a competition of which no entry tells."""
    more = snapshot_of(filing.parse(IDEAS, suffix=".yaml"))
    snapshot = replace(
        starter.snapshot,
        competitions={**starter.snapshot.competitions, **more.competitions},
        articles={**starter.snapshot.articles, **more.articles},
    )
    return Knowledge(snapshot=snapshot, matcher=starter.matcher.calibrated())


OFFICE = Office(name="Sở KH&CN")
DEADLINES = Deadlines(OFFICE, public_url="https://hoidap.example/")
HANDLERS = (DEADLINES, Faq(OFFICE))
NOW = datetime(2026, 3, 12, 9, tzinfo=ZONE)


def asked(text, knowledge, now=NOW):
    return ask(text, knowledge, HANDLERS, at=now)


def continued(text, knowledge, state, now=NOW):
    return DEADLINES(Turn(update=an_update(text), at=now, on=now.date(), state=state), knowledge)


@pytest.mark.parametrize(
    "text",
    [
        "Cuộc thi khởi nghiệp còn hạn nộp không?",
        "cuoc thi khoi nghiep con han nop khong",
        "ct khởi nghiệp còn hạn nộp ko ạ",
        "hạn cuối nộp hồ sơ cuộc thi khởi nghiệp là ngày mấy",
        "deadline cuoc thi khoi nghiep",
        "còn hạn nộp hông ad",
        "han cuoi la ngay may",
        "con kip nop ho so du thi k",
        "hôm nay còn nộp kịp ko",
        "Bao giờ hết hạn đăng ký dự thi vậy?",
    ],
)
def test_the_deadline_is_said_with_what_is_left_in_any_spelling(dated, text):
    outcome = asked(text, dated)

    assert outcome.kind is OutcomeKind.DEADLINE
    assert "còn 3 ngày, đến 17:00 Chủ nhật 15/03" in outcome.reply.text
    assert outcome.reply.source.url.startswith("https://portal.example/n1200.html#:~:text=")
    assert outcome.reply.links[0].url == "https://hoidap.example/lich/lan-2.ics"


@pytest.mark.parametrize(
    ("text", "now", "said", "kind"),
    [
        pytest.param("còn hạn nộp không", "26-02-28T23:59", "Chưa đến thời gian nhận hồ sơ", "deadline", id="before"),
        pytest.param("còn hạn nộp không", "26-03-15T16:59", "chưa đầy 1 giờ", "deadline", id="the last minute"),
        pytest.param("còn hạn nộp không", "26-03-15T17:00", "Đã hết hạn", "deadline", id="the end"),
        pytest.param("cuộc thi khởi nghiệp lần 1 còn hạn không", "26-03-12T09:00", "nay đã qua", "partial", id="past"),
        pytest.param("techfest bao giờ", "26-03-12T09:00", "thứ Bảy 10/10", "deadline", id="an event"),
        pytest.param("techfest năm sau có tổ chức không", "26-03-12T09:00", "Chưa có thông tin", "partial", id="next"),
        pytest.param("cuộc thi khởi nghiệp lần 3 bao giờ", "26-03-12T09:00", "Chưa có thông tin", "partial", id="3"),
        pytest.param("techfest 2028 ngày nào", "26-03-12T09:00", "Chưa có thông tin", "partial", id="a far year"),
        pytest.param("chung kết cuộc thi khởi nghiệp bao giờ", "26-03-12T09:00", "Chung kết: chưa công bố", "deadline",
                     id="a stage without a date"),
        pytest.param("khi nào chung kết", "26-03-12T09:00", "Chung kết: chưa công bố", "deadline", id="the only one"),
        pytest.param("techfest kết thúc chưa", "26-10-12T09:00", "(đã kết thúc)", "deadline", id="whether it is over"),
        pytest.param("sắp tới có cuộc thi nào", "27-06-01T09:00", "chưa có thông tin về cuộc thi", "partial", id="-"),
    ],
)  # fmt: skip
def test_what_is_over_is_history_and_what_is_not_announced_is_said_plainly(dated, text, now, said, kind):
    outcome = asked(text, dated, datetime.fromisoformat(f"20{now}").replace(tzinfo=ZONE))

    assert said in outcome.reply.text
    assert outcome.kind.value == kind
    assert bool(outcome.miss) is (kind == "partial"), "what is not announced is work for staff"


def test_open_ones_lead_and_at_most_three_may_be_chosen(dated):
    outcome = asked("sap toi co cuoc thi nao", dated)

    assert outcome.reply.text.index("lần thứ hai") < outcome.reply.text.index("Techfest")
    assert [choice.payload for choice in outcome.reply.choices] == ["#competition:lan-2", "#competition:techfest-2026"]


def test_dates_speak_before_the_entry_that_tells_of_the_competition(dated):
    """The entry has the very words, but the date is known only to the competition."""
    assert asked("Bao giờ có cuộc thi khởi nghiệp?", dated).kind is OutcomeKind.DEADLINE
    assert asked("Cuộc thi khởi nghiệp là gì?", dated).entry == "cuoc-thi"


@pytest.mark.parametrize(
    "text",
    ["Văn phòng Sở làm việc lúc nào?", "hạn nộp thuế môn bài là khi nào", "bao giờ",
     "lịch tập huấn khởi nghiệp tháng tới",
     "đăng ký gian hàng techfest ở đâu"],
)  # fmt: skip
def test_other_questions_are_left_to_others(dated, text):
    assert DEADLINES(Turn(update=an_update(text), at=NOW, on=NOW.date()), dated) is None


def test_prizes_are_said_when_staff_have_filled_them_in_and_never_otherwise(dated):
    asks = "giải nhất cuộc thi khởi nghiệp bao nhiêu tiền"
    plain = knowledge_of(DATED.replace("    organiser: UBND tỉnh\n", "    prizes: Giải nhất 30 triệu đồng\n"))

    known, unknown = asked(asks, plain), asked(asks, dated)

    assert known.kind is OutcomeKind.DEADLINE
    assert "Giải thưởng: Giải nhất 30 triệu đồng" in known.reply.text
    assert unknown.trace.handler == "faq"


def test_without_competitions_it_is_silent():
    bare = knowledge_of(DATED.partition("competitions:")[0])

    for text in ("sắp tới có cuộc thi nào", "còn hạn nộp không", "techfest bao giờ"):
        assert DEADLINES(Turn(update=an_update(text), at=NOW, on=NOW.date()), bare) is None


def test_a_picked_competition_is_told_whole(dated):
    update = an_update(kind=UpdateKind.CHOICE, payload=f"{COMPETITION_PREFIX}lan-2")

    outcome = DEADLINES(Turn(update=update, at=NOW, on=NOW.date()), dated)

    assert "Sơ khảo: trong tháng 4, chưa công bố ngày cụ thể" in outcome.reply.text
    assert "Đơn vị tổ chức: UBND tỉnh" in outcome.reply.text
    assert outcome.state.competition == "lan-2"


def test_a_question_without_a_topic_goes_on_with_the_competition_spoken_of(dated):
    spoken = asked("techfest bao giờ", dated).state

    assert "Techfest" in continued("năm sau có tổ chức không", dated, spoken).reply.text
    later = continued("năm sau có tổ chức không", dated, spoken, now=NOW + timedelta(hours=1))
    assert "Cuộc thi Khởi nghiệp tỉnh lần thứ hai" in later.reply.text, "an hour later nobody leans on that"


def test_after_its_entry_a_competition_is_the_topic_and_after_another_entry_it_is_not(dated):
    of_contest = DialogueState(entry="cuoc-thi", at=NOW)
    of_office = DialogueState(entry="van-phong", at=NOW)

    assert "15/03" in continued("còn hạn nộp không", dated, of_contest).reply.text
    assert continued("hạn nộp hồ sơ là khi nào", dated, of_office) is None


@pytest.mark.parametrize(
    ("text", "entry"),
    [("kh 2817 la su kien gi", "cuoc-thi-lan-1"), ("trung tâm BSA tổ chức cuộc thi gì", "khoi-nghiep-xanh")],
)
def test_what_a_competition_is_is_left_to_its_entry(starter, text, entry):
    """What there is at present would be the answer to another question."""
    outcome = asked(text, starter)

    assert (outcome.kind, outcome.entry) == (OutcomeKind.ANSWER, entry)


def test_an_entry_that_tells_no_date_does_not_answer_when(starter):
    """It knows who reached the final, and would be an answer to another question."""
    outcome = asked("cuộc thi khởi nghiệp xanh bao giờ", starter)

    assert outcome.kind is OutcomeKind.PARTIAL
    assert "Ngày cụ thể không được nêu" in outcome.reply.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cuoc thi khoi nghiep con han nop ko", "năm 2023-2024 nay đã qua. Hạn nộp hồ sơ không được nêu"),
        ("techfest cao bang khi nao", "(Techfest năm 2024) nay đã qua. Ngày cụ thể không được nêu"),
        ("hội nghị giao ban khi nào", "thuộc năm 2024, nay đã qua."),
        ("techfest 2025 co to chuc ko", "Chưa có thông tin về lần tổ chức"),
        ("năm sau techfest có tổ chức nữa ko", "nay đã qua. Chưa có thông tin về lần tổ chức tiếp theo."),
        ("có cuộc thi gì ko ad", "Em chưa có thông tin về cuộc thi, sự kiện nào sắp diễn ra"),
        ("cuộc thi nào đang nhận hồ sơ", "Em chưa có thông tin"),
        ("con han nop ho so du thi k", "Em không có thông tin về cuộc thi nào đang nhận hồ sơ"),
    ],
)
def test_what_is_over_is_history_although_an_entry_tells_of_it(starter, text, said):
    outcome = asked(text, starter)

    assert outcome.kind is OutcomeKind.PARTIAL
    assert said in outcome.reply.text
    assert "Em không có thông tin mới hơn ngày 22/01/2024." in outcome.reply.text
    assert "đã kết thúc" not in outcome.reply.text, "the article only planned it"


@pytest.mark.parametrize(
    "text", ["còn nhận hs k", "con kip nop khong a", "hạn cuối là ngày nào", "đợt sau có nữa không"]
)
def test_amid_another_topic_a_question_of_dates_is_not_about_competitions(starter, text):
    offered = asked("isee covid ở đâu", starter)
    assert offered.kind is OutcomeKind.PARTIAL
    assert continued(text, starter, offered.state) is None
    greeted = DialogueState(choices=featured(starter.snapshot, on=NOW.date()), at=NOW)
    assert continued(text, starter, greeted) is not None, "what everybody is offered is no topic"


def test_an_edition_that_is_not_known_is_not_mistaken_for_another(starter):
    assert "Chưa có thông tin về lần tổ chức" in asked("bao giờ có cuộc thi lần 2", starter).reply.text


@pytest.mark.parametrize("now", ["2024-06-01T12:00", "2026-11-26T12:00"])
@pytest.mark.parametrize(
    "text",
    ["hạn nộp hồ sơ dự thi ngày nào", "Techfest tổ chức tháng mấy", "bao giờ có cuộc thi lần 2",
     "sắp tới có cuộc thi nào", "năm sau có tổ chức không", "cuoc thi khoi nghiep xanh con han nop k"],
)  # fmt: skip
def test_of_the_starter_article_no_date_is_ever_claimed(starter, text, now):
    """The trap: 13/10/2023 is the day the plan was signed, no deadline."""
    outcome = asked(text, starter, datetime.fromisoformat(now).replace(tzinfo=ZONE))

    assert outcome.kind is OutcomeKind.PARTIAL
    assert "13/10" not in outcome.reply.text
    assert outcome.reply.source is not None


@pytest.mark.parametrize(
    "text",
    [
        "Cuộc thi Ý tưởng xanh Cao Bằng 2027",
        "cuộc thi ý tưởng xanh",
        "cuoc thi y tuong xnah",
        "ý tưởng xanh",
        "ý tưởng xanh là gì",
        "cho em hỏi về cuộc thi ý tưởng xanh ạ",
        "có cuộc thi ý tưởng xanh không",
        "còn ý tưởng xanh thì sao",
    ],
)
def test_a_competition_that_is_only_named_is_told_whole(with_ideas, text):
    """The entry of another contest has words in common and used to be claimed instead."""
    outcome = asked(text, with_ideas)

    assert (outcome.kind, outcome.trace.reason) == (OutcomeKind.DEADLINE, "about")
    assert "Cuộc thi Ý tưởng xanh Cao Bằng 2027" in outcome.reply.text
    assert "15/03" in outcome.reply.text
    assert "Đơn vị tổ chức: Sở Khoa học và Công nghệ" in outcome.reply.text


@pytest.mark.parametrize(
    "text",
    [
        "cuộc thi ý tưởng xanh ai đạt giải",
        "cuộc thi ý tưởng xanh giải thưởng bao nhiêu",
        "hồ sơ cuộc thi ý tưởng xanh gồm gì",
        "đăng ký cuộc thi ý tưởng xanh ở đâu",
        "kết quả cuộc thi ý tưởng xanh",
        "vé cuộc thi ý tưởng xanh",
        "ảnh cuộc thi ý tưởng xanh",
    ],
)
def test_who_names_a_competition_and_asks_what_nobody_knows_of_it_is_told_so(with_ideas, text):
    outcome = asked(text, with_ideas)

    assert (outcome.kind, outcome.miss) == (OutcomeKind.PARTIAL, "not_announced")
    assert "Em chưa có" in outcome.reply.text
    assert "Cuộc thi Ý tưởng xanh Cao Bằng 2027" in outcome.reply.text


def test_another_year_of_a_competition_that_is_only_named_is_not_mistaken_for_it(with_ideas):
    assert "Chưa có thông tin về lần tổ chức" in asked("cuộc thi ý tưởng xanh 2025", with_ideas).reply.text


def test_a_name_that_an_entry_is_asked_by_stays_with_the_entry():
    told = IDEAS.replace("entries: []", "entries: [{key: ke, question: Ý tưởng xanh là gì?, answer: Là sân chơi.}]")
    linked = told.replace("question: Ý tưởng xanh là gì?", "question: Sân chơi xanh của thanh niên") + "    entry: ke\n"

    by_name, by_link = asked("ý tưởng xanh", knowledge_of(told)), asked("ý tưởng xanh", knowledge_of(linked))

    assert by_name.trace.handler == "faq"
    assert by_link.trace.handler == "deadlines", "its own entry is not found by this name"


def test_no_name_of_a_starter_competition_is_taken_from_its_entry(with_ideas):
    names = [
        name
        for each in transfer.starter_snapshot().competitions.values()
        for name in (each.title, each.short_title, *each.aliases)
    ]

    taken = [
        name for name in names if DEADLINES(Turn(update=an_update(name), at=NOW, on=NOW.date()), with_ideas) is not None
    ]

    assert taken == []


def test_no_wording_of_a_starter_entry_is_taken_from_it(starter):
    """What an entry answers with certainty stays its own, also when it is about a date."""
    taken = [
        wording
        for entry in starter.snapshot.entries.values()
        for wording in entry.wordings
        if DEADLINES(Turn(update=an_update(wording), at=NOW, on=NOW.date()), starter) is not None
    ]

    assert taken == []


def test_one_of_two_questions_is_not_answered_with_what_is_not_announced(starter):
    calibrated = replace(starter, matcher=starter.matcher.calibrated())

    outcome = asked("nq93 là gì và techfest khi nào", calibrated)

    assert "Câu hỏi thứ hai" in outcome.reply.text
    assert asked("techfest khi nào", calibrated).trace.handler == "deadlines"


NAMED = "cuộc thi ý tưởng xanh"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{NAMED} do ai tổ chức", "Đơn vị tổ chức: Sở Khoa học và Công nghệ"),
        ("y tuong xanh don vi nao to chuc", "Đơn vị tổ chức: Sở Khoa học và Công nghệ"),
        (f"{NAMED} ai được thi", "chưa có thông tin về đối tượng tham gia Cuộc thi Ý tưởng xanh"),
        (f"{NAMED} giải thưởng thế nào", "chưa có thông tin về giải thưởng của Cuộc thi Ý tưởng xanh"),
        (f"{NAMED} nộp hồ sơ ở đâu", "chưa có thông tin về nơi nộp hồ sơ và cách liên hệ của Cuộc thi Ý tưởng xanh"),
        (f"{NAMED} thể lệ thế nào", "chưa có nội dung anh/chị hỏi về Cuộc thi Ý tưởng xanh"),
    ],
)
def test_a_competition_that_is_named_is_not_answered_with_another_one(with_ideas, text, told):
    outcome = asked(text, with_ideas)

    assert outcome.state.competition == "y-tuong-xanh"
    assert told in outcome.reply.text
    assert "2817" not in outcome.reply.text


def test_an_entry_that_tells_what_the_form_says_is_quoted(with_ideas):
    outcome = asked("cuộc thi khởi nghiệp xanh toàn quốc do ai tổ chức", with_ideas)

    assert (outcome.trace.handler, outcome.entry) == ("faq", "khoi-nghiep-xanh")
    assert "Trung tâm BSA" in outcome.reply.text


def test_who_cannot_be_told_where_to_hand_in_is_told_who_organises_it(with_ideas):
    assert "Đơn vị tổ chức: Sở Khoa học" in asked(f"{NAMED} đăng ký ở đâu", with_ideas).reply.text


def test_where_to_hand_in_is_what_the_form_says_under_contact(with_ideas):
    ideas = with_ideas.snapshot.competitions["y-tuong-xanh"].model_copy(update={"contact": "Phòng 12, Sở KH&CN"})
    snapshot = replace(with_ideas.snapshot, competitions={**with_ideas.snapshot.competitions, "y-tuong-xanh": ideas})

    known = replace(with_ideas, snapshot=snapshot)
    outcome = asked(f"{NAMED} nộp hồ sơ ở đâu", known)

    assert outcome.kind is OutcomeKind.DEADLINE
    assert "Liên hệ: Phòng 12, Sở KH&CN" in outcome.reply.text
    for text in ("liên hệ ai", "số điện thoại", "địa chỉ ở đâu"):
        turn = Turn(update=an_update(text), at=NOW, on=NOW.date(), state=outcome.state)
        assert Manners(OFFICE)(turn, known) is None
        assert "Liên hệ: Phòng 12" in DEADLINES(turn, known).reply.text


@pytest.mark.parametrize("before", [f"{NAMED} là gì", f"{NAMED} còn hạn không"])
@pytest.mark.parametrize(
    ("text", "told"),
    [("ai tổ chức", "Đơn vị tổ chức: Sở"), ("đơn vị tổ chức", "Đơn vị tổ chức: Sở"), ("ai được thi", "đối tượng")],
)
def test_what_is_asked_in_short_is_about_the_competition_spoken_of(with_ideas, before, text, told):
    spoken = asked(before, with_ideas)

    assert told in continued(text, with_ideas, spoken.state).reply.text


def test_the_form_knows_what_the_entry_that_was_said_does_not(with_ideas):
    spoken = asked("techfest 2024 là gì", with_ideas)
    assert spoken.entry == "techfest-2024"

    assert "Đơn vị tổ chức: Sở Khoa học và Công nghệ" in continued("ai tổ chức", with_ideas, spoken.state).reply.text


@pytest.mark.parametrize(
    "text",
    [
        "ai tổ chức",
        "nộp hồ sơ ở đâu",
        "techfest có giải thưởng gì",
        "hội nghị giao ban tổ chức ở đâu",
        "tham gia cuộc thi khởi nghiệp có được hỗ trợ không",
    ],
)
def test_other_questions_of_that_kind_stay_with_the_entries(with_ideas, text):
    assert continued(text, with_ideas, DialogueState()) is None
