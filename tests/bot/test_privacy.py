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
    ],
)
def test_personal_numbers_are_masked(text, expected):
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "436.000.000 đồng", "436000000 đồng", "43600000đ", "50 000 000", "giai đoạn 2021-2025", "ngày 13/10/2023",
        "13-10-2023", "nq 93/2021/NQ-HĐND", "93/2025/QH15", "kế hoạch 2817/KH-UBND", "số 1234567",
        "5 nội dung, 17 lượt",
    ],
)  # fmt: skip
def test_documents_sums_and_dates_stay(text):
    assert redact(text) == text


@given(st.text(alphabet="0123456789 .-/đa@xn+", max_size=60))
def test_masking_is_idempotent_and_never_fails(text):
    assert redact(redact(text)) == redact(text)
