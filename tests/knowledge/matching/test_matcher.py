from __future__ import annotations

import time
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.large import hard_questions
from knowledge.matching.judging.confidence import ConfidencePolicy
from knowledge.matching.matcher import Matcher
from knowledge.matching.model import Context, Reason, Verdict
from knowledge.snapshot import PublishedEntry
from tests.knowledge.matching.conftest import starter_entries

WORDINGS = st.lists(
    st.sampled_from(
        (
            "thả diều",
            "sáo",
            "nuôi ong",
            "bạc hà",
            "trồng hồi",
            "quế",
            "vay",
            "cá tầm",
            "thuê xe lu",
            "rừng thông",
            "suối",
        )
    ),
    min_size=3,
    max_size=8,
    unique=True,
).map(" ".join)
SLOW = 0.05  # seconds of computing that no question may need
FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def took(matcher, text) -> float:
    """Return the seconds this thread computed, whatever else the machine does."""
    begun = time.thread_time()
    matcher.match(text)
    return time.thread_time() - begun


def quickest(matcher, text) -> float:
    return min(took(matcher, text) for _ in range(4))


def an_entry(key="moi", question="Nuôi cá tầm nước lạnh ở đâu?", answer="", **more) -> PublishedEntry:
    return PublishedEntry(key=key, question=question, answer=answer, **more)


@pytest.mark.parametrize(
    ("asked", "entry"),
    [
        pytest.param("Nghị quyết 93 hỗ trợ những hoạt động nào?", "nq93-noi-dung", id="word for word"),
        pytest.param("nghi quyet 93 ho tro nhung hoat dong nao", "nq93-noi-dung", id="no marks"),
        pytest.param("NGHỊ QUYẾT 93 HỖ TRỢ NHỮNG HOẠT ĐỘNG NÀO", "nq93-noi-dung", id="capitals"),
        pytest.param("kết quả hđ của mạng lưới cố vấn ntn", "tot-ket-qua", id="teencode"),
        pytest.param("qđ 687 iso 9001 áp dụng cho ai", "qd687-iso", id="document number"),
        pytest.param("kees hoachj 2817 laf gif", "cuoc-thi-lan-1", id="Telex residue"),
    ],
)
def test_answers(calibrated, asked, entry):
    found = calibrated.match(asked)

    assert found.verdict is Verdict.ANSWER
    assert found.candidates[0].entry == entry


@pytest.mark.parametrize(
    ("asked", "verdict", "reason"),
    [
        pytest.param("!!!!", Verdict.UNKNOWN, Reason.TOO_SHORT, id="nothing to read"),
        pytest.param("", Verdict.UNKNOWN, Reason.TOO_SHORT, id="empty"),
        pytest.param("cách nấu bún bò huế ngon", Verdict.UNKNOWN, Reason.OUT_OF_SCOPE, id="cooking"),
        pytest.param(
            "phó giám đôc sở khoa học là ai", Verdict.PARTIAL, Reason.ASPECT_NOT_COVERED, id="marks no syllable has"
        ),
        pytest.param(
            "vì saoo doanh nghiệp vốn nước ngoài bị loại khỏi nghị quyết 93",
            Verdict.PARTIAL,
            Reason.ASPECT_NOT_COVERED,
            id="mistyped question word",
        ),
        pytest.param(
            "năm 22 có bn đề xuất đặt hàng nhiệm vụ khcn", Verdict.PARTIAL, Reason.ASPECT_NOT_COVERED, id="another year"
        ),
        pytest.param("kế hoạch 999/KH-UBND", Verdict.UNKNOWN, Reason.ENTITY_UNKNOWN, id="no such plan"),
        pytest.param("luật 93 nói gì về khởi nghiệp", Verdict.UNKNOWN, Reason.ENTITY_UNKNOWN, id="resolution, not law"),
        pytest.param(
            "số điện thoại mạng lưới cố vấn khởi nghiệp", Verdict.PARTIAL, Reason.ASPECT_NOT_COVERED, id="no contact"
        ),
    ],
)
def test_reasons_for_not_answering(calibrated, asked, verdict, reason):
    found = calibrated.match(asked)

    assert (found.verdict, found.reason) == (verdict, reason)


def test_a_partial_match_names_what_is_missing(calibrated):
    found = calibrated.match("số điện thoại mạng lưới cố vấn khởi nghiệp")

    assert found.detail == "contact"
    assert found.candidates[0].entry == "tot-cao-bang"


@pytest.mark.parametrize("asked", ["nq93 den khi nao het han", "nghị quyết 93 áp dụng đến năm nào"])
def test_the_day_a_document_was_issued_is_not_its_end(calibrated, asked):
    found = calibrated.match(asked)

    assert (found.verdict, found.detail) == (Verdict.PARTIAL, "validity")


def test_an_unknown_document_is_named_as_it_was_written(calibrated):
    assert calibrated.match("nghị quyết 68 về kinh tế tư nhân").detail == "nghị quyết 68"


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("nghị quyết 93/2022/NQ-HĐND", id="another year of a number that others name without a year"),
        pytest.param("nghị quyết 36 của HĐND tỉnh", id="another body, in words"),
        pytest.param("nghị quyết 93 của Chính phủ", id="the government, not the council"),
        pytest.param("nghị quyết 57 là gì", id="a number that the base knows nowhere"),
        pytest.param("kế hoạch 999 là gì", id="a plan"),
        pytest.param("chương trình số 5 là gì", id="a programme, by its number"),
    ],
)
def test_a_document_that_the_base_does_not_know_is_said_to_be_unknown(calibrated, asked):
    assert calibrated.match(asked).reason is Reason.ENTITY_UNKNOWN


def test_a_question_for_two_documents_is_for_either(calibrated):
    found = calibrated.match("nq93 và nq87 khác nhau chỗ nào")

    assert not found.candidates[0].veto


def test_an_entry_with_both_spellings_of_its_document_takes_no_other_year():
    entries = [
        an_entry("a", "Nghị quyết 12 quy định gì?", answer="Nghị quyết 12/2022/NQ-HĐND quy định học phí."),
        an_entry("b", "Nghị quyết 12/2019/NQ-HĐND là gì?", answer="Về phí chợ."),
    ]

    assert Matcher.build(entries).match("nghị quyết 12/2020 là gì").reason is Reason.ENTITY_UNKNOWN


@pytest.mark.parametrize(
    ("asked", "entry"),
    [
        ("quyết định sáu trăm tám bảy áp dụng cho ai", "qd687-iso"),
        ("ke hoach hai tam muoi bay la gi", "cuoc-thi-lan-1"),
        ("qđ687/qđ-ubnd là gì", "qd687-iso"),
        ("nghị quyết số 93 năm 2021 của HĐND tỉnh là gì", "nq93-tong-quan"),
    ],
)
def test_a_document_is_found_as_people_say_it(calibrated, asked, entry):
    found = calibrated.match(asked)

    assert (found.verdict, found.candidates[0].entry) == (Verdict.ANSWER, entry)


@pytest.mark.parametrize(
    "asked", ["có", "dạ em hỏi", "cho hỏi", "giúp mình với ạ", "khi nào", "ở đâu vậy", "cái thứ 2", "ai được", "là sao"]
)
def test_what_names_nothing_is_asked_for_however_well_an_entry_fits(calibrated, asked):
    assert calibrated.match(asked).reason is Reason.TOO_SHORT


def test_a_wording_of_the_base_is_never_too_short():
    asked = Matcher.build([an_entry("a", "Ai được?"), an_entry("b", "Nuôi ong thế nào?")]).match("ai duoc")

    assert (asked.verdict, asked.candidates[0].entry) == (Verdict.ANSWER, "a")


def test_another_edition_is_no_answer(calibrated):
    found = calibrated.match("Cuộc thi khởi nghiệp đổi mới sáng tạo tỉnh lần thứ 2 tổ chức khi nào")

    assert found.verdict is not Verdict.ANSWER


def test_another_province_is_no_answer(calibrated):
    found = calibrated.match("Tỉnh Bắc Kạn có tổ chức cuộc thi khởi nghiệp không?")

    assert found.verdict is not Verdict.ANSWER
    assert any(candidate.veto.startswith("place") for candidate in found.candidates)


def test_confidences_are_probabilities_and_the_best_stands_first(calibrated):
    candidates = calibrated.match("hỗ trợ khởi nghiệp").candidates

    assert len(candidates) == 5
    assert all(0.0 <= candidate.confidence <= 1.0 for candidate in candidates)
    assert [candidate.score for candidate in candidates] == sorted((c.score for c in candidates), reverse=True)


def test_the_trace_says_what_was_read(matcher):
    explanation = "\n".join(matcher.match("nq93 hoox trowj gì").explanation)

    assert "read: nghi quyet 93 ho tro gi" in explanation
    assert "document: nq 93" in explanation
    assert "telex: hoox -> ho" in explanation
    assert "verdict:" in explanation


def test_an_empty_base_knows_nothing():
    assert Matcher.build([]).match("nghị quyết 93").verdict is Verdict.UNKNOWN


def test_a_base_of_questions_alone_is_never_partial():
    alone = Matcher.build([an_entry("a", "Trung tâm khởi nghiệp ở đâu?"), an_entry("b", "Nuôi ong lấy mật thế nào?")])

    assert alone.match("số điện thoại trung tâm khởi nghiệp").verdict is not Verdict.PARTIAL
    assert alone.match("trung tam khoi nghiep o dau").candidates[0].entry == "a"


def test_the_document_of_an_entry_names_it_where_its_wordings_do_not():
    first = an_entry("a", "Mức hỗ trợ khởi nghiệp là bao nhiêu?", document="93/2021/NQ-HĐND")
    second = an_entry("b", "Mức hỗ trợ khởi nghiệp hiện nay là bao nhiêu?", document="12/2024/NQ-HĐND")
    matcher = Matcher.build([first, second, an_entry("c", "Nuôi ong lấy mật thế nào?")])

    asked = "mức hỗ trợ khởi nghiệp theo nghị quyết {} là bao nhiêu"

    assert matcher.match(asked.format("93")).candidates[0].entry == "a"
    assert matcher.match(asked.format("12")).candidates[0].entry == "b"


def test_what_staff_declare_uncovered_is_partial(entries):
    (entry,) = [known for known in entries if known.key == "techfest-2024"]
    declared = PublishedEntry(
        key="x", question="Techfest có giải thưởng gì không?", answer=entry.answer, not_covered=("prize",)
    )

    found = Matcher.build([declared, *entries]).match("Techfest có giải thưởng gì không?")

    assert (found.verdict, found.detail) == (Verdict.PARTIAL, "prize")


def test_what_an_entry_must_not_match_is_vetoed():
    guarded = an_entry("a", "Đăng ký nhãn hiệu ở đâu?", must_not_match=("Đăng ký khai sinh ở đâu?",))

    found = Matcher.build([guarded, an_entry("b", "Nuôi cá tầm thế nào?")]).match("đăng ký khai sinh ở đâu")

    assert found.verdict is not Verdict.ANSWER
    assert found.candidates[0].veto == "must not match"


@FEW
@given(wording=WORDINGS)
def test_an_exact_wording_is_answered_by_its_entry(matcher, wording):
    found = matcher.with_entry(an_entry(question=wording)).match(wording)

    assert (found.verdict, found.candidates[0].entry) == (Verdict.ANSWER, "moi")


@FEW
@given(wording=WORDINGS)
def test_an_unrelated_entry_never_changes_a_confident_answer(matcher, wording):
    larger = matcher.with_entry(an_entry(question=wording))

    for asked in ("nghi quyet 93 ap dung cho ai", "mô hình trạm xanh là gì", "giám đốc sở khoa học và công nghệ"):
        before, after = matcher.match(asked), larger.match(asked)
        if before.verdict is Verdict.ANSWER:
            assert after.candidates[0].entry == before.candidates[0].entry


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.randoms(use_true_random=False))
def test_the_order_of_entries_never_matters(matcher, entries, order):
    shuffled = list(entries)
    order.shuffle(shuffled)
    other = Matcher.build(shuffled)

    for asked in ("ho tro khoi nghiep", "kết quả kiểm tra đo lường", "xyz"):
        assert other.match(asked) == matcher.match(asked)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=200))
def test_any_text_is_matched_without_error_and_either_normal_form_alike(matcher, text):
    found = matcher.match(text)

    assert matcher.match(unicodedata.normalize("NFD", text)).candidates == found.candidates


def test_a_changed_entry_is_live_at_once(matcher):
    larger = matcher.with_entry(an_entry(question="Nuôi cá tầm ở hồ Thang Hen"))
    changed = larger.with_entry(an_entry(question="Trồng hồi ở Trùng Khánh"))
    smaller = larger.without_entry("moi")

    assert larger.match("nuoi ca tam o ho thang hen").candidates[0].entry == "moi"
    assert changed.match("trong hoi o trung khanh").candidates[0].entry == "moi"
    assert changed.match("nuoi ca tam o ho thang hen").verdict is not Verdict.ANSWER
    assert "moi" not in smaller.index.positions


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("hong k dc hs cn tt vs " * 60, id="every word ambiguous"),
        pytest.param("nq1 " * 300, id="many document numbers"),
        pytest.param("xqz wvk " * 200, id="nothing known"),
        pytest.param("a" * 100_000, id="one endless word"),
        pytest.param("93/2021/" * 200, id="slashes"),
        pytest.param("nghị quyết " * 200, id="one phrase again and again"),
        pytest.param("lần thứ " * 300, id="ordinals"),
        pytest.param("😀" * 1000, id="emoji"),
        pytest.param("\u0301" * 1000, id="marks without letters"),
    ],
)
def test_no_input_is_slow(matcher, text):
    assert quickest(matcher, text) < SLOW


@pytest.mark.parametrize("kind", dict.fromkeys(kind for kind, _ in hard_questions(starter_entries())))
def test_no_text_of_the_base_itself_is_slow_however_it_is_typed(matcher, entries, kind):
    for text in [text for known, text in hard_questions(entries) if known == kind][:3]:
        assert quickest(matcher, text) < SLOW


@pytest.mark.parametrize(
    "lines", [pytest.param("5 xã gồm:\n", id="lists"), pytest.param("- Bản sao 2 giấy tờ của 3 người:\n", id="dossier")]
)
def test_no_text_of_an_entry_is_slow_to_be_read(lines):
    full = lines * (20_000 // len(lines))
    entry = PublishedEntry(key="a", question="Người tham gia lớp ra sao?", answer="Tại 5 xã.", answer_full=full)
    fresh = Matcher.build([entry])

    assert took(fresh, "có bao nhiêu người tham gia lớp") < 10 * SLOW


def test_many_questions_that_are_not_its_own_cost_little(entries):
    forbidden = tuple(f"chuyện khác thứ {number} của nghị quyết 93" for number in range(200))
    crowded = Matcher.build([replace(entry, must_not_match=forbidden) for entry in entries])

    assert quickest(crowded, "nghị quyết 93 hỗ trợ những hoạt động nào của tỉnh") < SLOW


def test_the_first_question_after_loading_waits_for_nothing(entries):
    fresh = Matcher.build(entries)
    (_, text), *_ = hard_questions(entries)

    assert took(fresh, text) < SLOW


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.lists(st.sampled_from((*"abcdeghiklmnopqrstuvxyđơưăâêô0123456789 /-.,?",)), max_size=1_000).map("".join))
def test_no_random_text_is_slow(matcher, text):
    assert quickest(matcher, text) < SLOW


@pytest.mark.parametrize(
    ("asked", "context", "verdict", "entry"),
    [
        pytest.param(
            "bao nhiêu tiền", Context(entry="nong-trai-la-dung"), Verdict.ANSWER, "nong-trai-la-dung", id="held"
        ),
        pytest.param("số điện thoại?", Context(entry="isee-covid"), Verdict.PARTIAL, "isee-covid", id="not held"),
        pytest.param(
            "thế còn hợp tác xã?", Context(entry="nq93-doi-tuong"), Verdict.ANSWER, "nq93-hop-tac-xa", id="other topic"
        ),
        pytest.param(
            "khi nào", Context(entry="techfest-2024"), Verdict.ANSWER, "techfest-2024", id="of it, not of any"
        ),
        pytest.param("ở đâu vậy", Context(entry="nong-trai-la-dung"), Verdict.ANSWER, "nong-trai-la-dung", id="place"),
        pytest.param("khi nào", Context(entry="nq93-doi-tuong"), Verdict.ANSWER, "nq93-ban-hanh", id="same document"),
        pytest.param("tên gì", Context(entry="giam-doc-so"), Verdict.ANSWER, "giam-doc-so", id="what it asks itself"),
        pytest.param("cần hồ sơ gì", Context(entry="nq93-doi-tuong"), Verdict.PARTIAL, "nq93-doi-tuong", id="not told"),
        pytest.param(
            "bao giờ hết hạn",
            Context(entry="nq93-tong-quan"),
            Verdict.PARTIAL,
            "nq93-tong-quan",
            id="its day is no end",
        ),
        pytest.param(
            "vậy nộp ở đâu", Context(entry="nq93-so-huu-tri-tue"), Verdict.PARTIAL, "nq93-so-huu-tri-tue", id="no place"
        ),
        pytest.param(
            "thời tiết hà nội", Context(entry="nq93-doi-tuong"), Verdict.UNKNOWN, "", id="nothing to do with it"
        ),
        pytest.param(
            "ban hanh ngay nao",
            Context(entry="nq36-cong-nghe-sinh-hoc"),
            Verdict.ANSWER,
            "nq36-cong-nghe-sinh-hoc",
            id="its day, not that of the document most ask for",
        ),
        pytest.param("ban hành ngày nào", Context(entry="nq87-du-toan"), Verdict.PARTIAL, "nq87-du-toan", id="no day"),
        pytest.param("ai được hưởng", Context(entry="nq87-du-toan"), Verdict.PARTIAL, "nq87-du-toan", id="for whom"),
        pytest.param("hỗ trợ những gì", Context(entry="nq87-du-toan"), Verdict.PARTIAL, "nq87-du-toan", id="for what"),
        pytest.param(
            "ai được hưởng", Context(entry="nq93-tong-quan"), Verdict.ANSWER, "nq93-doi-tuong", id="told next"
        ),
        pytest.param(
            "hợp tác xã có được hỗ trợ không",
            Context(entry="nq87-du-toan"),
            Verdict.ANSWER,
            "nq93-hop-tac-xa",
            id="a subject of its own",
        ),
        pytest.param(
            "the con hop tac xa",
            Context(entry="nq93-noi-dung"),
            Verdict.ANSWER,
            "nq93-hop-tac-xa",
            id="the akin choice",
        ),
        pytest.param(
            "cá nhân thì sao", Context(entry="nq93-hop-tac-xa"), Verdict.ANSWER, "nq93-hop-tac-xa", id="told already"
        ),
        pytest.param(
            "nội dung gì",
            Context(entry="hoi-thao-tac-dong-xa-hoi"),
            Verdict.ANSWER,
            "hoi-thao-tac-dong-xa-hoi",
            id="what the last one is asked for",
        ),
        pytest.param(
            "thế ai là giám đốc",
            Context(entry="trung-tam-khoi-nghiep"),
            Verdict.PARTIAL,
            "trung-tam-khoi-nghiep",
            id="no head of another body",
        ),
        pytest.param("có mất phí ko", Context(entry="isee-covid"), Verdict.PARTIAL, "isee-covid", id="shortened words"),
        pytest.param(
            "bao nhiêu %", Context(entry="nq93-uom-tao"), Verdict.PARTIAL, "nq93-uom-tao", id="a share by its sign"
        ),
        pytest.param(
            "nộp ở đâu", Context(entry="nq93-hop-tac-xa"), Verdict.PARTIAL, "nq93-hop-tac-xa", id="not told by its kin"
        ),
        pytest.param(
            "ai tổ chức", Context(entry="khoi-nghiep-xanh"), Verdict.ANSWER, "khoi-nghiep-xanh", id="told in its words"
        ),
        pytest.param(
            "được bao nhiêu tiền",
            Context(entry="nq93-so-huu-tri-tue"),
            Verdict.PARTIAL,
            "nq93-so-huu-tri-tue",
            id="its sum, not the sum of all",
        ),
        pytest.param("ai đứng đầu", Context(entry="tot-cao-bang"), Verdict.PARTIAL, "tot-cao-bang", id="no head told"),
        pytest.param(
            "cho ai", Context(entry="nq93-noi-dung"), Verdict.ANSWER, "nq93-doi-tuong", id="its kin is asked for whom"
        ),
        pytest.param("cho ai", Context(entry="tot-cao-bang"), Verdict.PARTIAL, "tot-cao-bang", id="no kin is"),
        pytest.param(
            "mức bao nhiêu", Context(entry="nq93-uom-tao"), Verdict.PARTIAL, "nq93-uom-tao", id="the amount in short"
        ),
    ],
)
def test_follow_ups(calibrated, asked, context, verdict, entry):
    found = calibrated.match(asked, context=context)

    assert found.verdict is verdict
    assert not entry or found.candidates[0].entry == entry


def test_context_never_changes_what_is_answerable_alone(calibrated):
    asked = "Mô hình Trạm xanh Cao Bằng là gì?"

    assert calibrated.match(asked, context=Context(entry="isee-covid")) == calibrated.match(asked)


def test_two_questions_in_one_message_are_told_apart(calibrated):
    assert calibrated.split("Trạm xanh là gì? Giám đốc Sở Khoa học và Công nghệ là ai?") == (
        "Trạm xanh là gì?",
        "Giám đốc Sở Khoa học và Công nghệ là ai?",
    )


def test_a_mere_name_asks_none_of_the_questions_that_are_not_covered(calibrated):
    assert calibrated.match("nhãn hiệu").reason is not Reason.ASPECT_NOT_COVERED


@pytest.mark.parametrize("text", ["so sánh nghị quyết 93 với nghị quyết 87", "khac nhau giua nq93 va nq87"])
def test_who_compares_two_documents_is_offered_both(calibrated, text):
    found = calibrated.match(text)

    assert found.verdict is Verdict.CHOICES
    assert {candidate.entry.split("-")[0] for candidate in found.candidates[:2]} == {"nq93", "nq87"}
    assert len({candidate.entry for candidate in found.candidates}) == len(found.candidates)


def test_a_document_told_with_another_is_no_comparison(calibrated):
    assert calibrated.match("Kế hoạch thực hiện Nghị quyết 36-NQ/TW là gì").verdict is Verdict.ANSWER


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        pytest.param("doanh nghiệp có được hỗ trợ không", Verdict.CHOICES, id="so many are asked of enterprises"),
        pytest.param("cong ty duoc ho tro gi khong", Verdict.CHOICES, id="without marks"),
        pytest.param("hợp tác xã có được hỗ trợ không", Verdict.ANSWER, id="few are asked of cooperatives"),
        pytest.param("doanh nghiệp được ươm tạo có được hỗ trợ không", Verdict.ANSWER, id="what for"),
    ],
)
def test_a_yes_is_for_what_tells_its_entry_from_others(calibrated, text, verdict):
    assert calibrated.match(text).verdict is verdict


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("trạm xanh là gì và đặt ở đâu", ("trạm xanh là gì", "đặt ở đâu"), id="the second has no answer"),
        pytest.param("tram xanh la gi va dat o dau", ("tram xanh la gi", "dat o dau"), id="without marks"),
        pytest.param("A ai? B gì? À?", ("A ai?", "B gì?"), id="question marks"),
        pytest.param("hợp tác xã và cá nhân có được không", (), id="the first asks nothing"),
        pytest.param("Ai?", (), id="one word"),
    ],
)
def test_questions_of_a_message_without_regard_to_their_answers(calibrated, text, parts):
    assert calibrated.questions(text) == parts


def test_two_sure_questions_are_answered_however_sure_the_whole_seems(calibrated):
    first, second = "Nghị quyết 93 áp dụng cho ai", "hỗ trợ theo hình thức nào"

    assert calibrated.split(f"{first} và {second}") == (first, second)


@pytest.mark.parametrize(
    "text", ["Hợp tác xã và cá nhân có được hỗ trợ không?", "", "trạm xanh là gì, xin cảm ơn nhiều"]
)
def test_one_question_stays_whole(calibrated, text):
    assert calibrated.split(text) == (text,)


FAMILY = [
    an_entry("khai-sinh", "Làm giấy khai sinh cho bé ở đâu?", variants=("Khai sinh cho con cần giấy tờ gì?",)),
    an_entry("ket-hon", "Đăng ký kết hôn ở đâu?", variants=("Kết hôn cần giấy tờ gì?",)),
    an_entry("dat-dai", "Cấp sổ đỏ cho đất ở mất bao lâu?", variants=("Cần giấy tờ gì để làm sổ đỏ?",)),
]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Khai sinh cho con cần giấy tờ gì", id="a child is no joining word"),
        pytest.param("khai sinh cho con can giay to gi", id="nor is it without marks"),
        pytest.param("Làm giấy khai sinh ở đâu? Cần giấy tờ gì?", id="the second leans on the first"),
    ],
)
def test_one_question_is_not_cut_in_two(text):
    matcher = Matcher.build(FAMILY, policy=ConfidencePolicy(answer_at=0.05, certainty=0.0))

    assert matcher.split(text) == (text,)


def test_two_questions_are_cut_at_a_question_mark(calibrated):
    first, second = "Nghị quyết 93 hỗ trợ những hoạt động nào?", "Cuộc thi khởi nghiệp lần 1 tổ chức khi nào?"

    assert calibrated.split(f"{first} {second}") == (first, second)


def test_a_synonym_is_found_behind_an_abbreviation_and_a_misspelling():
    """Other words for the same thing are looked up in what was meant."""
    matcher = Matcher.build(FAMILY)

    assert matcher.match("cấp giấy cn qsdd bao lâu").candidates[0].entry == "dat-dai"
    assert matcher.match("bìa đỏ mất bao lâuu").candidates[0].entry == "dat-dai"


@pytest.mark.parametrize(
    ("asked", "detail"),
    [
        pytest.param("Nghị quyết 99/2021 là gì ạ", "Nghị quyết 99/2021", id="an unknown document"),
        pytest.param("nq85 có gì", "nq85", id="glued to its number"),
        pytest.param("Ở Tuyên Quang hỗ trợ khởi nghiệp thế nào?", "Tuyên Quang", id="another province"),
    ],
)
def test_what_is_unknown_is_named_as_it_was_typed(calibrated, asked, detail):
    assert calibrated.match(asked).detail == detail


def test_a_single_word_that_several_entries_hold_is_asked_back(calibrated):
    found = calibrated.match("thi")

    assert found.verdict is Verdict.CHOICES


def test_who_gives_a_number_does_not_ask_for_one(calibrated):
    """Personal data are masked before the matcher sees the text."""
    plain = calibrated.match("nghị quyết 93 hỗ trợ ai")
    given = calibrated.match("sdt của em là [phone], email [email], nghị quyết 93 hỗ trợ ai")

    assert plain.verdict is not Verdict.PARTIAL
    assert given.asked_for == plain.asked_for


@pytest.mark.parametrize("text", ["khởi nghiệp", "hỗ trợ vốn cho hợp tác xã", "gia xang hom nay", "cố vấn giúp gì"])
def test_no_candidate_is_surer_than_one_that_ranks_above_it(calibrated, text):
    sure = [candidate.confidence for candidate in calibrated.match(text).candidates if not candidate.veto]

    assert sure == sorted(sure, reverse=True)


@pytest.mark.parametrize(
    "text",
    [
        "Doanh nghiệp mang hàng đi triển lãm công nghệ ở Hà Nội để tìm thị trường thì tỉnh có hỗ trợ không?",
        "cong ty di cho cong nghe thai nguyen tim thi truong thi tinh co ho tro khong",
    ],
)
def test_another_province_where_something_happens_does_not_stand_against_our_own(calibrated, text):
    best = calibrated.match(text).candidates[0]

    assert best.entry == "nq93-xuc-tien-thi-truong"
    assert not best.veto


@pytest.mark.parametrize("text", ["hỗ trợ", "khoi nghiep", "nghị quyết 93", "sở khoa học", "trung tâm"])
def test_what_only_names_a_subject_of_several_entries_is_asked_back(calibrated, text):
    found = calibrated.match(text)

    assert (found.verdict, found.reason) == (Verdict.CHOICES, Reason.TOO_CLOSE)


@pytest.mark.parametrize(("text", "key"), [("trạm xanh", "tram-xanh"), ("giám đốc sở", "giam-doc-so")])
def test_the_name_of_one_entry_is_answered(calibrated, text, key):
    found = calibrated.match(text)

    assert (found.verdict, found.candidates[0].entry) == (Verdict.ANSWER, key)


@pytest.mark.parametrize("asked", ["thuế", "thuế khởi nghiệp"])
def test_another_word_of_the_same_letters_is_not_taken_for_one_of_the_base(calibrated, asked):
    """The base speaks of hiring ("thuê"), and of no tax."""
    assert calibrated.match(asked).verdict is not Verdict.ANSWER
    assert calibrated.match("thuê chuyên gia khởi nghiệp").verdict is Verdict.ANSWER


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("có phải nộp thuế không", id="tax is no hiring"),
        pytest.param("tư vấn về thuế cho startup", id="nor is advice on tax"),
        pytest.param("trường học có được hỗ trợ không", id="a school is no market"),
        pytest.param("chuyên gia nước ngoài có được hỗ trợ không", id="a foreign expert is no foreign capital"),
        pytest.param("xuất khẩu ra nước ngoài có được hỗ trợ không", id="nor is export"),
        pytest.param("đăng ký mã vạch có được hỗ trợ không", id="a barcode is no trademark"),
        pytest.param("khi nào có lớp tập huấn", id="yes is no day"),
    ],
)
def test_yes_and_no_are_said_of_what_the_entry_speaks_of(calibrated, asked):
    assert calibrated.match(asked).verdict is not Verdict.ANSWER


@pytest.mark.parametrize("asked", ["không hiểu", "được bao nhiêu tiền", "hồ sơ gồm những gì", "lệ phí bao nhiêu"])
def test_what_names_nothing_is_asked_back(calibrated, asked):
    found = calibrated.match(asked)

    assert (found.verdict, found.reason) == (Verdict.UNKNOWN, Reason.TOO_SHORT)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        pytest.param("qđ 687 ngày ban hành", "qd687-iso", id="no number of days"),
        pytest.param("quyết định 32 ngày nào ban hành", "qd32-dinh-muc-thong-tin", id="nor here"),
        pytest.param("nghị quyết 93 do thủ tướng ban hành à", "nq93-ban-hanh", id="supposed to be another body's"),
    ],
)
def test_a_known_document_is_recognised(calibrated, asked, key):
    assert calibrated.match(asked).candidates[0].entry == key


@pytest.mark.parametrize(
    "asked", ["hướng dẫn 5 bước đăng ký nhãn hiệu", "chương trình 5 sao ocop", "kế hoạch 2024 của sở khoa học là gì"]
)
def test_what_may_be_no_document_is_not_said_to_be_unknown(calibrated, asked):
    assert calibrated.match(asked).reason is not Reason.ENTITY_UNKNOWN


def test_two_questions_parted_by_a_comma(calibrated):
    assert len(calibrated.split("hợp tác xã được hỗ trợ không, fdi được hỗ trợ không")) == 2


@pytest.mark.parametrize(
    "asked", ["kiem dinh dong ho nuoc bao nhieu tien", "hỗ trợ bao nhiêu tiền khi thuê chuyên gia"]
)
def test_entries_that_all_lack_what_is_asked_are_no_choice(calibrated, asked):
    found = calibrated.match(asked)

    assert (found.verdict, found.detail) == (Verdict.PARTIAL, "amount")


def test_a_last_sentence_that_names_nothing_is_not_read_by_itself(calibrated):
    told = "Em soạn công văn nên cần dẫn cho đúng. Cuộc thi khởi nghiệp của tỉnh lần đầu theo kế hoạch số mấy?"

    found = calibrated.match(f"{told} Ký ngày nào thì ghi giúp em luôn.")

    assert found.candidates[0].entry == "cuoc-thi-lan-1"


@pytest.mark.parametrize("asked", ["htx được vay bao nhiêu tiền theo nq 93", "một htx được bao nhiêu tiền theo nq93"])
def test_what_one_may_borrow_or_get_is_not_the_total_paid(calibrated, asked):
    found = calibrated.match(asked)

    assert (found.verdict, found.candidates[0].entry) == (Verdict.PARTIAL, "nq93-ket-qua")


def test_a_question_that_names_nothing_is_of_what_was_spoken_of_though_others_could_be_offered(shipped):
    assert shipped.match("để làm gì").verdict is Verdict.CHOICES

    found = shipped.match("để làm gì", context=Context(entry="techfest-2024"))

    assert (found.verdict, found.candidates[0].entry) == (Verdict.PARTIAL, "techfest-2024")


@pytest.mark.parametrize(
    "asked",
    ["techfest 2024 có chỗ đỗ xe không", "vậy techfest 2024 có livestream không", "thế techfest 2024 có livestream ko"],
)
def test_what_is_not_told_of_a_topic_that_is_named_is_not_told_in_a_talk_either(shipped, asked):
    found = shipped.match(asked, context=Context(entry="nq93-doi-tuong"))

    assert (found.verdict, found.candidates[0].entry) == (Verdict.PARTIAL, "techfest-2024")
