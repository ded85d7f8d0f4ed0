"""What was typed into a form that was not taken is shown as the form called it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import admin
from admin.page import Role
from admin.typed import label_of, typed
from tests.support.console import a_console

TEMPLATES = Path(admin.__file__).parent / "templates"
# A field of text in a form that is posted: ui.input("note", …), ui.textarea("s" ~ n ~ "-help", …), <textarea name="…">.
FIELD = re.compile(r'ui\.(?:input|textarea)\(([^,]*),|<textarea[^>]* name="([^"]*)"')
SECRET = ("password", "code", "secret")
WORDLESS = {"sample", "on", "find", "at", "file"}  # looked up, counted, or chosen


def fields_of(template):
    for called, written in FIELD.findall(template.read_text(encoding="utf-8")):
        name = written or "".join(re.findall(r'"([^"]*)"', called.replace(" ~ n ~ ", '"0"')))
        name = re.sub(r"\{\{.*?\}\}", "0", name).lstrip("_-") if not called.startswith("n ~") else f"stage_0{name}"
        if name and name.rpartition("-")[2] not in WORDLESS and not any(word in name for word in SECRET):
            yield name


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(path, id=f"{path.parent.name}/{path.name}")
        for path in sorted(TEMPLATES.glob("*/*.html"))
        if 'method="post"' in path.read_text(encoding="utf-8") and path.parent.name not in {"access", "errors"}
    ],
)
def test_every_field_that_people_type_into_has_a_label(template):
    page = template.parent.name
    assert [name for name in fields_of(template) if not label_of(page, name)] == []


def test_fields_that_nobody_types_into_are_not_shown_and_days_are_in_words():
    fields = [
        ("key", "nq93"), ("base", "4"), ("act", "save"), ("button_kind_0", "url"), ("on_expiry", "warn"),
        ("variants", "Một\nHai"), ("button_label_0", "Xem"), ("valid_until", "2026-12-31"), ("owner", " "),
    ]  # fmt: skip

    assert typed("entries", fields) == [
        ("Các cách hỏi khác", "Một\nHai"), ("Nhãn của nút", "Xem"), ("Ngày cuối cùng còn hiệu lực", "31/12/2026"),
    ]  # fmt: skip


async def test_a_form_from_before_the_session_shows_labels_and_keeps_every_field(sqlite_db):
    async with a_console(sqlite_db) as desk:
        browser = await desk.sign_in(Role.EDITOR)
        fields = {"key": "", "base": "0", "question": "Ở đâu?", "act": "save", "on_expiry": "warn", "form_token": "cũ"}
        stale = await browser.post("/admin/entries/edit", fields)
        browser.drop_cookie("hoidap_staff")
        expired = await browser.post("/admin/entries/edit", fields)

    for page, status in ((stale, 403), (expired, 401)):
        assert page.status == status
        shown, _, _ = page.text.replace("\n", "").partition("never")
        assert re.search(r'<span class="form-label">Câu hỏi</span>\s*<textarea[^>]*>Ở đâu\?</textarea>', shown)
        assert 'form-label">key' not in shown
        assert 'form-label">act' not in shown
        for name, value in fields.items():
            if name != "form_token":
                assert f'<input type="hidden" name="{name}" value="{value}">' in page.text
