"""Guides for tests: sensible as they are, with the parts that matter to the test given by name."""

from __future__ import annotations

from knowledge.eligibility.model import Guide
from knowledge.transfer import starter_file

QUOTE = "Nghị quyết áp dụng với doanh nghiệp có từ 10 lao động."
YES_NO = ({"key": "co", "label": "Có"}, {"key": "khong", "label": "Không"})


def is_(step, choice="co"):
    return {"kind": "is", "step": step, "choice": choice}


def at_least(step, value):
    return {"kind": "at_least", "step": step, "value": value}


def a_step(key="moi", **overrides):
    return {"key": key, "question": f"Câu hỏi {key}?", "choices": YES_NO} | overrides


def a_number(key="lao-dong", **overrides):
    return {"key": key, "kind": "number", "question": "Bao nhiêu lao động?", "unit": "người"} | overrides


def a_rule(when, ruling="may_qualify", **overrides):
    return {"when": when, "ruling": ruling, "clause": "Điều 2", "quote": QUOTE, "confirm": ("Xem hồ sơ.",)} | overrides


def a_guide(**overrides) -> Guide:
    """A guide with one yes-or-no question."""
    fields = {
        "key": "thu",
        "title": "Kiểm tra thử",
        "article": "bai-viet",
        "steps": (a_step(),),
        "rules": (a_rule(is_("moi")),),
        "otherwise": ("Cán bộ xem lại.",),
        "outcomes": {"may_qualify": "Có thể.", "not_covered": "Không thuộc.", "ask_staff": "Cần xác nhận."},
    }
    return Guide.model_validate(fields | overrides)


def starter_guide() -> Guide:
    return next(guide for guide in starter_file().guides if guide.key == "nq93")
