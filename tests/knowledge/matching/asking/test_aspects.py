from __future__ import annotations

import pytest

from knowledge.matching.asking.aspects import AspectReader
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import words

READER = AspectReader.of(Lexicon.default())


@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        pytest.param("hỗ trợ bao nhiêu tiền", "amount", id="amount"),
        pytest.param("le phi het bao nhieu", "fee", id="fee, unmarked"),
        pytest.param("nộp vào ngày nào", "date", id="date"),
        pytest.param("hạn nộp hồ sơ", "deadline", id="deadline"),
        pytest.param("mất bao lâu", "duration", id="duration"),
        pytest.param("địa chỉ trung tâm", "address", id="address"),
        pytest.param("nằm ở đâu", "place", id="place"),
        pytest.param("link tải mẫu", "link", id="link"),
        ("tải nghị quyết 93 ở đâu", "link"),
        ("xem toan van nghi quyet o dau", "link"),
        pytest.param("nghị quyết hết hiệu lực khi nào", "validity", id="validity"),
        pytest.param("tổng vốn là bao nhiêu tỷ", "amount", id="billions"),
        pytest.param("phi kiem dinh mot cai can la bao nhieu", "amount", id="a sum, asked for at the end"),
        pytest.param("số điện thoại cố vấn", "contact", id="contact"),
        pytest.param("hồ sơ gồm những gì", "dossier", id="dossier"),
        pytest.param("mẫu đơn đề nghị", "form", id="form"),
        pytest.param("giải thưởng cuộc thi", "prize", id="prize"),
        pytest.param("bao nhiêu phần trăm", "percent", id="percent"),
        ("kế hoạch ban hành ngày nào", "day"),
        ("ai đại diện Trường ký thỏa thuận", "name"),
        ("bao giờ thì lắp xong", "date"),
        ("cửa khẩu mở cửa lúc mấy giờ", "hour"),
        ("họp vào giờ nào", "hour"),
        ("trung tam co lam thu 7 khong", "hour"),
        ("nghị quyết này ra năm bao nhiêu", "date"),
        ("có mất phí giao dịch không", "fee"),
        ("tư vấn có thu phí không", "fee"),
        ("thực hiện cần bao nhiêu kinh phí", "amount"),
        ("pho giam doc so la ai", "deputy"),
    ],
)
def test_what_an_answer_must_hold(question, aspect):
    assert aspect in READER.asked(words(question)).strict


@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        ("techfest là gì", "definition"),
        ("bao nhiêu dự án", "count"),
        ("ai phụ trách", "person"),
        ("tổng số tiền đã chi cho bao nhiêu dự án", "count"),
    ],
)
def test_what_is_asked_without_being_insisted_on(question, aspect):
    asked = READER.asked(words(question))

    assert aspect in asked.weights
    assert aspect not in asked.strict


@pytest.mark.parametrize(
    "question", ["tai nghi quyet 93 quy dinh gi", "hỗ trợ phương tiện vận tải", "quy định tại nghị quyết nào"]
)
def test_what_only_looks_like_downloading_asks_for_no_link(question):
    assert "link" not in READER.asked(words(question)).weights


@pytest.mark.parametrize(
    ("answer", "is_held"),
    [("Mẫu đơn tải về tại https://portal.example/mau-don", True), ("Nghị quyết ban hành tại Cao Bằng.", False)],
)
def test_a_link_is_held_where_something_can_be_opened(answer, is_held):
    assert READER.holds("link", answer) is is_held


def test_a_number_of_other_things_is_no_sum():
    assert "amount" not in READER.asked(words("tiền đã chi cho bao nhiêu dự án")).strict


@pytest.mark.parametrize(
    "question",
    [
        "đã hỗ trợ bao nhiêu dự án",
        "ho tro may du an",
        "hỗ trợ bao nhiêu dn",
        "được hỗ trợ tối đa mấy lần",
        "đóng bao nhiêu video",
    ],
)
def test_a_cue_for_a_sum_before_a_thing_asks_how_many_there_are(question):
    asked = READER.asked(words(question))

    assert "count" in asked.weights
    assert not asked.strict


@pytest.mark.parametrize("question", ["hỗ trợ bao nhiêu cho một dự án", "hỗ trợ bao nhiêu", "ho tro bao nhieu moi lop"])
def test_a_sum_may_be_for_a_thing(question):
    assert "amount" in READER.asked(words(question)).strict


@pytest.mark.parametrize("question", ["có được giải quyết không", "được đánh giá từ khá trở lên", "cho may du an"])
def test_a_cue_within_another_word_asks_for_nothing(question):
    assert not READER.asked(words(question)).strict


def test_a_cue_of_one_syllable_is_sure_where_marks_are_set():
    source = words("hợp tác xã được vay không")

    assert "loan" not in READER.asked(source).strict
    assert "loan" in READER.asked(source, [4]).strict


def test_the_number_of_a_document_is_no_telephone_number():
    assert "contact" not in READER.asked(words("chien luoc nam trong ke hoach so may")).strict


def test_part_of_another_word_is_no_cue():
    """ "tham gia" ends in the folded word for price."""
    assert not READER.asked(words("ai tham gia")).strict & {"fee"}
    assert "fee" not in READER.asked(words("bsa to chuc gi cb tham gia")).strict


@pytest.mark.parametrize(
    ("aspect", "text", "expected"),
    [
        ("amount", "tổng số tiền hơn 436 triệu đồng", True),
        ("amount", "hỗ trợ tài chính trực tiếp", False),
        ("date", "ban hành ngày 10/12/2021", True),
        ("date", "được tổ chức theo kế hoạch", False),
        ("date", "chiến lược đến năm 2030", True),
        ("day", "chiến lược đến năm 2030", False),
        ("day", "ban hành ngày 10/12/2021", True),
        ("day", "tổ chức vào tháng 8/2024", True),
        ("deputy", "Giám đốc Sở là đồng chí Bế Đăng Khoa", False),
        ("day", "mùng 5 tháng giêng", True),
        ("day", "chậm nhất 09/2024", True),
        ("day", "cho trẻ 18 tháng tuổi, mong anh/chị thông cảm", False),
        ("day", "1-2 doanh nghiệp, 10-15 triệu đồng, năm 2025-26", False),
        ("day", "điểm thứ hai là quy mô, đạt 2/3 số phiếu", False),
        ("deputy", "Phó Giám đốc Sở phụ trách", True),
        ("deputy", "UBND thành phố ban hành, phổ ban đầu, thành phố trưởng thành", False),
        ("contact", "gọi 0206 3852 123", True),
        ("contact", "gồm 15 thành viên", False),
        ("percent", "hỗ trợ 50%", True),
        ("name", "Giám đốc Sở là đồng chí Bế Đăng Khoa", True),
        ("name", "do chị Hồ Thị Lan làm tổ trưởng", True),
        ("name", "Lê Quang Thuận, Giám đốc Sở, cho biết", True),
        ("name", "Sở ký thỏa thuận với Trường Đại học Công nghệ thông tin", False),
        ("name", "nhóm học sinh Trường THPT chuyên Lê Quý Đôn", False),
        ("name", "anh chị em nông dân được hỗ trợ", False),
        ("dossier", "Đơn đề nghị, bản sao căn cước và ảnh 3x4", True),
        ("dossier", "hồ sơ nộp trực tiếp gồm hợp đồng và biên bản", True),
        ("dossier", "mang theo giấy chứng nhận khi đến", True),
        ("dossier", "nộp sổ hộ khẩu tại UBND xã", True),
        ("dossier", "Giấy chứng nhận OCOP có giá trị 36 tháng", False),
        ("dossier", "hộ có hợp đồng tiêu thụ từ 3 năm trở lên", False),
        ("dossier", "Chỉ thị số 09/CT-UBND yêu cầu cấp chữ ký số", False),
        ("dossier", "tiếp nhận 214.300 hồ sơ trực tuyến", False),
        ("duration", "trong 5 ngày làm việc", True),
        ("hour", "được công bố từ ngày 20/9/2024", False),
        ("hour", "từ 7 giờ 30 đến 21 giờ", True),
        ("hour", "trong giờ hành chính", True),
        ("hour", "mở cửa 8:00", True),
        ("unheard-of", "", True),
    ],
)
def test_whether_a_text_holds_an_aspect(aspect, text, expected):
    assert READER.holds(aspect, text) is expected
