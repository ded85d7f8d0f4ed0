"""New articles from pages, what they look like to staff, and the drafts made of what they suggest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from knowledge import store, transfer
from knowledge.portal.pages import read_page
from knowledge.portal.paragraphs import STARTER_ARTICLE
from knowledge.schema import Status
from knowledge.watching.articles import add_article, list_articles, view_article, watched
from knowledge.watching.drafting import create_drafts, offer
from runtime.errors import KnowledgeError
from tests.support.builders import NOW, a_file, an_entry_item
from tests.support.portal import PARAGRAPHS, a_fixture, a_html_page

DAY = timedelta(days=1)
URL = "https://portal.example/tin/ho-tro--khoi-nghiep-n12.html"
SHAREPOINT = "sharepoint-huong-dan.html"


@pytest.fixture
def database_url(sqlite_url):
    """SQLite alone: what is decided here does not depend on the database."""
    return sqlite_url


async def add(db, html, url=URL, every=DAY):
    async with db.transaction() as session:
        return await add_article(session, read_page(html, url=url), now=NOW, every=every)


async def view(db, key):
    async with db.reading() as session:
        return await view_article(session, key)


async def test_article_is_named_by_its_address(db):
    assert (await add(db, a_html_page())).article == "ho-tro-khoi-nghiep-n12"


async def test_article_is_named_by_its_title_when_the_address_says_nothing(db):
    assert (await add(db, a_html_page(), url="")).article == "chinh-sach-ho-tro-khoi-nghiep"


async def test_two_articles_never_share_a_name(db):
    await add(db, a_html_page(), url="https://portal.example/a/bai.html")

    assert (await add(db, a_html_page(), url="https://portal.example/b/bai.html")).article == "bai-2"


@pytest.mark.parametrize("url", [URL, URL.replace("https", "http"), f"{URL}#dau-trang"])
async def test_same_address_is_the_same_article_read_again(db, url):
    await add(db, a_html_page())

    checked = await add(db, a_html_page(*PARAGRAPHS[:3]), url=url)

    assert (checked.article, checked.outcome) == ("ho-tro-khoi-nghiep-n12", "changed")


async def test_pasted_page_flags_what_it_changes(db):
    await transfer.apply(db, a_file(an_entry_item(quote="tối đa là 300 triệu đồng")), NOW)
    await add(db, a_html_page(), url="https://portal.example/bai-viet.html")

    checked = await add(
        db, a_html_page(PARAGRAPHS[0], *PARAGRAPHS[2:]), url="https://portal.example/bai-viet.html"
    )  # fmt: skip

    assert checked.flagged == ("nq93-hinh-thuc",)


@pytest.mark.parametrize("html", ["", "<p></p>"])
async def test_page_without_text_is_no_article(db, html):
    with pytest.raises(KnowledgeError):
        await add(db, html)


async def test_list_shows_state_and_what_rests_on_each(db):
    await transfer.load_starter(db, NOW)
    await add(db, a_html_page())

    async with db.reading() as session:
        lines = {line.key: line for line in await list_articles(session)}

    assert lines[STARTER_ARTICLE].entries > 40
    new = lines["ho-tro-khoi-nghiep-n12"]
    assert (new.paragraphs, new.entries, new.flags, new.problem) == (4, 0, 0, "")
    assert (new.checked_at, new.due_at) == (NOW, NOW + DAY)


async def test_article_without_an_address_is_not_watched(db):
    await add(db, a_html_page(), url="")

    async with db.reading() as session:
        assert await watched(session) == []
        assert (await list_articles(session))[0].due_at is None


async def test_view_shows_which_entry_quotes_which_paragraph(db):
    quoting = an_entry_item(quote="tối đa là 300 triệu đồng")
    lost = an_entry_item(key="lac", question="Câu hỏi khác?", quote="một câu không có trong bài")
    await transfer.apply(db, a_file(quoting, lost), NOW)
    await add(db, a_html_page(), url="https://portal.example/bai-viet.html")

    shown = await view(db, "bai-viet")

    assert [len(paragraph.entries) for paragraph in shown.paragraphs] == [0, 1, 0, 0]
    assert [entry.key for entry in shown.unquoted] == ["lac"]


async def test_view_remembers_what_vanished(db):
    await add(db, a_html_page())
    await add(db, a_html_page(*PARAGRAPHS[1:]))

    assert (await view(db, "ho-tro-khoi-nghiep-n12")).vanished == ((PARAGRAPHS[0], NOW),)


async def test_unknown_article_is_an_error(db):
    with pytest.raises(KnowledgeError):
        await view(db, "khong-co")


async def test_picked_suggestions_become_drafts_with_their_passage(db):
    key = (await add(db, a_fixture(SHAREPOINT))).article
    async with db.transaction() as session:
        first, second, *_ = await offer(session, key)
        picked = {first.suggestion.id: "Ai được dự thi?", second.suggestion.id: ""}
        made = await create_drafts(session, key, picked, now=NOW)

    async with db.reading() as session:
        items = {item.key: item for item in (await store.load_contents(session)).entries}
    assert [items[name].question for name in made] == ["Ai được dự thi?", second.suggestion.question]
    draft = items["ai-duoc-du-thi"]
    assert (draft.status, draft.article, draft.quote) == (Status.DRAFT, key, first.suggestion.quote)
    assert draft.section == first.suggestion.section


async def test_nothing_is_published_by_itself(db):
    key = (await add(db, a_fixture(SHAREPOINT))).article
    async with db.transaction() as session:
        everything = {each.suggestion.id: "" for each in await offer(session, key)}
        await create_drafts(session, key, everything, now=NOW)

    async with db.reading() as session:
        assert (await store.load_snapshot(session)).entries == {}


async def test_suggestion_is_marked_once_its_passage_is_quoted(db):
    key = (await add(db, a_fixture(SHAREPOINT))).article
    async with db.transaction() as session:
        first, *_ = await offer(session, key)
        [made] = await create_drafts(session, key, {first.suggestion.id: ""}, now=NOW)
        again, *_ = await offer(session, key)

    assert again.entries == (made,)


async def test_suggestion_that_the_article_no_longer_makes_is_left_out(db):
    key = (await add(db, a_fixture(SHAREPOINT))).article

    async with db.transaction() as session:
        assert await create_drafts(session, key, {"0" * 16: "Câu hỏi?"}, now=NOW) == []


async def test_stored_starter_article_suggests_within_its_own_sections(db):
    await transfer.load_starter(db, NOW)

    async with db.reading() as session:
        offered = await offer(session, STARTER_ARTICLE)

    assert {"chinh-sach-ho-tro", "nhiem-vu-khcn"} <= {each.suggestion.section for each in offered}
    assert any(each.entries for each in offered)
