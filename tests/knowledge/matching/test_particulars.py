from __future__ import annotations

import pytest

from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import forms
from knowledge.matching.particulars import ParticularReader, unheld_particular

READER = ParticularReader.of(Lexicon.default())
COUNT, AMOUNT = {"count": 0.8}, {"amount": 0.9}


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
    ("question", "answer", "asked", "aspect"),
    [
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
        pytest.param("ai đạt giải nhất", "có 16 bài vào chung kết", {}, "", id="it speaks of no rank"),
    ],
)
def test_what_a_text_holds_for_others_only(question, answer, asked, aspect):
    assert unheld_particular(READER.read(question), READER.read(answer), " ".join(forms(answer)), asked) == aspect
