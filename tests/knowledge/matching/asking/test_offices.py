from __future__ import annotations

import pytest

from knowledge.matching.asking.offices import OfficeReader
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import words

READER = OfficeReader.of(Lexicon.default())


@pytest.mark.parametrize(
    "question",
    [
        "ai làm trưởng ban chỉ đạo đề án",
        "ai la giam doc so",
        "ai giữ chức chủ tịch hội đồng",
        "giám đốc là ai",
        "tổ trưởng là ai",
        "chủ nông trại La Dũng tên gì",
        "truong doan kiem tra cua tinh la ai vay",
        "chủ nhiệm đề tài miến dong là ông nào",
        pytest.param("Chủ tịch do ai làm", id="behind it"),
    ],
)
def test_the_holder_of_an_office_is_asked_for(question):
    assert READER.asks_holder(words(question))


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("những ai được hỗ trợ", id="who is entitled"),
        pytest.param("người được hỗ trợ là ai", id="no office"),
        pytest.param("giám đốc có được hỗ trợ không", id="not asked for"),
        pytest.param("chủ tịch ký nghị quyết cho doanh nghiệp là ai", id="somebody else between"),
        pytest.param("chủ thể OCOP là ai", id="begins like an office"),
        pytest.param("điều trị theo chương trình gì", id="nothing of the kind"),
        pytest.param(
            "em là giám đốc công ty nhỏ ở huyện, hôm trước có gặp đoàn kiểm tra nói cơ sở em chưa đạt chuẩn, giờ em "
            "muốn hỏi giám đốc là ai thì em gặp",
            id="a story",
        ),
    ],
)
def test_no_holder_is_asked_for(question):
    assert not READER.asks_holder(words(question))
