"""What is masked before anything is stored, and what must stay readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gọi em 0912 345 678 nhé", "gọi em [phone] nhé"),
        ("sđt 0912345678", "sđt [phone]"),
        ("+84 912 345 678", "[phone]"),
        ("028.3822.1234", "[phone]"),
        ("gọi 0912    345    678 nhé", "gọi [phone] nhé"),
        ("0912 / 345 / 678", "[phone]"),
        ("cccd 004012345678 mst 4800123456 check hộ", "cccd [number] mst [number] check hộ"),
        ("stk 19034567890123 tcb", "stk [number] tcb"),
        ("mail a.b+c@so.gov.vn nhé", "mail [email] nhé"),
        ("gọi em theo số 0912345678nhé", "gọi em theo số [phone] nhé"),
        ("sđt0987654321 ạ", "sđt [phone] ạ"),
        ("zalo0987.654.321nha", "zalo [phone] nha"),
        ("0987 654 321đ/c Lan", "[phone] đ/c Lan"),
        ("84912345678ạ", "[phone] ạ"),
        ("gọi 84 912 345 678", "gọi [phone]"),
        ("cccd 004 085 001 234", "cccd [number]"),
        ("cccd004085001234 ạ", "cccd [number] ạ"),
        ("em là Lan 004.085.001.234nhé", "em là Lan [number] nhé"),
        ("cmnd 085 123 456", "cmnd [number]"),
        ("CMND của em là 145 123 456 ạ", "CMND của em là [number] ạ"),
        ("căn cước công dân số: 245.123.456", "căn cước công dân số: [number]"),
        ("stk19034567890123tcb", "stk [number] tcb"),
        ("hộ chiếu P12345678", "hộ chiếu P [number]"),
        ("0912345678-0987654321", "[number]"),
        ("cccd-004085001234, gọi 0912,345,678", "cccd-[number], gọi [number]"),
        ("cccd 004085001234 50 triệu", "cccd [number] 50 triệu"),
        ("004085001234 đồng chí Lan", "[number] đồng chí Lan"),
        ("số không chín tám bảy sáu năm bốn ba hai một nhé", "số [phone] nhé"),
        ("so khong chin mot hai, ba bon nam sau bay tam", "so [phone]"),
        ("gọi 0 chín 8 bảy 6 năm 4 ba 2 một", "gọi [phone]"),
        ("căn cước không không bốn không tám năm không không một hai ba bốn", "căn cước [number]"),
    ],
)
def test_personal_numbers_are_masked(text, expected):
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "436.000.000 đồng", "436000000 đồng", "43600000đ", "50 000 000", "giai đoạn 2021-2025", "ngày 13/10/2023",
        "13-10-2023", "nq 93/2021/NQ-HĐND", "93/2025/QH15", "kế hoạch 2817/KH-UBND", "số 1234567",
        "5 nội dung, 17 lượt", "1.200.000 đồng", "11.200.000 đồng", "120 000 000 000 đ", "84.912.345.678 đồng",
        "vốn 84 912 345 678 đồng", "20000000m2 đất", "15000000kwh", "50000000tr", "300000000k",
        "tài khoản phải có 500 000 000 đồng", "cmnd cũ có vay được 50 000 000 không", "hồ sơ 000.00.16.H14-240101-0001",
        "vốn không năm triệu", "nghị quyết chín ba không", "một hai ba bốn năm sáu bảy tám chín",
        "NQ93/2021/NQ-HĐND", "QĐ2817/QĐ-UBND ngày13/10/2023nhé", "năm2021-2025", "mã số 1234567nhé",
    ],
)  # fmt: skip
def test_documents_sums_and_dates_stay(text):
    assert redact(text) == text


@given(st.text(alphabet="0123456789 .-/đa@xn+", max_size=60))
def test_masking_is_idempotent_and_never_fails(text):
    assert redact(redact(text)) == redact(text)
