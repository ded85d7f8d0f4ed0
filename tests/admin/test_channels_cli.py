"""The verbs around accounts, as processes of their own against fake platforms."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import re

import aiohttp
import pytest

from simulators.zalo_events import text_event
from tests.support.nursery import command
from tests.support.servers import ROOT, noted

VERIFIER = "v" * 43
CALLBACK = "https://hoidap.example/"


def zalo_settings(zalo):
    """The settings of an account whose tokens are still to be fetched."""
    return {name: value for name, value in zalo.settings(zalo.base).items() if not name.endswith("_TOKEN")}


def bot_settings(bot):
    return bot.settings(bot.base)


async def begin(directory, settings, *arguments):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    return await asyncio.create_subprocess_exec(
        *command(), *arguments,
        cwd=directory, env={**clean, "PYTHONPATH": str(ROOT), **settings},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def hoidap(directory, settings, *arguments, given=""):
    """Run one command; return its exit code and output."""
    process = await begin(directory, settings, *arguments)
    output, _ = await asyncio.wait_for(process.communicate(given.encode()), 60)
    return process.returncode, output.decode()


async def consent(zalo, verifier):
    """Consent as the account's administrator does, and return the address the browser is led to."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {"app_id": zalo.account.app_id, "redirect_uri": CALLBACK, "code_challenge": challenge}
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{zalo.base}/v4/oa/permission", params=query, allow_redirects=False) as answer,
    ):
        return answer.headers["Location"]


async def test_a_login_stores_the_first_pair_and_the_doctor_finds_it_well(zalo, tmp_path):
    settings = zalo_settings(zalo)
    code, output = await hoidap(tmp_path, settings, "doctor")
    assert code == 1
    assert "Zalo has no access token. Run `hoidap zalo-login`" in output

    address = await consent(zalo, VERIFIER)
    code, output = await hoidap(tmp_path, settings, "zalo-login", "--code", address, "--verifier", VERIFIER)
    assert code == 0, output
    assert "Stored pair 1" in output
    assert zalo.access_token not in output
    assert noted(tmp_path) == [("(command line)", "channels.login", "channel:zalo")]

    code, output = await hoidap(tmp_path, settings, "doctor")
    assert code == 0, output
    assert "ok   zalo: Account of type government, verified; the token works." in output
    assert zalo.access_token.encode() not in (tmp_path / "var/hoidap.db").read_bytes(), "sealed at rest"


async def test_a_login_walks_through_the_consent(zalo, tmp_path):
    process = await begin(tmp_path, zalo_settings(zalo), "zalo-login", "--callback", CALLBACK)
    shown = ""
    async with asyncio.timeout(60):
        while "Address or code" not in shown:
            shown += (await process.stdout.read(1000)).decode()
    link = re.search(rf"{zalo.base}/v4/oa/permission\?\S+", shown)[0]
    async with aiohttp.ClientSession() as http, http.get(link, allow_redirects=False) as answer:
        address = answer.headers["Location"]

    output, _ = await asyncio.wait_for(process.communicate(f"{address}\n".encode()), 60)

    assert process.returncode == 0, output
    assert b"Stored pair 1" in output


async def test_a_pair_from_the_api_explorer_is_read_from_stdin_and_renewed(zalo, tmp_path):
    given = f"{zalo.access_token}\n{zalo.refresh_token}\n"

    code, output = await hoidap(tmp_path, zalo_settings(zalo), "zalo-login", "--tokens", given=given)

    assert code == 0, output
    assert zalo.refreshes == 1, "only a renewal proves a pair"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--code", "x" * 20, "--verifier", VERIFIER], "Zalo gives no token", id="a code nobody gave"),
        pytest.param(["--code", "?oa_id=1&code=abcdefghij", "--verifier", VERIFIER], "another Official", id="other OA"),
        pytest.param(["--code", "x" * 20, "--verifier", "short"], "exactly 43", id="a verifier of another length"),
        pytest.param(["--code", "no code here", "--verifier", VERIFIER], "There is no code", id="no code"),
    ],
)
async def test_a_login_that_fails_says_why_and_stores_nothing(zalo, tmp_path, arguments, said):
    code, output = await hoidap(tmp_path, zalo_settings(zalo), "zalo-login", *arguments)

    assert code == 1
    assert said in output
    assert "Traceback" not in output
    assert noted(tmp_path) == []


async def test_a_captured_event_is_told_its_formula(zalo, tmp_path):
    event = zalo.wire(text_event(zalo.account, "Xin chào"))
    body = tmp_path / "event.json"
    body.write_bytes(event.body)
    (header,) = (f"{name}: {value}" for name, value in event.headers.items())
    arguments = ["verify-event", "zalo", "--header", header, "--body", str(body)]

    code, output = await hoidap(tmp_path, zalo_settings(zalo), *arguments)
    assert (code, output.strip()) == (0, "Authentic: signed with app_id + body + body.timestamp.")

    body.write_bytes(json.dumps(json.loads(event.body)).encode())
    code, output = await hoidap(tmp_path, zalo_settings(zalo), *arguments)
    assert code == 1
    assert "none of the three formulas matches" in output


async def test_the_bots_webhook_is_shown_set_and_deleted(bot, tmp_path):
    url = "https://hoidap.example/webhooks/zalo-bot"
    settings = bot_settings(bot)

    assert await hoidap(tmp_path, settings, "zalo-bot-webhook") == (0, "No webhook is set.\n")
    assert await hoidap(tmp_path, settings, "zalo-bot-webhook", "--set", url) == (0, f"Events go to {url}.\n")
    assert bot.webhook == url
    assert await hoidap(tmp_path, settings, "zalo-bot-webhook", "--delete") == (0, "No webhook is set.\n")
    assert (await hoidap(tmp_path, settings, "zalo-bot-webhook", "--set", "http://a.example"))[0] == 2
    assert noted(tmp_path) == [("(command line)", "channels.webhook", "channel:zalo_bot")] * 2


async def test_a_channel_without_settings_is_named(tmp_path):
    code, output = await hoidap(tmp_path, {}, "zalo-bot-webhook")

    assert code == 1
    assert "The channel zalo-bot has no settings." in output


async def test_a_simulator_says_where_it_is_and_stops_when_told(tmp_path):
    process = await begin(tmp_path, {}, "simulate", "whatsapp", "--port", "0")
    shown = ""
    async with asyncio.timeout(30):
        while "hoidap serve" not in shown:
            shown += (await process.stdout.read(1000)).decode()
    async with aiohttp.ClientSession() as http, http.get(re.search(r"http://\S+/", shown)[0]) as page:
        assert page.status == 200

    process.terminate()

    assert await asyncio.wait_for(process.wait(), 10) == 0
    assert "export HOIDAP_CHANNELS__WHATSAPP__GRAPH_BASE=http://127.0.0.1:" in shown
