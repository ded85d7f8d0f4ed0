from __future__ import annotations

import pytest

from knowledge.matching.asking.documents import Document
from knowledge.matching.asking.entities import EntityReader, without_numbers
from knowledge.matching.lexicon import Lexicon

READER = EntityReader.of(Lexicon.default())


@pytest.mark.parametrize(
    ("written", "kind", "number", "year", "issuer"),
    [
        pytest.param("nq93 là gì", "nq", 93, 0, "", id="glued"),
        pytest.param("NQ 93/2021", "nq", 93, 2021, "", id="with year"),
        pytest.param("nghị quyết chín ba", "nq", 93, 0, "", id="spoken by digits"),
        pytest.param("nghi quyet chin muoi ba", "nq", 93, 0, "", id="spoken, unmarked"),
        pytest.param("93/2025/QH15", "luat", 93, 2025, "qh", id="law of the assembly"),
        pytest.param("Nghị quyết số 93/2021/NQ-HĐND ngày 10/12/2021", "nq", 93, 2021, "hdnd", id="in full"),
        pytest.param("Nghị quyết 36-NQ/TW", "nq", 36, 0, "tw", id="of the party"),
        pytest.param("kế hoạch 999/KH-UBND", "kh", 999, 0, "ubnd", id="plan"),
        pytest.param("luật 93 nói gì", "luat", 93, 0, "", id="law by number"),
        pytest.param("theo qđ32", "qd", 32, 0, "", id="decision"),
        pytest.param("thông tư 26/2020/TT-BTTTT", "tt", 26, 2020, "", id="circular"),
        pytest.param("nghị quyết mười bảy", "nq", 17, 0, "", id="spoken teens"),
        pytest.param("nghi quyet tam bay", "nq", 87, 0, "", id="unmarked eight is no Chinese three"),
        pytest.param("quyết định sáu trăm tám bảy", "qd", 687, 0, "", id="spoken hundreds, tens left out"),
        pytest.param("kế hoạch hai nghìn tám trăm mười bảy", "kh", 2817, 0, "", id="spoken thousands"),
        pytest.param("quyết định một trăm linh năm", "qd", 105, 0, "", id="spoken with nothing between"),
        pytest.param("có nghị quyết chín ba không", "nq", 93, 0, "", id="spoken before the asking word"),
        pytest.param(
            "nghị quyết số 93 năm 2021", "nq", 93, 0, "", id="a year behind, which may be that of the results"
        ),
        pytest.param("NQ số 93 ngày 10/12/2021", "nq", 93, 0, "", id="a date behind"),
        pytest.param("nghị quyết 36 của Bộ Chính trị", "nq", 36, 0, "tw", id="body in words"),
        pytest.param("nghị quyết 36 năm 2023 của HĐND tỉnh", "nq", 36, 0, "tinh", id="body of the province"),
    ],
)
def test_a_document_number_in_any_spelling(written, kind, number, year, issuer):
    (document,) = READER.read(written).documents

    assert (document.kind, document.number, document.year, document.issuer) == (kind, number, year, issuer)


@pytest.mark.parametrize(
    "written",
    [
        "kế hoạch năm 2024",
        "kế hoạch ba năm tới",
        "luật 93 năm",
        "kh 20 triệu",
        "ISO 9001",
        "nộp đơn ngày 12/3",
        "hỗ trợ 17 lượt",
        "luật doanh nghiệp",
        "",
        "93",
    ],
)
def test_what_is_no_document_number(written):
    assert READER.read(written).documents == ()


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(Document(number=93, kind="nq"), Document(number=93, kind="nq", year=2021), True, id="less given"),
        pytest.param(
            Document(number=93, kind="nq", year=2021), Document(number=93, kind="luat", year=2025), False, id="other"
        ),
        pytest.param(Document(number=87), Document(number=687), False, id="other number"),
        pytest.param(Document(number=93, issuer="tw"), Document(number=93, issuer="hdnd"), False, id="other issuer"),
        pytest.param(
            Document(number=93, issuer="tinh"), Document(number=93, issuer="hdnd"), True, id="of the province"
        ),
        pytest.param(Document(number=36, issuer="tinh"), Document(number=36, issuer="tw"), False, id="of the centre"),
    ],
)
def test_two_numbers_fit_when_nothing_given_differs(left, right, expected):
    assert left.fits(right) is expected
    assert right.fits(left) is expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("lần thứ XIX", {19}),
        ("lần thứ nhất", {1}),
        ("lan 2", {2}),
        ("lần thứ nhất và lần 2", {1, 2}),
        pytest.param("Lần bình chọn sản phẩm thứ bảy khi nào", {7}, id="words between"),
        pytest.param("lần này họp vào thứ bảy", set(), id="a Saturday"),
        pytest.param("lần họp thứ mấy", set(), id="which"),
        ("nhiều lần", set()),
    ],
)
def test_editions(written, expected):
    assert READER.read(written).editions == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("tỉnh Bắc Kạn", {"bac kan"}),
        ("bac can", {"bac kan"}),
        ("sài gòn", {"ho chi minh"}),
        ("hòa bình", {"hoa binh"}),
        ("xã hội", set()),
    ],
)
def test_places(written, expected):
    assert READER.read(written).places == expected


def test_the_year_of_a_document_is_not_left_to_be_taken_for_a_date():
    assert "2021" not in without_numbers("theo Nghị quyết 93/2021/NQ-HĐND")
