"""The recipe for a new channel is true: its files, taken from the page, make a channel that works."""

from __future__ import annotations

import hashlib
import hmac
import importlib
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

import webhooks
from bot.channel import Channel, Rejected, RetryLater, SignedRequest, Unauthorized
from bot.messages import Choice, Reply
from runtime.clock import FixedClock
from runtime.errors import BadPayload
from simulators.platform import running
from webhooks.views import set_up_webhooks

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "docs/developers/add-a-channel.md").read_text(encoding="utf-8")
FILES = {match[1]: match[2] for match in re.finditer(r"```python\n# (webhooks/\S+)\n(.*?)```", RECIPE, re.DOTALL)}
SECRET = "a-test-secret"
NOW = datetime(2026, 1, 5, tzinfo=UTC)
QUESTION = {"event": "message", "id": "m1", "from": "84900000001", "text": "nq 93 là gì", "at": 1790000000}


class Gateway:
    """The platform that the example speaks to."""

    def __init__(self):
        self.sent: list[dict] = []
        self.status = 200
        self.app = web.Application()
        self.app.router.add_post("/messages", self._take)

    async def _take(self, request):
        if self.status == 200:
            self.sent.append(await request.json())
        return web.json_response({"ok": self.status == 200, "id": f"g{len(self.sent)}"}, status=self.status)


class Stored:
    """Stands for the inbox."""

    def __init__(self):
        self.updates = []

    async def accept(self, channel, updates):
        self.updates += updates


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The example's files beside the real channels, for as long as the test runs."""
    for name, text in {"webhooks/sms/__init__.py": '"""A gateway for text messages."""\n', **FILES}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(webhooks, "__path__", [*webhooks.__path__, str(tmp_path / "webhooks")])
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("webhooks.sms")]:
        del sys.modules[name]


@pytest.fixture
async def gateway():
    gateway = Gateway()
    async with running(gateway.app) as gateway.base:
        yield gateway


@pytest.fixture
async def channel(folder, gateway):
    settings = importlib.import_module("webhooks.sms.settings").SmsSettings(secret=SECRET, gateway_base=gateway.base)
    async with aiohttp.ClientSession() as http:
        yield importlib.import_module("webhooks.sms.channel").SmsChannel(settings, http=http)


def sign(body):
    return {"x-sms-signature": hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}


def test_the_page_holds_every_file_that_it_lists(folder):
    listed = set(re.findall(r"^\| `(webhooks/sms/\w+\.py)`", RECIPE, re.MULTILINE))

    assert listed == {*FILES, "webhooks/sms/__init__.py"}


def test_the_example_keeps_to_the_style_it_teaches(folder):
    for command in (["check"], ["format", "--check", "--diff"]):
        run = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--config", str(ROOT / "pyproject.toml"),
             "--config", "lint.isort.known-first-party = ['bot', 'runtime', 'webhooks']", "webhooks"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout


async def test_it_has_every_part_of_a_channel(channel):
    parts = [name for name in vars(Channel) if not name.startswith("_")] + list(Channel.__annotations__)

    assert [name for name in parts if not hasattr(channel, name)] == []


@pytest.mark.parametrize(("event", "headers", "status", "stored"), [
    pytest.param(QUESTION, sign, 200, 1, id="a question"),
    pytest.param(QUESTION, lambda _: {}, 401, 0, id="unsigned"),
    pytest.param(QUESTION, lambda _: {"x-sms-signature": "\xe9"}, 401, 0, id="a hostile header"),
    pytest.param([], sign, 400, 0, id="no object"),
    pytest.param({"event": "balance"}, sign, 200, 0, id="another event"),
    pytest.param({**QUESTION, "from": None}, sign, 200, 0, id="nobody's"),
])  # fmt: skip
async def test_it_takes_what_is_authentic_over_http(channel, event, headers, status, stored):
    inbox, app = Stored(), web.Application()
    set_up_webhooks(app, {"sms": channel}, inbox, FixedClock(NOW))
    body = json.dumps(event).encode()

    async with (
        running(app) as base,
        aiohttp.ClientSession() as http,
        http.post(f"{base}/webhooks/sms", data=body, headers=headers(body)) as response,
    ):
        assert response.status == status

    assert len(inbox.updates) == stored


async def test_it_says_a_long_reply_with_its_menu_within_the_limits(channel, gateway):
    choices = tuple(Choice(title=f"Mục {number}", payload=f"#faq:{number}") for number in range(3))

    for payload in channel.render(Reply(text="Hồ sơ gồm đơn. " * 90, choices=choices)):
        assert (await channel.send("84900000001", payload)).external_id

    assert 1 <= len(gateway.sent) <= 2
    assert all(len(sent["text"]) <= channel.limits.text for sent in gateway.sent)
    assert "3. Mục 2" in gateway.sent[-1]["text"]


@pytest.mark.parametrize(
    ("status", "error"), [(401, Unauthorized), (429, RetryLater), (503, RetryLater), (400, Rejected)]
)
async def test_each_refusal_is_the_error_that_says_what_to_do(channel, gateway, status, error):
    gateway.status = status

    with pytest.raises(error):
        await channel.send("84900000001", {"text": "a"})


async def test_a_body_that_is_no_object_is_refused(channel):
    request = SignedRequest(headers=sign(b"[]"), body=b"[]", received_at=NOW)
    channel.verify(request)

    with pytest.raises(BadPayload):
        channel.parse(request.body)
