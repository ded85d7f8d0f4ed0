from __future__ import annotations

import pytest

from knowledge.matching.asking.members import MemberReader
from knowledge.matching.asking.tallies import told, unheld
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import words

READER = MemberReader.of(Lexicon.default())


def sought(question):
    return READER.sought(words(question))


@pytest.mark.parametrize(
    ("question", "kind", "number"),
    [
        pytest.param("tên 2 dự án vào chung kết là gì", "du an", 2, id="names of a number"),
        pytest.param("ke ten 9 san pham nong san", "san pham", 9, id="unmarked"),
        pytest.param("cho tôi xin tên cụ thể của cả 7 dự án đã duyệt", "du an", 7, id="words between"),
        pytest.param("danh sách 37 thủ tục miễn lệ phí", "thu tuc", 37, id="list of a number"),
        pytest.param("Bốn xã tham gia dự án là những xã nào", "commune", 4, id="a number in words, noun repeated"),
        pytest.param("Năm huyện được chọn là những huyện nào", "district", 5, id="five is no year"),
        pytest.param("chín thứ nông sản được quảng bá là những thứ gì", "", 9, id="a noun for anything"),
        pytest.param("hai xã bị dính mã độc là xã nào", "commune", 2, id="noun repeated without plural"),
        pytest.param("5 sản phẩm bị thu hồi là những gì", "san pham", 5, id="only asked by which"),
        pytest.param("những doanh nghiệp nào đã ký hợp đồng", "company", 0, id="several of unknown number"),
        pytest.param("5 sản phẩm bị rút giấy là nhưng sản phẩm nào", "san pham", 5, id="mistyped, or nhg written out"),
        pytest.param("tên các dự án được hỗ trợ", "du an", 0, id="names of several"),
        pytest.param("gồm những hợp tác xã nào", "company", 0, id="consists of"),
        pytest.param("ba cum da co he thong xu ly nuoc thai ten la gi", "cum cong", 3, id="called what"),
        pytest.param("hai sản phẩm OCOP 5 sao tên là gì", "san pham", 2, id="not the last number"),
        pytest.param("xin danh sách doanh nghiệp bị thiệt hại", "company", 0, id="a mere request for a list"),
        pytest.param("chín nông sản được quảng bá gồm những loại nào", "san pham", 9, id="another word for products"),
        pytest.param("sản phẩm nào được công nhận tiêu biểu", "san pham", 0, id="more than one may have been chosen"),
        pytest.param("doanh nghiệp nào ở Trùng Khánh đã nhận tiền", "company", 0, id="chosen, of a place"),
        pytest.param("18 nhiệm vụ gồm những đề tài gì", "nhiem vu", 18, id="another word for tasks"),
    ],
)
def test_whose_members_are_asked_for(question, kind, number):
    assert [(group.noun.kind, group.number) for group in sought(question).members] == [(kind, number)]


@pytest.mark.parametrize(
    "question",
    [
        "tên bà giám đốc là gì",
        "ten ba giam doc la gi",
        "nghị quyết 93 hỗ trợ những hoạt động nào",
        "nq 93 có những loại hỗ trợ nào",
        "năm 2024 có gì mới",
        "danh sách hộ nhận giống dán ở đâu",
        "xã hội có những vấn đề gì",
        "sản phẩm nào đạt 5 sao",
        "xã tôi có 3 hộ muốn vay thì làm sao",
        "một dự án là gì",
        "3 hợp tác xã này có giám đốc tên là gì",
        "hai thôn này trưởng thôn tên gì",
        "xin danh sách hộ được nhận ở đâu",
        "danh sách doanh nghiệp được duyệt khi nào",
        "những doanh nghiệp nào được hưởng nghị quyết 93",
        "nq 93 khong ap dung voi nhung to chuc nao",
        "có dự án nào của tỉnh vào chung kết không",
    ],
)
def test_what_asks_for_no_members(question):
    assert not sought(question).members


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Trạm xanh có bao nhiêu người theo dõi", ["person"]),
        ("một héc-ta chè trồng bao nhiêu cây", ["cay"]),
        ("tram xanh co bao nhieu nguoi theo doi", ["person"]),
        ("kiem tra phat hien bao nhieu phuong tien qua han", []),
        ("hop tac xa co may xa vien", ["person"]),
        ("cuộc thi có bao nhiêu đội đăng ký", ["du an"]),
        ("moi cuoc thi co bao nhieu doi moi", []),
        ("được hỗ trợ bao nhiêu tiền", []),
        ("mất bao nhiêu ngày", []),
        ("bao nhiêu dự án được duyệt", []),
        ("có máy trạm nào không", []),
        pytest.param("mấy xã viên nào được mời", [], id="which of them"),
        ("mấy cán bộ ở xã em bảo rằng tỉnh có chính sách mới cho hợp tác xã, nay em muốn hỏi cách nộp hồ sơ", []),
    ],
)
def test_what_number_is_asked_for(question, kinds):
    """Only of nouns that nothing else stands for; "mấy cán bộ" in a story are some people."""
    assert [noun.kind for noun in sought(question).counted] == kinds


LISTED = "Dự án làm tại 4 xã: Bản Lầu, Lùng Vai, Nậm Chảy và Tả Thàng."


@pytest.mark.parametrize(
    ("question", "answer", "aspect"),
    [
        pytest.param("kể tên 9 sản phẩm", "đã quảng bá 9 sản phẩm, vận hành fanpage", "list", id="only counted"),
        pytest.param("kể tên 3 sản phẩm", "Có 3 sản phẩm: cao atiso, chè và mật ong", "", id="listed"),
        pytest.param("kể tên 3 sản phẩm", "Cao atiso, chè và mật ong là 3 sản phẩm mới", "", id="listed before"),
        pytest.param("kể tên 3 sản phẩm", "3 sản phẩm được chọn:\n- cao atiso\n- chè\n- mật ong", "", id="in lines"),
        pytest.param("kể tên 3 sản phẩm", "Ba sản phẩm được chọn: (1) cao; (2) chè; (3) mật", "", id="numbered"),
        pytest.param("danh sách 48 xã", "thí điểm ở 10 xã, phường; nhân rộng ra 48 xã, phường", "list", id="two sums"),
        pytest.param("xin danh sách hộ được nhận", "danh sách 312 hộ niêm yết ở nhà văn hóa", "", id="posted"),
        pytest.param("xin danh sách hộ được nhận", "cấp cho 312 hộ", "list", id="a mere request"),
        pytest.param("danh sách 37 thủ tục", "37 thủ tục, xem tại https://a.vn", "", id="the list stands elsewhere"),
        pytest.param("4 xã làm dự án là những xã nào", LISTED, "", id="names"),
        pytest.param(
            "4 xã làm dự án là những xã nào", "làm tại 4 xã của huyện Mường Khương và huyện Bát Xát, với 20 phụ nữ",
            "list", id="names of something else",
        ),
        pytest.param("những xã nào làm dự án", LISTED, "", id="names, number not said"),
        pytest.param("hai xã dính mã độc là xã nào", "hai sự cố ở cấp xã, đã khắc phục, xong", "list", id="no name"),
        pytest.param(
            "những doanh nghiệp nào đã ký", "các doanh nghiệp ký 5 hợp đồng chuối, dứa và quế", "list", id="nameless",
        ),
        pytest.param(
            "những doanh nghiệp nào đã ký", "các doanh nghiệp Hương Rừng và Tây Bắc đã ký", "", id="several with names",
        ),
        pytest.param("những hoạt động nào được hỗ trợ", "hỗ trợ mua máy", "", id="of unknown number and noun"),
        pytest.param("loại trừ những doanh nghiệp nào", "không hỗ trợ doanh nghiệp có vốn", "", id="kinds, no names"),
        pytest.param("hợp tác xã nào đã nhận tiền", "hợp tác xã được áp dụng", "list", id="chosen, none is named"),
        pytest.param("hợp tác xã nào đã nhận tiền", "đã chi cho hợp tác xã Bản Qua", "", id="chosen, one is named"),
        pytest.param(
            "ba chỉ tiêu không đạt là những chỉ tiêu nào", "giao 29 chỉ tiêu cho các sở, ngành và xã; 26 chỉ tiêu đạt",
            "list", id="other numbers of the same",
        ),
        pytest.param(
            "hai chỉ tiêu chưa đạt là gì", "17 trên 19 chỉ tiêu. Hai chỉ tiêu chưa đạt là diện tích chè và số lớp", "",
            id="introduced",
        ),
        pytest.param(
            "trong 31 nhiệm vụ có mấy cái về y tế", "có 45 nhiệm vụ: 05 nông thôn, 31 cấp tỉnh, 07 cơ sở, 02 khác",
            "count", id="of a part no more is told",
        ),
        pytest.param(
            "trong 10 chủ thể dự thi thì mấy dự án đi tiếp", "10 chủ thể đăng ký; 9 dự án vào bán kết", "",
            id="of others",
        ),
        pytest.param(
            "trong 45 nhiệm vụ có mấy nhiệm vụ cấp tỉnh", "có 45 nhiệm vụ: 05 nông thôn, 31 cấp tỉnh, 09 khác",
            "", id="parts of the whole",
        ),
        pytest.param(
            "45 nhiệm vụ gồm những nhiệm vụ nào", "có 45 nhiệm vụ: 05 nông thôn, 31 cấp tỉnh, 07 cơ sở, 02 khác",
            "", id="divided",
        ),
        pytest.param(
            "45 nhiệm vụ gồm những nhiệm vụ nào", "quản lý 45 nhiệm vụ, 05 nông thôn miền núi, 31 cấp tỉnh", "list",
            id="divided in part",
        ),
        pytest.param(
            "những chỉ tiêu nào chưa đạt", "17 trên 19 chỉ tiêu. Hai chỉ tiêu chưa đạt là diện tích chè và số lớp", "",
            id="number not said, some are listed",
        ),
        pytest.param("những sản phẩm nào bị rút", "tỉnh rút giấy của 5 sản phẩm", "list", id="only counted, too"),
        pytest.param("nghị quyết 28 loại trừ những hồ sơ nào", "trừ hồ sơ nộp tại quầy", "", id="a document's number"),
        pytest.param("có bao nhiêu người dùng", "có 38.500 tài khoản", "", id="accounts are people"),
        pytest.param("có bao nhiêu người theo dõi", "quảng bá 9 sản phẩm", "count", id="another thing is counted"),
        pytest.param("có bao nhiêu người", "gồm 15 thành viên", "", id="another word for it"),
        pytest.param("có bao nhiêu học viên", "số học viên đạt 47", "", id="number behind the noun"),
        pytest.param("có bao nhiêu xã viên", "HTX đạt doanh thu 8,2 tỷ đồng", "count", id="a sum counts nobody"),
        pytest.param("có bao nhiêu hộ", "cấp cho 5.430 hộ", "", id="thousands"),
    ],
)  # fmt: skip
def test_what_a_text_does_not_hold(question, answer, aspect):
    assert unheld(sought(question), told(answer, READER), frozenset()) == aspect


def test_what_a_wording_asks_for_is_vouched_for():
    question = sought("kể tên 9 sản phẩm")

    assert unheld(question, told("có 9 sản phẩm", READER), question.kinds) == ""
