"""Feeds and sitemaps: which articles they name, and that nothing hostile in them is followed."""

from __future__ import annotations

import gzip
from datetime import date

import pytest

from knowledge.portal.listings import MOST_ITEMS, read_listing
from tests.support.portal import sitemap

URL = "https://portal.example/sitemap.xml"
RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Tin</title>
<item><title>Bài cũ</title><link>https://portal.example/bai-1.html</link><guid>news_1</guid>
<pubDate>Mon, 22 Jan 2024 09:00:00 +0700</pubDate></item>
<item><title>Bài mới &amp; hay</title><link>/bai-2.html</link><pubDate>Tue, 05 Mar 2024 09:00:00 +0700</pubDate></item>
</channel></rss>"""


def test_feed_names_its_articles_newest_first():
    listing = read_listing(RSS.encode(), url="https://portal.example/rss/")

    assert [(item.url, item.title, item.changed_on) for item in listing.items] == [
        ("https://portal.example/bai-2.html", "Bài mới & hay", date(2024, 3, 5)),
        ("https://portal.example/bai-1.html", "Bài cũ", date(2024, 1, 22)),
    ]


def test_sitemap_names_its_articles_newest_first_and_each_once():
    days = {"https://portal.example/a": "2024-01-02T03:04:05+07:00", "https://portal.example/b": "2024-05-01"}

    listing = read_listing(sitemap(days).encode(), url=URL)

    assert [item.url for item in listing.items] == ["https://portal.example/b", "https://portal.example/a"]


def test_index_of_sitemaps_names_them():
    index = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>/sitemap-vi.news.xml</loc></sitemap></sitemapindex>'

    assert read_listing(index.encode(), url=URL).sitemaps == ("https://portal.example/sitemap-vi.news.xml",)


def test_packed_sitemap_is_unpacked():
    packed = gzip.compress(sitemap({"https://portal.example/a": "2024-01-02"}).encode())

    assert len(read_listing(packed, url=URL).items) == 1


def test_pictures_and_files_are_no_articles():
    days = dict.fromkeys(
        ("https://portal.example/a.jpg", "https://portal.example/b.PDF", "ftp://x.example/a"), "2024-01-02"
    )

    assert read_listing(sitemap(days).encode(), url=URL).items == ()


def test_endless_sitemap_is_cut():
    days = {f"https://portal.example/{number}": "2024-01-02" for number in range(MOST_ITEMS + 10)}

    assert len(read_listing(sitemap(days).encode(), url=URL).items) == MOST_ITEMS


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html><body>Kh\xc3\xb4ng</body></html>", id="a page"),
        pytest.param(b"no markup at all", id="text"),
        pytest.param(b"\x1f\x8b broken", id="broken archive"),
    ],
)
def test_what_is_no_list_is_none(content):
    assert read_listing(content, url=URL) is None


def test_entities_are_not_expanded():
    hostile = (
        '<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        "<urlset><url><loc>https://portal.example/&x;</loc></url></urlset>"
    )

    assert [item.url for item in read_listing(hostile.encode(), url=URL).items] == ["https://portal.example/"]
