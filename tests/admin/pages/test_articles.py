"""The pages about articles: add, look again, drafts of suggestions, and what to do about changes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from admin import audit
from admin.audit import Filter
from admin.page import Role
from knowledge import listing, store, transfer
from knowledge.history import load_entry
from knowledge.schema import Status
from knowledge.watching.articles import list_articles
from knowledge.watching.checking import check
from knowledge.watching.flagging import open_flags
from runtime.errors import PortalError
from tests.support.builders import NOW, a_file, an_article_item, an_entry_item
from tests.support.console import a_console
from tests.support.portal import PARAGRAPHS, TITLE, FakeFetch, a_html_page, sitemap

URL = "https://startup.caobang.gov.vn/ho-tro-n12.html"
FIRST, SECOND, THIRD, FOURTH = PARAGRAPHS
QUOTE = "Mức hỗ trợ tối đa là 300 triệu đồng cho một dự án."


@pytest.fixture
async def fetch():
    return FakeFetch({URL: a_html_page()})


@pytest.fixture
async def desk(sqlite_db, fetch):
    article = an_article_item(key="bai-viet", url=URL)
    await transfer.apply(sqlite_db, a_file(an_entry_item(key="muc", quote=QUOTE), articles=(article,)), NOW)
    async with a_console(sqlite_db, fetch=fetch) as desk:
        yield desk


async def look(desk, fetch, page):
    """What the schedule does."""

    async def tell(_session, _checked, _at):
        return None

    fetch.pages[URL] = page
    await check(desk.db, fetch, "bai-viet", now=desk.clock.now, every=timedelta(days=1), tell=tell)


async def flag_of(desk):
    async with desk.db.reading() as session:
        [flag] = await open_flags(session)
    return flag


async def test_page_is_read_from_its_address_and_leads_to_its_suggestions(desk, fetch):
    other = "https://startup.caobang.gov.vn/moi-n13.html"
    fetch.pages[other] = a_html_page(title="Bài viết mới về hỗ trợ")
    browser = await desk.sign_in(Role.EDITOR)

    answer = await browser.post("/admin/articles/fetch", {"url": other})

    assert answer.location == "/admin/articles/drafts?key=moi-n13"
    suggestions = await browser.get(answer.location)
    assert "Kinh phí được chi" not in suggestions.heading
    assert "tối đa là bao nhiêu tiền cho một dự án?" in suggestions.text


@pytest.mark.parametrize("problem", ["host", "address", "robots", "size", "timeout", "unreachable"])
async def test_page_that_cannot_be_read_says_why_and_keeps_what_was_typed(desk, fetch, problem):
    fetch.pages[URL] = PortalError(problem, "no")
    browser = await desk.sign_in(Role.EDITOR)

    answer = await browser.post("/admin/articles/fetch", {"url": URL})

    assert answer.status == 422
    assert URL in answer.text
    assert "Chưa thêm được bài viết" in answer.text


async def test_pasted_page_is_kept_and_its_title_is_the_first_line(desk):
    browser = await desk.sign_in(Role.EDITOR)

    answer = await browser.post("/admin/articles/paste", {"text": "\n".join((TITLE, *PARAGRAPHS)), "url": ""})

    assert answer.location == "/admin/articles/drafts?key=chinh-sach-ho-tro-khoi-nghiep"


async def test_pasted_page_may_not_claim_an_address_that_is_not_on_the_list(desk):
    browser = await desk.sign_in(Role.EDITOR)
    fields = {"text": "\n".join((TITLE, *PARAGRAPHS)), "url": "https://evil.example/a"}

    answer = await browser.post("/admin/articles/paste", fields)

    assert answer.status == 422
    assert FIRST in answer.text


async def test_sitemap_is_shown_to_pick_from_and_what_is_picked_waits_to_be_read(desk, fetch):
    urls = {URL: "2024-01-02", URL.replace("n12", "n13"): "2024-02-02", "https://evil.example/a": "2024-03-03"}
    fetch.pages["https://startup.caobang.gov.vn/sitemap.xml"] = sitemap(urls)
    browser = await desk.sign_in(Role.EDITOR)

    shown = await browser.post("/admin/articles/fetch", {"url": "https://startup.caobang.gov.vn/sitemap.xml"})
    picked = re.findall(r'name="pick"[^>]*value="([^"&]*)', shown.text)
    assert picked == [URL.replace("n12", "n13")]
    assert "evil.example" not in shown.text

    answer = await browser.post("/admin/articles/enqueue", [("pick", picked[0]), ("pick", "https://evil.example/a")])
    assert answer.location == "/admin/articles"
    async with desk.db.reading() as session:
        lines = {line.key: line for line in await list_articles(session)}
    assert lines.keys() == {"bai-viet", "ho-tro-n13"}
    assert lines["ho-tro-n13"].due_at == NOW


async def test_ticked_suggestions_become_drafts_in_the_words_of_the_person(desk, fetch):
    await look(desk, fetch, a_html_page())
    browser = await desk.sign_in(Role.EDITOR)
    page = await browser.get("/admin/articles/drafts?key=bai-viet")
    name = re.findall(r'name="pick" value="(\w+)"', page.text)[1]

    answer = await browser.post(
        "/admin/articles/drafts", {"key": "bai-viet", "pick": name, f"question-{name}": "Nộp hồ sơ trước ngày nào?"}
    )

    assert answer.location == "/admin/articles/view?key=bai-viet"
    async with desk.db.reading() as session:
        made = {line.key: line for line in await listing.list_entries(session)}
    draft = made["nop-ho-so-truoc-ngay-nao"]
    assert (draft.status, draft.author) == (Status.DRAFT, "person-editor")


async def test_article_shows_which_entry_quotes_which_paragraph(desk, fetch):
    await look(desk, fetch, a_html_page())
    browser = await desk.sign_in(Role.OPERATOR)

    page = await browser.get("/admin/articles/view?key=bai-viet")

    assert page.status == 200
    assert "/admin/entries/history?key=muc" in page.text
    assert (await browser.get("/admin/articles/view?key=khong-co")).status == 404


async def test_another_look_is_asked_for(desk, fetch):
    browser = await desk.sign_in(Role.EDITOR)

    answer = await browser.post("/admin/articles/check", {"key": "bai-viet"})

    assert answer.location == "/admin/articles/view?key=bai-viet"
    async with desk.db.reading() as session:
        assert (await list_articles(session))[0].due_at == NOW


@pytest.mark.parametrize("is_read", [True, False])
async def test_an_article_is_taken_off_the_watch_and_put_back(desk, fetch, is_read):
    if is_read:
        await look(desk, fetch, a_html_page())
    browser = await desk.sign_in(Role.EDITOR)

    off = await browser.post("/admin/articles/unwatch", {"key": "bai-viet"}, follow=True)
    back = await browser.post("/admin/articles/watch", {"key": "bai-viet"}, follow=True)
    nowhere = await browser.post("/admin/articles/unwatch", {"key": "khong-co"})

    assert "Không theo dõi</span>" in off.text
    assert "Theo dõi lại</button>" in off.text
    assert "Thôi theo dõi bài viết" not in off.text
    assert "Đọc lại ngay</button>" in back.text
    assert nowhere.status == 404
    async with desk.db.reading() as session:
        assert (await list_articles(session))[0].due_at == NOW
        assert [event.action for event in await audit.find(session, Filter(subject="article:bai-viet"))] == [
            "articles.watch",
            "articles.unwatch",
        ]


async def test_article_that_moved_is_read_at_its_new_address(desk, fetch):
    browser = await desk.sign_in(Role.EDITOR)
    moved = "https://startup.caobang.gov.vn/cho-moi-n12.html"

    await browser.post("/admin/articles/move", {"key": "bai-viet", "url": moved})

    async with desk.db.reading() as session:
        [line] = await list_articles(session)
        snapshot = await store.load_snapshot(session)
    assert (line.url, line.due_at) == (moved, NOW)
    assert snapshot.entries["muc"].citation.article.url == moved


@pytest.mark.parametrize("url", ["https://evil.example/a", "http://127.0.0.1/", "javascript:alert(1)", ""])
async def test_article_moves_only_to_hosts_on_the_list(desk, url):
    browser = await desk.sign_in(Role.EDITOR)

    await browser.post("/admin/articles/move", {"key": "bai-viet", "url": url})

    async with desk.db.reading() as session:
        assert (await list_articles(session))[0].url == URL


async def test_two_articles_never_share_an_address(desk, fetch):
    browser = await desk.sign_in(Role.EDITOR)
    await browser.post("/admin/articles/paste", {"text": "\n".join((TITLE, *PARAGRAPHS)), "url": ""})

    await browser.post("/admin/articles/move", {"key": "chinh-sach-ho-tro-khoi-nghiep", "url": URL})

    assert "đã thuộc về một bài viết khác" in (await browser.get("/admin/articles/view?key=bai-viet")).text


async def test_change_is_shown_word_by_word_and_confirmed_with_the_new_quote(desk, fetch):
    await look(desk, fetch, a_html_page())
    await look(desk, fetch, a_html_page(FIRST, SECOND.replace("300", "350"), THIRD, FOURTH))
    browser = await desk.sign_in(Role.EDITOR)

    page = await browser.get("/admin/articles/flags")
    assert "<del> 300</del><ins> 350</ins>" in page.text
    flag = await flag_of(desk)
    answer = await browser.post(
        "/admin/articles/flags/confirm", {"flag": flag.id, "quote": QUOTE.replace("300", "350")}
    )

    assert answer.location == "/admin/articles/flags"
    async with desk.db.reading() as session:
        entry = await load_entry(session, "muc")
        [event, *_] = await audit.find(session, audit.Filter(action="articles.confirm"))
    assert (entry.line.is_waiting, entry.line.author) == (True, "person-editor")
    assert (event.subject, event.after) == ("entry:muc", {"revision": 2})


async def test_quote_that_the_page_does_not_hold_is_refused(desk, fetch):
    await look(desk, fetch, a_html_page())
    await look(desk, fetch, a_html_page(FIRST, SECOND.replace("300", "350"), THIRD, FOURTH))
    browser = await desk.sign_in(Role.EDITOR)

    await browser.post("/admin/articles/flags/confirm", {"flag": (await flag_of(desk)).id, "quote": QUOTE})

    assert "Chưa xác nhận được" in (await browser.get("/admin/articles/flags")).text
    assert (await flag_of(desk)).entry == "muc"


async def test_entries_whose_quote_stands_are_confirmed_together(desk, fetch):
    await look(desk, fetch, a_html_page())
    await look(desk, fetch, a_html_page(FIRST, SECOND.replace("sau đầu tư", "trước đầu tư"), THIRD, FOURTH))
    browser = await desk.sign_in(Role.EDITOR)
    flag = await flag_of(desk)

    await browser.post("/admin/articles/flags/confirm-all", {"flag": flag.id})

    async with desk.db.reading() as session:
        assert await open_flags(session) == []
        assert (await load_entry(session, "muc")).latest == 1


async def test_entry_whose_quote_is_gone_is_never_confirmed_together_with_others(desk, fetch):
    await look(desk, fetch, a_html_page())
    await look(desk, fetch, a_html_page(FIRST, THIRD, FOURTH))
    browser = await desk.sign_in(Role.EDITOR)
    flag = await flag_of(desk)

    await browser.post("/admin/articles/flags/confirm-all", {"flag": flag.id})

    assert (await flag_of(desk)).id == flag.id


async def test_flag_that_somebody_else_closed_is_told(desk, fetch):
    await look(desk, fetch, a_html_page())
    await look(desk, fetch, a_html_page(FIRST, THIRD, FOURTH))
    browser = await desk.sign_in(Role.EDITOR)
    flag = await flag_of(desk)

    await browser.post("/admin/articles/flags/dismiss", {"flag": flag.id})
    await browser.post("/admin/articles/flags/dismiss", {"flag": flag.id})

    assert "Đã có người xử lý" in (await browser.get("/admin/articles/flags")).text


async def test_only_who_approves_lets_a_suspended_entry_speak_again(desk, fetch):
    for page in (a_html_page(), 404, 404, a_html_page()):
        await look(desk, fetch, page)
    flag = await flag_of(desk)
    editor, approver = await desk.sign_in(Role.EDITOR), await desk.sign_in(Role.APPROVER)

    assert (await editor.post("/admin/articles/flags/resume", {"flag": flag.id})).status == 403
    await approver.post("/admin/articles/flags/resume", {"flag": flag.id})

    async with desk.db.reading() as session:
        assert (await load_entry(session, "muc")).status is Status.PUBLISHED


async def test_waiting_changes_are_told_on_every_page_to_who_can_see_to_them(desk, fetch):
    await look(desk, fetch, a_html_page())
    await look(desk, fetch, a_html_page(FIRST, THIRD, FOURTH))
    editor, operator = await desk.sign_in(Role.EDITOR), await desk.sign_in(Role.OPERATOR)

    told = "1 mục hỏi đáp dẫn đoạn văn đã thay đổi"

    assert told in (await editor.get("/admin")).text
    assert told not in (await operator.get("/admin")).text
