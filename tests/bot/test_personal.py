"""Names and addresses of persons are masked in what staff look through; everything else stays readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.personal import impersonal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "em là Hoàng Văn Thụ, ở 12 phố Kim Đồng, cho em hỏi vay vốn ở đâu",
            "em là [name], ở [address], cho em hỏi vay vốn ở đâu",
        ),
        ("Tôi là Nông Thị Hoa muốn hỏi về hồ sơ", "Tôi là [name] muốn hỏi về hồ sơ"),
        ("tên em là Bế Văn A.", "tên em là [name]."),
        ("em tên là Lý Thị Mai Anh ạ", "em tên là [name] ạ"),
        ("mình tên Triệu Mùi", "mình tên [name]"),
        ("Họ và tên: Nguyễn Văn Bình, SĐT 0912345678", "Họ và tên: [name], SĐT [phone]"),
        ("tôi là ông Đàm Văn Đức", "tôi là ông [name]"),
        ("em là NGUYỄN VĂN A Cho em hỏi", "em là [name] Cho em hỏi"),
        ("em la Nguyen Van An hoi ve vay von", "em la [name] hoi ve vay von"),
        ("tên là Trần Phú ở xã Hòa An", "tên là [name] ở xã Hòa An"),
        ("nhà em ở số nhà 12 phố Kim Đồng, phường Thục Phán", "nhà em ở [address], phường Thục Phán"),
        ("em ở số 5/12 ngõ 3 đường Pác Bó ạ", "em ở [address] ạ"),
        ("địa chỉ: 12A đường 3/10 nhé", "địa chỉ: [address] nhé"),
        ("số nhà 12, tổ 3", "[address], tổ 3"),
        ("số nhà 12 phố kim đồng", "[address] phố kim đồng"),
    ],
)
def test_names_and_addresses_of_persons_are_masked(text, expected):
    assert impersonal(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "em là sinh viên", "tôi là hợp tác xã", "em là người Tày", "tôi là Giám đốc Công ty Hoàng Gia",
        "Tôi là Hợp tác xã Nông nghiệp Đông Khê", "em là Đoàn Thanh niên xã", "mình là Cao Bằng Startup",
        "tôi là Nông Dân ở Hà Quảng", "em là Trưởng Phòng Kinh Tế", "em là Mai", "toi la Dang Vien",
        "TÔI LÀ HÀ VĂN HAI MUỐN HỎI", "công ty tên là gì", "Hoàng Văn Thụ là ai", "phố Hoàng Văn Thụ ở đâu",
        "đường dây nóng 12 đường nào", "từ năm 2024 đường Pác Bó có gì", "có 2 đường Hồ Chí Minh à",
        "nghị quyết số 93 đường lối gì", "kế hoạch 2817/KH-UBND", "Sở Khoa học và Công nghệ ở đâu",
        "quyết định số 12 phố đi bộ", "dự án 5 phố nghề", "tôi là chủ hộ kinh doanh, hỗ trợ 50 triệu",
    ],
)  # fmt: skip
def test_what_is_not_surely_a_person_stays(text):
    assert impersonal(text) == text


@given(st.text(alphabet="ABCaàlmNguyễnHoàng ơ1239/,.:[]namephố đườngsốnhàtêniêm\n", max_size=80))
def test_masking_is_idempotent_and_never_fails(text):
    assert impersonal(impersonal(text)) == impersonal(text)
