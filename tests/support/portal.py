"""A portal for tests: pages as HTML, and a server that shows them, answers with errors, or misbehaves."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from aiohttp import web

from knowledge.portal.fetching import Fetched
from runtime.errors import PortalError
from runtime.settings import PortalSettings

FIXTURES = Path(__file__).parents[1] / "fixtures" / "portal"
TITLE = "Chính sách hỗ trợ khởi nghiệp"
PARAGRAPHS = (
    "Nghị quyết số 93/2021/NQ-HĐND quy định chính sách hỗ trợ hoạt động khoa học và công nghệ trên địa bàn tỉnh.",
    "Mức hỗ trợ tối đa là 300 triệu đồng cho một dự án. Kinh phí được chi một lần sau đầu tư.",
    "Hồ sơ gửi về Sở Khoa học và Công nghệ trước ngày 30/9 hằng năm, kết quả được thông báo trong 15 ngày làm việc.",
    "Chính sách không áp dụng đối với tổ chức, doanh nghiệp có vốn đầu tư nước ngoài.",
)


def a_html_page(*paragraphs: str, title: str = TITLE, views: int = 53, layout: str = "") -> str:
    """A page in the manner of the Cao Bằng portal. `layout` stands between the navigation and the article."""
    body = "\n".join(f'<p style="text-align: justify;">{escape(text)}</p>' for text in paragraphs or PARAGRAPHS)
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body>
<div>Chào mừng đến với Cổng thông tin Khởi nghiệp đổi mới sáng tạo tỉnh Cao Bằng</div>{layout}
<h1>{title}</h1><div>Ngày 22-01-2024 <span>Lượt xem {views}</span></div>
<div class="content">{body}</div><p>Tác giả bài viết: P.L - P.H</p><div>Kết nối</div>
<div>wiget Chat Zalo Whatsapp Chat</div></body></html>"""


def a_fixture(name: str) -> str:
    """A recorded page, as text."""
    return (FIXTURES / name).read_text(encoding="utf-8")


@dataclass
class FakeFetch:
    """Fetches from a dictionary: text is a page, a number a status without one, a PortalError is raised."""

    pages: dict[str, str | int | PortalError] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    async def __call__(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        self.asked.append((url, etag, last_modified))
        answer = self.pages.get(url, 404)
        if isinstance(answer, PortalError):
            raise answer
        if isinstance(answer, int):
            return Fetched(url=url, status=answer)
        return Fetched(url=url, status=200, content=answer.encode(), charset="utf-8", etag='"1"')


def sitemap(urls: Mapping[str, str]) -> str:
    """A sitemap of addresses with their days."""
    entries = "".join(f"<url><loc>{url}</loc><lastmod>{day}</lastmod></url>" for url, day in urls.items())
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


class FakePortal:
    """A portal that listens. `pages` maps a path to what is served there; a path that is missing is a 404.

    Text is a page, bytes are sent as they are, a number is a status, a Response goes out as it stands, and a
    callable is asked for the Response.
    """

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.robots: str | int = 404
        self.requests: list[web.BaseRequest] = []
        self.address = ""
        self.at_once = 0
        self.most_at_once = 0

    @property
    def paths(self) -> list[str]:
        """What was asked for, robots.txt left out."""
        return [request.path_qs for request in self.requests if request.path != "/robots.txt"]

    def settings(self, **overrides: Any) -> PortalSettings:
        """Settings with which every allowed host is this portal."""
        return PortalSettings(**{"hosts": "portal.example", "trial_address": self.address} | overrides)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            found = self.robots if request.path == "/robots.txt" else self.pages.get(request.path_qs, 404)
            return await _response(found, request)
        finally:
            self.at_once -= 1


async def _response(found: Any, request: web.BaseRequest) -> web.StreamResponse:
    if callable(found):
        found = found(request)
        if inspect.isawaitable(found):
            found = await found
    if isinstance(found, web.StreamResponse):
        return found
    if isinstance(found, int):
        return web.Response(status=found)
    if isinstance(found, bytes):
        return web.Response(body=found, content_type="text/html")
    etag = f'"{hashlib.sha256(found.encode()).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    kind = "application/xml" if found.startswith("<?xml") else "text/html"
    return web.Response(text=found, content_type=kind, headers={"ETag": etag})


@asynccontextmanager
async def a_portal() -> AsyncIterator[FakePortal]:
    """A fake portal on a free port; `address` names it."""
    portal = FakePortal()
    server = web.Server(portal.answer)
    runner = web.ServerRunner(server)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        portal.address = f"{host}:{port}"
        yield portal
    finally:
        await runner.cleanup()
