"""Everything that the doctor can say has its words in the console."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from admin.findings import in_words, told
from bot.channel import Finding
from webhooks.whatsapp import errors as whatsapp
from webhooks.zalo import errors as zalo

ROOT = Path(__file__).parents[2]
CHECKS = [ROOT / "admin/doctor.py", ROOT / "admin/inspection.py", *sorted(ROOT.glob("webhooks/*/channel.py"))]
# parts of a sentence that is put together from them
PARTS = {"x; x rest on no article"}


def sample(node: ast.expr) -> str | None:
    """Return a text with its blanks filled, None when it is no literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
    return None


def said(path: Path) -> set[tuple[str, str]]:
    """Return what a module says in findings: literals given as, or named, subject, message or hint."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    given = [
        (keyword.arg, keyword.value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Finding"
        for keyword in call.keywords
    ]
    named = [
        (target.id, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    found = {(name, sample(value)) for name, value in given + named if name in {"subject", "message", "hint"}}
    return {(name, text) for name, text in found if text}


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_sentence_of_a_check_has_its_words(path):
    missing = [
        text
        for name, text in said(path)
        if text not in PARTS | {"zalo"} and in_words(text, "subject" if name == "subject" else "said") is None
    ]

    assert not missing, "admin/wording/findings.vi.toml: add a line for each"


@pytest.mark.parametrize("reason", sorted({*zalo._OURS.values(), *whatsapp._OURS.values()}))
def test_every_refusal_of_a_platform_has_its_words(reason):
    assert in_words(reason)


def test_what_was_filled_in_stays_and_is_told_in_words_itself():
    assert (
        in_words("49 entries, version 3; 2 rest on no article")
        == "49 mục, lần xuất bản 3; 2 mục không dựa trên bài viết nào"
    )
    assert in_words("Zalo -216: The access token is invalid.") == "Zalo -216: Mã truy cập không hợp lệ."


def test_what_has_no_words_is_shown_as_the_doctor_said_it():
    shown = told(Finding(subject="zalo", ok=False, message="Something new.", hint="Try again later."))

    assert (shown.message, shown.hint, shown.is_translated) == ("Something new.", "Try again later.", False)
