"""What `hoidap simulate` shows and does, between a page and a server that is played here."""

from __future__ import annotations

import asyncio
import re
from collections import deque

import aiohttp
import pytest
from aiohttp import web

from bot.channel import SignedRequest
from bot.messages import Choice, Reply, Source
from runtime.clock import SystemClock
from simulators.pages import Page
from simulators.platform import Fault, running
from simulators.running import read_script
from simulators.scenes import SCENES, fault_named
from simulators.stage import Stage
from tests.support.servers import until
from webhooks.whatsapp import rendering as whatsapp_rendering
from webhooks.zalo import rendering as zalo_rendering
from webhooks.zalo_bot import payloads as zalo_bot_payloads

RENDER = {"zalo": zalo_rendering.render, "zalo-bot": zalo_bot_payloads.render, "whatsapp": whatsapp_rendering.render}
CHOICES = tuple(Choice(title=f"Mục {number}", payload=f"#faq:{number}") for number in (1, 2))
REPLY = Reply(text="Được <b>&</b>.", source=Source(title="Bài", url="https://b.example/a"), choices=CHOICES)


class Bench:
    """A simulator with its page, and the server that its events go to."""

    def __init__(self, name):
        self.name = name
        self.scene = SCENES[name]()
        self.received: list[SignedRequest] = []
        self.answers: deque[int] = deque()

    async def receive(self, request):
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(SignedRequest(headers=headers, body=await request.read(), received_at=SystemClock().now()))
        return web.Response(status=self.answers.popleft() if self.answers else 200)

    async def page(self):
        async with self.http.get(f"{self.base}/") as response:
            assert response.status == 200
            return await response.text()

    async def act(self, name, **form):
        async with self.http.post(f"{self.base}/act/{name}", data={"token": self.token, **form}) as response:
            return response.status

    def take(self, reply):
        """Put a reply where the fake platform puts what it took."""
        from simulators.platform import Accepted

        for number, payload in enumerate(RENDER[self.name](reply)):
            self.scene.accepted.append(Accepted(to=self.stage.person, message=payload, message_id=f"m{number}"))


@pytest.fixture(params=["zalo", "zalo-bot", "whatsapp"])
async def bench(request):
    bench = Bench(request.param)
    app = web.Application()
    app.router.add_post(bench.scene.path, bench.receive)
    async with running(app) as server, aiohttp.ClientSession() as bench.http:
        bench.stage = Stage(bench.scene, f"{server}{bench.scene.path}", bench.http, SystemClock(), scale=0.0005)
        Page(bench.stage, {"HOIDAP_X": "<y>"}).add_to(bench.scene.app)
        async with running(bench.scene.app) as bench.base:
            bench.token = re.search(r'name="token" value="([^"]+)"', await bench.page())[1]
            yield bench
        await bench.stage.close()


async def test_what_a_person_writes_arrives_signed_and_the_reply_is_shown(bench):
    assert await bench.act("write", text="nq 93 là gì") == 200
    await until(lambda: bench.received)
    bench.take(REPLY)

    page = await bench.page()

    assert "nq 93 là gì" in page
    assert "Được &lt;b&gt;&amp;&lt;/b&gt;." in page, "text is text"
    assert 'href="https://b.example/a"' in page
    assert "Mục 2" in page


async def test_a_button_works(bench):
    bench.take(REPLY)
    page = await bench.page()
    if bench.name == "zalo-bot":
        assert "act/tap" not in page, "the platform has none: the menu is numbered"
        assert "2. Mục 2" in page
        return

    assert await bench.act("tap", line="1", button="1") == 200
    await until(lambda: any(b"#faq:2" in event.body for event in bench.received))


@pytest.mark.parametrize("what", ["picture", "follow", "unfollow"])
async def test_other_acts_arrive_where_the_platform_has_them(bench, what):
    assert await bench.act("other", what=what) == 200
    has_it = (bench.name, what) in {
        ("zalo", "picture"), ("zalo", "follow"), ("zalo", "unfollow"), ("zalo-bot", "picture"),
        ("whatsapp", "picture"), ("whatsapp", "follow"),
    }  # fmt: skip

    await asyncio.sleep(0.1)

    assert len(bench.received) == has_it


async def test_an_event_is_repeated_until_it_gets_its_200(bench):
    bench.answers.extend([503, 500])
    await bench.act("write", text="câu hỏi")
    expected = 1 if bench.name == "zalo-bot" else 3
    await until(lambda: len(bench.received) >= expected)
    await asyncio.sleep(0.1)

    assert len({event.body for event in bench.received}) == 1, "byte for byte the same"
    assert len(bench.received) == expected
    assert "503" in await bench.page()
    if expected > 1:
        assert [event.headers.get("num_retry") for event in bench.received] == [None, "1", "2"]


async def test_the_last_event_can_be_sent_twice(bench):
    await bench.act("write", text="câu hỏi")
    await until(lambda: bench.received)

    await bench.act("repeat")
    await until(lambda: len(bench.received) == 2)

    assert bench.received[0].body == bench.received[1].body


async def test_a_message_is_reported_as_seen_and_a_thumb_arrives(bench):
    bench.take(Reply(text="Được."))
    await bench.page()
    notices = {"zalo": 2, "zalo-bot": 0, "whatsapp": 3}[bench.name]
    await until(lambda: len(bench.received) == notices)

    await bench.act("react", line="1", thumb="up")
    await asyncio.sleep(0.1)

    assert len(bench.received) == notices + (bench.name != "zalo-bot")


async def test_a_fault_is_acted_out_once(bench):
    assert await bench.act("fault", fault=str(bench.scene.codes[0])) == 200

    assert bench.scene.faults.next() == Fault(code=bench.scene.codes[0])
    assert bench.scene.faults.next() == Fault()


@pytest.mark.parametrize(("act", "form", "status"), [
    ("write", {"token": "wrong", "text": "a"}, 403),
    ("nothing", {}, 403),
    ("tap", {"line": "99", "button": "0"}, 400),
    ("tap", {"line": "x", "button": "0"}, 400),
    ("fault", {"fault": "nonsense"}, 400),
    ("write", {}, 400),
])  # fmt: skip
async def test_what_makes_no_sense_is_refused(bench, act, form, status):
    assert await bench.act(act, **form) == status
    assert bench.received == []


async def test_the_page_is_for_this_machine_and_runs_nothing_foreign(bench):
    async with bench.http.get(f"{bench.base}/", headers={"Host": "evil.example"}) as response:
        assert response.status == 403
    async with bench.http.get(f"{bench.base}/") as response:
        policy = response.headers["Content-Security-Policy"]
        assert "HOIDAP_X=&lt;y&gt;" in await response.text()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for file, status in (("page.js", 200), ("page.css", 200), ("page.html", 404)):
        async with bench.http.get(f"{bench.base}/page/{file}") as response:
            assert response.status == status


def test_a_script_of_faults():
    assert read_script("-216\n# remark\nok\nhttp:502  # proxy\n\ndrop\n") == [
        Fault(code=-216), Fault(), Fault(status=502), Fault(drop=True),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="line 2: 'nonsense'"):
        read_script("ok\nnonsense")


def test_a_lost_answer_means_that_the_message_arrived():
    assert fault_named("lost").taken
    assert not fault_named("hang").taken
