"""Somebody finds out whether a policy may cover them: on the web with a slip, and on Zalo across a restart."""

from __future__ import annotations

import asyncio
import itertools
import re

import aiohttp
import pytest

from simulators.zalo_events import text_event
from tests.support.servers import serving, until

pytestmark = pytest.mark.real_socket
NUMBERS = itertools.count(1)


class Visitor:
    """A web visitor who says one thing after the other and waits for each answer."""

    def __init__(self, http: aiohttp.ClientSession, url: str):
        self.http, self.url, self.headers, self.after = http, url, {"Origin": url}, 0

    async def begin(self):
        async with self.http.post(f"{self.url}/chat/session", headers=self.headers) as response:
            self.headers["Authorization"] = f"Bearer {(await response.json())['token']}"

    async def says(self, text="", *, tap=""):
        sent = {"id": f"client-{next(NUMBERS):06}", "text": text, "choice": tap}
        async with self.http.post(f"{self.url}/chat/messages", json=sent, headers=self.headers) as response:
            assert response.status == 202, await response.text()
        async with asyncio.timeout(15):
            while True:
                async with self.http.get(f"{self.url}/chat/messages", headers=self.headers) as response:
                    lines = (await response.json())["messages"]
                fresh = [line for line in lines if line["author"] == "bot" and line["id"] > self.after]
                if fresh:
                    self.after = fresh[-1]["id"]
                    return fresh[-1]
                await asyncio.sleep(0.05)


async def test_on_the_web_a_question_becomes_a_ruling_with_a_slip_to_print(tmp_path, http):
    async with serving(tmp_path, {}) as server:
        visitor = Visitor(http, server.url)
        await visitor.begin()

        first = await visitor.says("kiểm tra điều kiện giúp e")
        assert first["choices"][0]["title"] == "Doanh nghiệp"
        aside = await visitor.says("nghị quyết 93 do ai ban hành")
        assert "Hội đồng nhân dân tỉnh" in aside["text"]
        assert aside["text"].endswith("Anh/chị đang hỏi cho đối tượng nào?")
        second = await visitor.says("Doanh nghiệp", tap=first["choices"][0]["choice"])
        assert second["text"].startswith("Tổ chức, doanh nghiệp")
        ruled = await visitor.says("100% vốn Hàn ạ")

        assert "Kết quả: không thuộc đối tượng" in ruled["text"]
        assert ruled["outcome"] == "guide"
        [slip] = [link for link in ruled["links"] if link["url"].startswith("/phieu/")]
        await _shows_the_slip(http, server.url, slip["url"])
        await _forgets_the_slip_with_the_person(http, visitor, slip["url"])


async def _shows_the_slip(http, url, path):
    async with http.get(f"{url}{path}") as response:
        page, headers = await response.text(), response.headers
    assert response.status == 200
    assert "Các chính sách thuộc nghị quyết này không áp dụng đối với các tổ chức" in page
    assert "Có, toàn bộ vốn" in page
    assert "đủ điều kiện" not in page
    assert headers["X-Robots-Tag"].startswith("noindex")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    async with http.get(f"{url}{path[:-1]}") as response:
        assert response.status == 404, "no link can be guessed from another"


async def _forgets_the_slip_with_the_person(http, visitor, path):
    async with http.delete(f"{visitor.url}/chat/session", headers=visitor.headers) as response:
        assert response.status == 200
    async with asyncio.timeout(10):
        while (await http.get(f"{visitor.url}{path}")).status != 404:
            await asyncio.sleep(0.05)


async def test_on_zalo_a_guide_goes_on_after_a_restart(tmp_path, zalo, zalo_settings, http):
    async def says(server, text):
        before = len(zalo.accepted)
        await zalo.deliver(http, f"{server.url}/webhooks/zalo", text_event(zalo.account, text))
        await until(lambda: len(zalo.accepted) > before)
        return zalo.accepted[-1].message

    async with serving(tmp_path, zalo_settings) as server:
        first = await says(server, "kiểm tra điều kiện giúp em")
        assert "1. Doanh nghiệp" in first["text"], "six choices are more than five buttons"
        second = await says(server, "1")
        buttons = second["attachment"]["payload"]["buttons"]
        assert [button["title"] for button in buttons][:2] == ["Có, toàn bộ vốn", "Có, một phần vốn"]

    async with serving(tmp_path, zalo_settings) as server:
        third = await says(server, buttons[2]["payload"])
        assert "đăng ký hoạt động" in third["text"]
        await says(server, "cao bằng")
        ruled = await says(server, "có ạ")

    assert "Kết quả: có thể thuộc đối tượng" in ruled["text"]
    assert "Cán bộ cần xác nhận:" in ruled["text"]
    assert not re.search(r"/phieu/", str(ruled)), "a slip is a page; elsewhere the text says it all"
