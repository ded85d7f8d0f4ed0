from __future__ import annotations

import pytest

from knowledge.matching.asking.particulars import ParticularReader, unheld_particular
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import forms

READER = ParticularReader.of(Lexicon.default())
COUNT, AMOUNT, DATE = {"count": 0.8}, {"amount": 0.9}, {"date": 0.9}


@pytest.mark.parametrize(
    ("text", "localities"),
    [
        ("Huyện Văn Bàn có bao nhiêu hộ", {"van ban"}),
        ("tỷ lệ của thành phố Đông Hà là bao nhiêu", {"dong ha"}),
        pytest.param("huyen bao yen co bao nhieu ho", {"bao yen"}, id="without capitals, known to the base"),
        pytest.param("huyen van ban co bao nhieu ho", set(), id="without capitals, known to nobody"),
        pytest.param("xã tôi có bao nhiêu hộ", set(), id="the writer's own"),
        pytest.param("huyện nào nhiều hộ nhất", set(), id="which"),
        pytest.param("nhà em ở xã Đàm Thủy, tỉnh có mấy lớp", set(), id="where the writer lives"),
        pytest.param("kinh phí Xã hội hóa", set(), id="a longer word"),
        pytest.param("bản sao cần mấy tờ", set(), id="a copy"),
    ],
)
def test_places_below_the_province(text, localities):
    assert READER.read(text, frozenset({"bao yen"})).localities == localities


@pytest.mark.parametrize(
    ("text", "peoples", "ranks"),
    [
        ("lớp giảng bằng tiếng Tày", {"tày"}, set()),
        ("47 lớp bằng tiếng Mông và tiếng Dao", {"mông", "dao"}, set()),
        ("bằng tiếng H'Mông", {"mông"}, set()),
        ("người ta nói con dao", set(), set()),
        ("đội nào về nhì", set(), {"second"}),
        ("giai ba duoc bao nhieu tien", set(), {"third"}),
        ("giải bài toán", set(), set()),
    ],
)
def test_peoples_and_ranks(text, peoples, ranks):
    found = READER.read(text)

    assert (found.peoples, found.ranks) == (peoples, ranks)


@pytest.mark.parametrize(
    ("text", "departments"),
    [
        ("giám đốc Sở Y tế là ai", {"y tế"}),
        ("ai lam giam doc so nong nghiep", {"nông nghiệp"}),
        ("Sở KH&CN, Công Thương", {"khoa học"}),
        pytest.param("số y tế xã", set(), id="a number"),
    ],
)
def test_offices_of_the_province(text, departments):
    assert READER.read(text).departments == departments


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Điều 5 khoản 2 ghi gì", {"dieu 5", "khoan 2"}),
        ("dieu 5 nq93 noi gi", {"dieu 5"}),
        ("chương II và phụ lục số 1", {"chuong 2", "phu luc 1"}),
        pytest.param("năm khoản đã chi", set(), id="a number of them"),
        pytest.param("chương vì sao dài", set(), id="no numeral"),
        pytest.param("hỗ trợ khoản 5 triệu", set(), id="a sum"),
        pytest.param("điều kiện gì, chương trình nào", set(), id="longer words"),
    ],
)
def test_clauses_of_a_document(text, clauses):
    assert READER.read(text).clauses == clauses


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("năm 2022 có mấy đề xuất", {"2022"}),
        ("năm 22 có mấy đề xuất", {"2022"}),
        ("nam 2025 dua dien ve bao nhieu thon", {"2025"}),
        ("giai đoạn 2021-2023", {"2021", "2022", "2023"}),
        ("từ năm 2023 đến hết năm 2025", {"2023", "2024", "2025"}),
        ("ngày 22/01/2024", {"2024"}),
        pytest.param("Nghị quyết 93/2021/NQ-HĐND", set(), id="of a document"),
        pytest.param("Kế hoạch 2083", set(), id="a document's number"),
        pytest.param("mỗi năm 20 lớp, một năm 25 triệu", set(), id="numbers a year"),
        pytest.param("trong 5 năm 20 hộ", set(), id="numbers in years"),
        pytest.param("NĂM 2016 ĐẾN NAY", {"2016"}, id="capitals"),
    ],
)
def test_years(text, years):
    assert years <= READER.read(text).years
    assert years or not READER.read(text).years


@pytest.mark.parametrize(
    ("question", "answer", "asked", "aspect"),
    [
        ("giám đốc Sở Y tế là ai", "Giám đốc Sở KH&CN là ông An", DATE, "particular"),
        ("giám đốc sở khoa học là ai", "Giám đốc Sở KH&CN là ông An", DATE, ""),
        pytest.param("có ai ở sở công thương", "gồm các Sở KH&CN, Công Thương", {}, "", id="one of several offices"),
        ("năm 2022 có mấy đề xuất", "năm 2023 có 23 đề xuất", COUNT, "year"),
        ("năm 22 có mấy đề xuất", "năm 2023 có 23 đề xuất", COUNT, "year"),
        ("năm 2023 có mấy đề xuất", "năm 2023 có 23 đề xuất", COUNT, ""),
        pytest.param("năm 2024 mấy lớp", "giai đoạn 2023-2025 mở 47 lớp", COUNT, "", id="a span holds it"),
        pytest.param("năm 2024 mấy lớp", "từ năm 2020 đến nay mở 47 lớp", COUNT, "", id="until now"),
        pytest.param("năm 2024 mấy lớp", "mở 47 lớp", COUNT, "", id="it speaks of no year"),
        pytest.param("năm 2025 được bao nhiêu tiền", "năm 2024 hỗ trợ 20 triệu", AMOUNT, "", id="a rule goes on"),
        pytest.param("năm 2025 họp ngày nào", "họp ngày 10/01/2024", DATE, "", id="dates are judged elsewhere"),
        pytest.param("nghị quyết 93/2020 có mấy nội dung", "năm 2023 có 5 nội dung", COUNT, "", id="of a document"),
        ("Huyện Văn Bàn có bao nhiêu hộ", "5.430 hộ; huyện Bảo Yên có 1.870 hộ", COUNT, "particular"),
        ("Huyện Bảo Yên có bao nhiêu hộ", "5.430 hộ; huyện Bảo Yên có 1.870 hộ", COUNT, ""),
        pytest.param("Huyện BảoYên có mấy hộ", "huyện Bảo Yên có 1.870 hộ", COUNT, "", id="no blank"),
        pytest.param("Huyện Bảo Yênn có mấy hộ", "huyện Bảo Yên có 1.870 hộ", COUNT, "", id="misspelt"),
        pytest.param("xã Văn Bàn được bao nhiêu tiền", "mỗi xã 20 triệu", AMOUNT, "", id="a rule for all places"),
        ("mấy lớp bằng tiếng Tày", "47 lớp bằng tiếng Mông", COUNT, "particular"),
        ("mấy lớp bằng tiếng Mông", "47 lớp bằng tiếng Mông và tiếng Dao", COUNT, ""),
        pytest.param("mấy lớp bằng tiếng Tày", "mở 214 lớp", COUNT, "", id="it speaks of no people"),
        ("đội nào về nhì", "đội Sở Y tế giành giải nhất", {}, "prize"),
        ("giải nhì được bao nhiêu", "giải nhất 50 triệu, giải nhì 30 triệu", AMOUNT, ""),
        ("điều 5 ghi gì", "Nghị quyết quy định 5 nội dung hỗ trợ", {}, "clause"),
        ("điều 5 ghi gì", "Theo Điều 5, mức hỗ trợ là 20 triệu", {}, ""),
        pytest.param("ai đạt giải nhất", "có 16 bài vào chung kết", {}, "", id="it speaks of no rank"),
    ],
)
def test_what_a_text_holds_for_others_only(question, answer, asked, aspect):
    assert unheld_particular(READER.read(question), READER.read(answer), " ".join(forms(answer)), asked) == aspect
