from __future__ import annotations

import pytest

from knowledge.matching.asking.wants import WantReader
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import words

READER = WantReader.of(Lexicon.default())


def sought(question, asked=()):
    return READER.sought(words(question), asked)


@pytest.mark.parametrize(
    ("question", "want"),
    [
        ("hội chợ lần sau tổ chức ở đâu", "later"),
        ("bao giờ mở khóa tiếp theo", "later"),
        ("dot toi co bao nhieu lop", "later"),
        ("Huyện nào bị thiệt hại nặng nhất", "rank"),
        ("thuy dien nao lon nhat tinh", "rank"),
        pytest.param("nhà máy nào phát nhiều điện nhất trong năm", "rank", id="words between"),
        ("đơn vị nào đứng đầu bảng xếp hạng", "rank"),
        pytest.param("cơ quan nào đứng đầu bảng xếp hạng", "rank", id="behind a word that asks for no district"),
        ("tỉnh mình xếp thứ mấy", "rank"),
        ("vì sao doanh nghiệp nước ngoài bị loại", "reason"),
        ("tai sao khong duoc ho tro", "reason"),
        ("nộp hồ sơ ở đâu", "site"),
        ("nop cho phong nao cua So", "site"),
        ("phiên chợ mở ở xã nào", "commune"),
        ("huyen nao duoc chon", "district"),
        ("hội nghị họp ở tỉnh nào", "province"),
        ("cách đăng ký đưa sản phẩm lên sàn", "steps"),
        ("làm sao để nộp hồ sơ", "steps"),
        ("dang ky the nao", "steps"),
        ("chủ tịch nào ký nghị quyết", "signer"),
        ("ke hoach 96 ai ky", "signer"),
        ("ai là giảng viên các lớp", "signer"),
        ("hai dự án này của ai", "owner"),
        ("kinh phí lấy từ đâu", "source"),
        ("ai được giải cuộc thi", "winner"),
        ("doi nao doat giai nam nay", "winner"),
        ("trước ông Khoa thì ai làm giám đốc", "former"),
        ("chính sách nào khác cho doanh nghiệp", "others"),
        ("doanh thu tang bao nhieu", "growth"),
        ("sở nào trình nghị quyết này", "proposer"),
        ("cho em xem ảnh trạm xanh", "picture"),
        ("cuộc thi mấy năm tổ chức một lần", "frequency"),
        ("ban chi dao hop may lan mot nam", "frequency"),
        ("trang trại có tuyển người không", "vacancy"),
        ("quyết định này thay cho văn bản nào", "replaced"),
        ("nghị quyết này có thay văn bản cũ không", "replaced"),
        ("muon lam co van can bang cap gi", "fitness"),
        ("gói hỗ trợ gồm những máy gì", "contents"),
        ("co nhan them thanh vien khong", "vacancy"),
        ("hồ sơ của em tới đâu rồi", "status"),
        ("dự án có làm tiếp không", "later"),
    ],
)
def test_what_is_wanted(question, want):
    assert want in sought(question)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("bước tiếp theo là gì", id="the next step"),
        pytest.param("dự án làm đến đâu rồi", id="how far something has come"),
        pytest.param("các năm tiếp theo được hỗ trợ bao nhiêu", id="the years of a rule"),
        pytest.param("cơ cấu giải nhất", id="a prize"),
        pytest.param("ai được giải quyết hồ sơ", id="begins like a prize"),
        pytest.param("cuộc thi lần thứ nhất", id="the first"),
        pytest.param("mức hỗ trợ cao nhất là bao nhiêu", id="a limit"),
        pytest.param("được mức nào cao nhất", id="a level"),
        pytest.param("trường hợp nào được hỗ trợ nhiều nhất là bao nhiêu", id="a limit behind 'nào'"),
        pytest.param("nộp ngày nào muộn nhất", id="a deadline"),
        pytest.param("dự án nào mới nhất", id="the latest"),
        pytest.param("đội nào được hạng cao lần thứ nhất", id="the first time"),
        pytest.param("quy định nào có mức cao thống nhất", id="agreed"),
        pytest.param("em da dang ky sau thoi han", id="unmarked, to register"),
        pytest.param("khoa toi co bao nhieu sinh vien", id="unmarked, my faculty"),
        pytest.param("cách đây ba năm tôi nộp giấy rồi", id="ago"),
        pytest.param("ông nào đứng đầu Sở", id="who heads an office"),
        pytest.param("làm sao lại mất tiền", id="a story"),
        pytest.param("hợp tác xã nào được hỗ trợ", id="a cooperative is no commune"),
        pytest.param("huyện nào cũng được à", id="any district"),
        pytest.param("chuyen giao cho dia phuong nao", id="unmarked, any place"),
        pytest.param("mo hinh nong thon nao", id="unmarked, the countryside"),
        pytest.param("đoàn thể cấp tỉnh nào đã ký", id="of the province"),
        pytest.param("cơ quan nào ban hành", id="an office"),
        pytest.param("văn bản nào quy định", id="a document"),
        pytest.param("quy trình thực hiện như thế nào", id="a mere 'how'"),
        pytest.param("đơn vị nào ký thỏa thuận", id="which office signed"),
        pytest.param("tin này từ đâu", id="no money"),
        pytest.param("nghị quyết 93 áp dụng ở đâu", id="where a rule applies"),
        pytest.param("trước ông bà em làm ruộng", id="forebears"),
        pytest.param("Trạm xanh là của ai", id="whose a thing is, not whose name"),
    ],
)
def test_what_wants_nothing_of_the_kind(question):
    assert not sought(question, {"date"})


@pytest.mark.parametrize(
    ("question", "asked", "wants"),
    [
        ("hội nghị năm sau tổ chức ngày nào", {"date", "day"}, {"later"}),
        pytest.param("năm sau em mở lớp ngày nào cũng được chứ", {"date"}, set(), id="the writer's own plans"),
        pytest.param("năm sau được hỗ trợ bao nhiêu", {"amount"}, set(), id="a rule goes on"),
        pytest.param("phiên chợ tiếp theo có được không", {"yes_no"}, set(), id="no day is asked for"),
    ],
)
def test_next_year_is_wanted_where_a_day_is_asked_for(question, asked, wants):
    assert sought(question, asked) == wants


def test_a_long_story_wants_nothing():
    assert not sought(" ".join(["nhà em có việc"] * 6) + " vì sao lại thế")


@pytest.mark.parametrize(
    ("want", "answer", "is_held"),
    [
        ("later", "Hội nghị diễn ra ngày 10/01/2025 tại Nhà khách tỉnh", False),
        ("later", "Dự kiến năm tới mở thêm 5 lớp", True),
        ("later", "Hội chợ tổ chức hằng năm", True),
        ("rank", "thiệt hại khoảng 54 tỷ đồng; 186 trạm mất điện", False),
        ("rank", "Kỳ bình chọn lần thứ nhất, thống nhất danh sách duy nhất", False),
        ("rank", "nhiều nhất là về rác thải", True),
        ("rank", "Thành phố dẫn đầu với 91%", True),
        ("rank", "Tính mới 30 điểm, khả thi 35 điểm, đội ngũ 15 điểm", True),
        ("reason", "Không. Các chính sách không áp dụng đối với doanh nghiệp có vốn nước ngoài", False),
        ("reason", "Cuộc thi do Trung ương Đoàn tổ chức, do tỉnh chủ trì", False),
        ("reason", "không đạt do nhu cầu giảm", True),
        ("reason", "nhằm khuyến khích đổi mới sáng tạo", True),
        ("site", "Chương trình bình ổn thị trường có 14 doanh nghiệp đăng ký, dự trữ 210 tỷ đồng", False),
        ("site", "Thành lập 01 Trung tâm khởi nghiệp là nhiệm vụ trọng tâm", False),
        ("site", "quy định trên địa bàn tỉnh theo Kế hoạch của UBND tỉnh", False),
        ("site", "Bài viết không nêu hạn nộp hồ sơ. Kế hoạch của UBND tỉnh", False),
        ("site", "Ủy ban nhân dân cấp xã nơi cư trú", True),
        ("site", "Gửi hồ sơ về Sở Khoa học và Công nghệ", True),
        ("site", "diễn ra tại Quảng trường 19-8", True),
        ("commune", "5 phiên chợ tại các xã biên giới", False),
        ("commune", "mở tại xã Bản Khoang", True),
        ("district", "làm các cơ sở công nghiệp thiệt hại 54 tỷ đồng", False),
        ("district", "gồm Bảo Lạc và Bảo Lâm", True),
        ("province", "quy mô 260 gian hàng", False),
        ("province", "ngành KH&CN Cao Bằng chủ trì", True),
        ("steps", "Sàn giới thiệu 1.150 sản phẩm của 312 cơ sở", False),
        ("steps", "Truy cập cổng dịch vụ công", True),
        ("signer", "Nghị quyết của Hội đồng nhân dân tỉnh quy định một số chính sách", False),
        ("signer", "Chủ tịch Nguyễn Văn Nam ký", True),
        ("signer", "bà Nông Thị Hiền", True),
        ("owner", "Có 2 dự án vào chung kết chương trình", False),
        ("owner", "dự án của hợp tác xã Bản Qua", True),
        ("source", "tổ chức 5 phiên chợ, thu hút 12.000 lượt người", False),
        ("source", "bằng ngân sách tỉnh", True),
        ("former", "Giám đốc Sở là ông Bế Đăng Khoa", False),
        ("former", "ông An, nguyên Giám đốc Sở", True),
        ("others", "Không áp dụng đối với doanh nghiệp có vốn nước ngoài", False),
        ("others", "Ngoài ra còn được vay vốn", True),
        ("growth", "khai vấn cho 36 chủ thể", False),
        ("growth", "doanh thu tăng 12%", True),
        pytest.param(
            "reason", "khong ap dung doi voi doanh nghiep nuoc ngoai", True, id="nothing is told without marks"
        ),
    ],
)
def test_what_a_text_may_satisfy(want, answer, is_held):
    assert (want in READER.held(answer)) is is_held


def test_what_is_said_to_be_missing():
    assert READER.unheld({"commune"}, ()) == "locality"
    assert READER.unheld({"commune"}, {"commune"}) == ""
    assert READER.unheld((), ()) == ""
