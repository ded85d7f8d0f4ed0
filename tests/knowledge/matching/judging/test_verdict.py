"""What may be said about candidates: every reason, and which one counts where several would fit."""

from __future__ import annotations

import pytest

from knowledge.matching.index import Index
from knowledge.matching.judging.confidence import ConfidencePolicy
from knowledge.matching.judging.verdict import is_vague, judge, named_unknown, names_nothing, says_too_little
from knowledge.matching.matcher import Matcher
from knowledge.matching.model import Candidate, Match, Reason, Verdict
from knowledge.matching.query import prepare
from knowledge.snapshot import PublishedEntry

ANSWER, CHOICES, PARTIAL, UNKNOWN = Verdict.ANSWER, Verdict.CHOICES, Verdict.PARTIAL, Verdict.UNKNOWN
POLICY = ConfidencePolicy(
    answer_at=0.34, partial_at=0.25, choose_at=0.08, certainty=0.45, sure_at=0.75, more_certainty=0.52
)
ENTRIES = {
    "vay": ("Vay vốn khởi nghiệp ở đâu?", "Tại Quỹ hỗ trợ của tỉnh, số 10 phố Xuân Trường."),
    "lop-23": ("Năm 2023 mở bao nhiêu lớp tập huấn khởi nghiệp?", "Năm 2023 tỉnh mở 12 lớp tập huấn."),
    "lop-26": ("Mở bao nhiêu lớp tập huấn về kỹ năng?", "Năm 2026 tỉnh mở 9 lớp tập huấn."),
    "ong": ("Nuôi ong lấy mật cần gì?", "Cần đàn ong giống và rừng hoa bạc hà."),
    "nq-cu": ("Nghị quyết 93/2019/NQ-HĐND quy định gì?", "Quy định học phí."),
    "nq-moi": ("Nghị quyết 93/2021/NQ-HĐND quy định gì?", "Quy định phí chợ."),
    "nhan-hieu": ("Đăng ký nhãn hiệu có được hỗ trợ không?", "Có. Tỉnh hỗ trợ xác lập nhãn hiệu."),
    "ngoai": ("Công ty có vốn nước ngoài có được hỗ trợ không?", "Không áp dụng với vốn nước ngoài."),
    "xe": ("Thuê xe lu làm đường", "Gọi đội xe."),
    "ai": ("Ai được?", "Mọi người."),
}


def an_index(**entries: tuple[str, str]) -> Index:
    return Matcher.build(
        [PublishedEntry(key=key, question=asked, answer=told) for key, (asked, told) in entries.items()]
    ).index


BASE = an_index(**ENTRIES)
COMMON = an_index(a=("Sổ đỏ", ""), b=("Sổ hộ khẩu", ""), c=("Sổ tiêm", ""), d=("Sổ lương", ""), e=("Sổ hưu", ""))
"""A base in which one word stands everywhere."""


def judged(text: str, *ranked: tuple, certainty: float = 1.0, index: Index = BASE) -> Match:
    """Judge candidates given as (entry, confidence) or (entry, confidence, veto), best first."""
    candidates = [
        Candidate(entry=entry, score=confidence, confidence=confidence, veto="".join(veto))
        for entry, confidence, *veto in ranked
    ]
    return judge(prepare(text, index), index, candidates, certainty, POLICY)


@pytest.mark.parametrize(
    ("confidence", "certainty", "verdict", "reason"),
    [
        # sure_at and more: the lesser certainty will do
        (1.00, 1.00, ANSWER, Reason.CONFIDENT),
        (0.75, 0.45, ANSWER, Reason.CONFIDENT),
        (0.75, 0.44, CHOICES, Reason.TOO_CLOSE),
        # from answer_at: the greater one is asked for
        (0.74, 0.52, ANSWER, Reason.CONFIDENT),
        (0.74, 0.51, CHOICES, Reason.TOO_CLOSE),
        (0.34, 0.52, ANSWER, Reason.CONFIDENT),
        # from choose_at: offered, never claimed
        (0.33, 1.00, CHOICES, Reason.UNSURE),
        (0.33, 0.51, CHOICES, Reason.TOO_CLOSE),
        (0.08, 0.52, CHOICES, Reason.UNSURE),
        # below: near, or not even that
        (0.07, 1.00, UNKNOWN, Reason.TOO_LOW),
        (0.02, 1.00, UNKNOWN, Reason.TOO_LOW),
        (0.019, 1.00, UNKNOWN, Reason.OUT_OF_SCOPE),
    ],
)
def test_confidence_and_certainty_decide_where_nothing_else_does(confidence, certainty, verdict, reason):
    found = judged("nuôi ong lấy mật cần gì", ("ong", confidence), certainty=certainty)

    assert (found.verdict, found.reason, found.detail) == (verdict, reason, "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("nuôi trâu bò sữa", Reason.OUT_OF_SCOPE, id="a quarter is known"),
        pytest.param("nuôi trâu lấy sữa", Reason.TOO_LOW, id="half is known"),
        pytest.param("nuôi ong nghé non", Reason.TOO_LOW, id="half is known, other words"),
        pytest.param("phở bò gia truyền", Reason.OUT_OF_SCOPE, id="nothing is known"),
    ],
)
def test_of_what_hardly_a_word_is_known_the_base_does_not_speak(text, reason):
    assert judged(text, ("ong", 0.05)).reason is reason


PHONE = "số điện thoại quỹ vay vốn khởi nghiệp"  # no entry holds a telephone number
WHERE = "nuôi ong ở đâu"  # "vay" tells of a place, "ong" of none
YEAR = "năm 2026 mở bao nhiêu lớp tập huấn"  # "lop-23" tells of another year
BOTH = "nghị quyết 93 quy định gì"  # two entries name such a document
OTHER = "document nghi quyet 93"


@pytest.mark.parametrize(
    ("text", "ranked", "verdict", "reason", "detail"),
    [
        # 1. a document that no entry knows, whatever else there is
        ("Nghị quyết 68 quy định gì", [("nq-moi", 1.0)], UNKNOWN, Reason.ENTITY_UNKNOWN, "Nghị quyết 68"),
        ("Nghị quyết 68 quy định gì", [("nq-moi", 1.0, OTHER)], UNKNOWN, Reason.ENTITY_UNKNOWN, "Nghị quyết 68"),
        ("Nghị quyết 68", [], UNKNOWN, Reason.ENTITY_UNKNOWN, "Nghị quyết 68"),
        # 2. nothing that may be spoken, even where nothing was said
        ("nuôi ong lấy mật", [], UNKNOWN, Reason.TOO_LOW, ""),
        ("dạ em hỏi", [], UNKNOWN, Reason.TOO_LOW, ""),
        ("Nghị Quyết 93", [("nq-moi", 1.0, OTHER)], UNKNOWN, Reason.ENTITY_CONFLICT, "Nghị Quyết 93"),
        ("dạ em hỏi", [("ong", 1.0, "must not match")], UNKNOWN, Reason.ENTITY_CONFLICT, ""),
        # 3. nothing named; what is vague may still be answered
        ("dạ em hỏi", [("ong", 1.0)], UNKNOWN, Reason.TOO_SHORT, ""),
        ("bao nhiêu tiền", [("lop-23", 1.0)], UNKNOWN, Reason.TOO_SHORT, ""),  # before the sum that it lacks
        # 4. two documents of that number, where the best is near enough
        (BOTH, [("nq-moi", 1.0), ("nq-cu", 0.9)], CHOICES, Reason.ENTITY_AMBIGUOUS, "nghị quyết 93"),
        (BOTH, [("nq-moi", 0.08)], CHOICES, Reason.ENTITY_AMBIGUOUS, "nghị quyết 93"),
        (BOTH, [("nq-moi", 0.07)], UNKNOWN, Reason.TOO_LOW, ""),
        (f"{BOTH}, số điện thoại", [("nq-moi", 1.0)], CHOICES, Reason.ENTITY_AMBIGUOUS, "nghị quyết 93"),
        # 5. what is asked is not held
        (PHONE, [("vay", 1.0)], PARTIAL, Reason.ASPECT_NOT_COVERED, "contact"),
        (PHONE, [("vay", 0.08)], PARTIAL, Reason.ASPECT_NOT_COVERED, "contact"),
        (PHONE, [("vay", 0.07)], UNKNOWN, Reason.TOO_LOW, ""),
        (PHONE, [("vay", 0.2), ("ong", 0.2), ("xe", 0.2)], PARTIAL, Reason.ASPECT_NOT_COVERED, "contact"),
        (WHERE, [("ong", 0.25), ("vay", 0.25)], PARTIAL, Reason.ASPECT_NOT_COVERED, "place"),
        (WHERE, [("ong", 0.24), ("vay", 0.08)], CHOICES, Reason.UNSURE, ""),  # another may tell it
        (WHERE, [("ong", 0.24), ("xe", 0.1), ("vay", 0.08)], CHOICES, Reason.UNSURE, ""),
        (WHERE, [("ong", 0.24), ("vay", 0.07)], PARTIAL, Reason.ASPECT_NOT_COVERED, "place"),
        (WHERE, [("ong", 0.24), ("vay", 0.2, "must not match")], PARTIAL, Reason.ASPECT_NOT_COVERED, "place"),
        (WHERE, [("ong", 0.2), ("xe", 0.2), ("ai", 0.2), ("vay", 0.2)], PARTIAL, Reason.ASPECT_NOT_COVERED, "place"),
        # 6. of another year another entry may tell, however sure the best is
        (YEAR, [("lop-23", 1.0)], PARTIAL, Reason.ASPECT_NOT_COVERED, "year"),
        (YEAR, [("lop-23", 1.0), ("lop-26", 0.08)], CHOICES, Reason.TOO_CLOSE, ""),
        (YEAR, [("lop-23", 1.0), ("lop-26", 0.07)], PARTIAL, Reason.ASPECT_NOT_COVERED, "year"),
        (YEAR, [("lop-26", 1.0), ("lop-23", 0.9)], ANSWER, Reason.CONFIDENT, ""),
        # 7. which was meant is in doubt, however sure the best is
        ("khởi nghiệp", [("vay", 1.0)], CHOICES, Reason.TOO_CLOSE, ""),
        ("thuế xe", [("xe", 1.0)], CHOICES, Reason.TOO_CLOSE, ""),  # "thuê", not "thuế"
        ("nuôi ong lấy mật", [("xe", 1.0)], CHOICES, Reason.TOO_CLOSE, ""),  # none of its words
        ("hộ nghèo có được hỗ trợ không", [("nhan-hieu", 1.0)], CHOICES, Reason.TOO_CLOSE, ""),  # "Có." to another
        ("công ty không có vốn nước ngoài được hỗ trợ gì", [("ngoai", 1.0)], CHOICES, Reason.TOO_CLOSE, ""),  # denied
        ("hộ nghèo áp dụng thế nào", [("ngoai", 1.0)], CHOICES, Reason.TOO_CLOSE, ""),  # "Không" to another
        ("khởi nghiệp", [("vay", 0.07)], UNKNOWN, Reason.TOO_LOW, ""),
        # 8. what another document, edition or place keeps from being spoken
        ("nuôi ong lấy mật", [("xe", 1.0, "must not match"), ("ong", 0.34)], ANSWER, Reason.CONFIDENT, ""),
        ("nuôi ong lấy mật", [("xe", 1.0, "must not match"), ("ong", 0.08)], CHOICES, Reason.UNSURE, ""),
        ("nuôi ong lần thứ 2", [("xe", 1.0, "edition lan thu 2"), ("ong", 0.07)], UNKNOWN, Reason.ENTITY_CONFLICT,
         "lần thứ 2"),
        ("phở bò gia truyền Hà Giang", [("xe", 1.0, "place ha giang"), ("ong", 0.01)], UNKNOWN, Reason.ENTITY_CONFLICT,
         "Hà Giang"),  # before: out of scope
        ("nuôi ong lấy mật", [("ong", 0.07), ("xe", 1.0, OTHER)], UNKNOWN, Reason.TOO_LOW, ""),  # the best is free
    ],
)  # fmt: skip
def test_the_first_reason_that_fits_counts(text, ranked, verdict, reason, detail):
    found = judged(text, *ranked)

    assert (found.verdict, found.reason, found.detail) == (verdict, reason, detail)


@pytest.mark.parametrize(
    ("ranked", "order"),
    [
        pytest.param([("ong", 0.9), ("vay", 0.5)], ["ong", "vay"], id="answer"),
        pytest.param([("xe", 0.9, OTHER), ("ong", 0.8), ("vay", 0.5)], ["ong", "xe", "vay"], id="answer behind a veto"),
        pytest.param([("xe", 0.9, OTHER), ("ong", 0.2), ("vay", 0.1)], ["ong", "xe", "vay"], id="choices"),
        pytest.param([("xe", 0.9, OTHER), ("ong", 0.05)], ["xe", "ong"], id="unknown: as they were ranked"),
    ],
)
def test_what_is_spoken_stands_first_and_nothing_is_lost(ranked, order):
    found = judged("nuôi ong lấy mật cần gì", *ranked)

    assert [candidate.entry for candidate in found.candidates] == order


def test_a_partial_match_names_its_entry_first_and_what_was_asked():
    found = judged(PHONE, ("xe", 0.9, OTHER), ("vay", 0.8), ("ong", 0.7))

    assert [candidate.entry for candidate in found.candidates] == ["vay", "xe", "ong"]
    assert found.asked_for == "contact"


@pytest.mark.parametrize(
    ("confidence", "verdict", "reason"),
    [(0.34, ANSWER, Reason.CONFIDENT), (0.33, UNKNOWN, Reason.TOO_SHORT)],
)
def test_a_vague_word_is_answered_only_where_an_entry_surely_fits(confidence, verdict, reason):
    entries = {"so": ("Sổ", ""), **{key: (f"Sổ {key}", "") for key in ("đỏ", "hộ khẩu", "tiêm", "lương", "hưu")}}

    found = judged("sổ ạ", ("so", confidence), index=an_index(**entries))

    assert (found.verdict, found.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("nghị quyết 68 nói gì", "nghị quyết 68"),
        ("NQ 68 noi gi", "NQ 68"),
        ("nghị quyết 93 nói gì", ""),
        ("nghị quyết nói gì", ""),
        ("nuôi 68 đàn ong", ""),
    ],
)
def test_a_document_that_no_entry_knows(text, named):
    assert named_unknown(prepare(text, BASE), BASE) == named


@pytest.mark.parametrize(
    ("text", "is_little"),
    [
        pytest.param("khởi nghiệp", True, id="a name that several entries say"),
        pytest.param("lớp tập huấn", True, id="three words, side by side in two entries"),
        pytest.param("tập huấn lớp", False, id="never in this order"),
        pytest.param("có được hỗ trợ", False, id="four words"),
        pytest.param("nhãn hiệu", False, id="a name that one entry says"),
        pytest.param("vốn", True, id="a word that several hold"),
        pytest.param("mật", False, id="a word that one holds"),
        pytest.param("thác", False, id="a word that none holds"),
        pytest.param("bao nhiêu lớp", False, id="two entries say it, but it asks for something"),
        pytest.param("Ai được?", False, id="a wording of the base"),
    ],
)
def test_a_name_alone_does_not_say_which_entry_is_meant(text, is_little):
    assert says_too_little(prepare(text, BASE), BASE) is is_little


@pytest.mark.parametrize(("text", "is_little"), [("chè xanh", True), ("xanh lá", True), ("chè xanh lá", False)])
def test_a_name_stands_in_one_piece(text, is_little):
    index = an_index(a=("Chè xanh và xanh lá", ""), b=("Chè xanh hay xanh lá", ""))

    assert says_too_little(prepare(text, index), index) is is_little


@pytest.mark.parametrize(
    ("text", "vague"),
    [("sổ", True), ("sổ ạ", True), ("sổ đỏ", False), ("sổ lương hưu", False), ("dạ", False)],
)
def test_a_word_that_stands_everywhere_is_vague(text, vague):
    """A courtesy that no entry has weighs as a rare word: what it lacks, `names_nothing` sees."""
    assert is_vague(prepare(text, COMMON), COMMON) is vague


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        pytest.param("", True, id="no word"),
        pytest.param("dạ em hỏi", True, id="courtesies"),
        pytest.param("xin cảm ơn", True, id="a courtesy of rare words"),
        pytest.param("là sao", True, id="question words"),
        pytest.param("la sao", True, id="question words without marks"),
        pytest.param("nao", True, id="a question word without marks"),
        pytest.param("não", False, id="its letters with other marks"),
        pytest.param("có được", True, id="function words"),
        pytest.param("b", True, id="one letter"),
        pytest.param("cái thứ 2", True, id="a place in a list"),
        pytest.param("cái thứ 93", True, id="two figures are a place, too"),
        pytest.param("cái thứ 687", False, id="three may name a document"),
        pytest.param("bao nhiêu tiền", True, id="a sum, of nothing"),
        pytest.param("giá bao nhiêu", True, id="a sum in other words"),
        pytest.param("hết hạn", True, id="a day, or how long"),
        pytest.param("dạ cho em hỏi bao nhiêu tiền vậy ạ", True, id="a sum with courtesies"),
        pytest.param("giá bao nhiêu tiền và khi nào", False, id="seven words are not curt"),
        pytest.param("giá mật bao nhiêu tiền", False, id="a sum, of something"),
        pytest.param("thuế bao nhiêu", True, id="another word than that of the base"),
        pytest.param("thuê bao nhiêu", False, id="a word of the base"),
        pytest.param("nghị quyết 93", False, id="a document"),
        pytest.param("Ai được?", False, id="a wording of the base"),
        pytest.param("mật", False, id="a topic"),
    ],
)
def test_what_names_nothing(text, nothing):
    assert names_nothing(prepare(text, BASE), BASE) is nothing


def test_a_document_is_named_even_where_its_kind_reads_as_another_word():
    index = an_index(chi=("Chị Hoa mấy giờ thì đến?", ""))

    assert names_nothing(prepare("chỉ thị", index), index)
    assert not names_nothing(prepare("chỉ thị 93", index), index)
