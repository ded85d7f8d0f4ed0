"""Each trouble is one click away from being mended."""

from __future__ import annotations

from datetime import date

import pytest

from admin.page import Role
from knowledge import history, store, transfer
from knowledge.learning import make_matcher
from knowledge.schema import TermItem
from tests.support.builders import NOW, a_file, an_article_item, an_entry_item
from tests.support.console import a_console

SHARED = "Nộp hồ sơ ở đâu?"


@pytest.fixture
async def desk(db):
    file = a_file(
        an_entry_item(key="a", question=SHARED, variants=(), answer="Nộp tại 30 phố Cũ.", valid_until=date(2024, 5, 1)),
        an_entry_item(key="b", question="Lệ phí là bao nhiêu?", variants=(SHARED,), answer="Không thu phí."),
        articles=(an_article_item(),),
        terms=(
            TermItem(term="KHX", meaning="kế hoạch xã", kind="abbreviation"),
            TermItem(term="KHX", meaning="khởi nghiệp xanh", kind="abbreviation"),
        ),
    )
    await transfer.apply(db, file, NOW)
    async with a_console(db, make_matcher=make_matcher) as running:
        yield running


async def test_every_trouble_leads_to_the_field_where_it_is_mended(desk):
    browser = await desk.sign_in(Role.EDITOR)

    page = await browser.get("/admin/problems")

    assert "<mark>30</mark>" in page.text
    assert "/admin/entries/edit?key=a#f-answer" in page.text
    assert "/admin/entries/edit?key=a#f-valid_until" in page.text
    assert "/admin/entries/edit?key=b#f-variants" in page.text
    assert "KHX: kế hoạch xã; khởi nghiệp xanh" in page.text
    assert "Tạm ngưng</button>" not in page.text


async def test_an_approver_suspends_what_has_expired(desk):
    browser = await desk.sign_in(Role.APPROVER)

    done = await browser.post("/admin/problems/suspend", {"key": "a"}, follow=True)

    assert "Đã tạm ngưng mục a." in done.text
    assert "a" not in desk.feed.current.snapshot.entries


async def test_a_stray_wording_is_taken_out_in_a_draft(desk):
    browser = await desk.sign_in(Role.EDITOR)

    done = await browser.post("/admin/problems/variant", {"key": "b", "text": SHARED})
    again = await browser.post("/admin/problems/variant", {"key": "b", "text": SHARED}, follow=True)

    async with desk.db.reading() as session:
        stored = await history.load_entry(session, "b")
        spoken = await store.load_snapshot(session)
    assert (stored.item.variants, spoken.entries["b"].variants) == ((), (SHARED,))
    assert done.location == "/admin/entries/review?key=b"
    assert "không còn trong bản mới nhất" in again.text


async def test_one_meaning_of_a_term_is_forgotten(desk):
    browser = await desk.sign_in(Role.APPROVER)

    await browser.post("/admin/problems/term", {"term": "KHX", "meaning": "kế hoạch xã"})
    await browser.get("/admin/problems")

    assert [term.meaning for term in desk.feed.current.snapshot.terms] == ["khởi nghiệp xanh"]
    assert "kế hoạch xã" not in (await browser.get("/admin/problems")).text  # a form's token may hold any letters


@pytest.mark.parametrize(
    ("path", "fields"),
    [("suspend", {"key": "khong-co"}), ("variant", {"key": "khong-co"}), ("term", {"term": "x", "meaning": "y"})],
)
async def test_what_is_gone_meanwhile_is_said(desk, path, fields):
    browser = await desk.sign_in(Role.APPROVER)

    answer = await browser.post(f"/admin/problems/{path}", fields, follow=True)

    assert "vừa được người khác thay đổi" in answer.text
