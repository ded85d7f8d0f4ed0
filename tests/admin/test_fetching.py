"""The fetcher against a portal that answers, errs, stalls, swells, and redirects to where it must not."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from admin.fetching import PortalFetcher
from runtime.errors import PortalError
from runtime.settings import PortalSettings
from tests.support.portal import a_html_page, a_portal

URL = "https://portal.example/bai.html"


@pytest.fixture
async def portal():
    async with a_portal() as portal:
        portal.pages["/bai.html"] = a_html_page()
        yield portal


def redirect(location: str, status: int = 302):
    return lambda _request: web.Response(status=status, headers={"Location": location})


async def problem_of(fetch, url=URL) -> str:
    with pytest.raises(PortalError) as refused:
        await fetch(url)
    return refused.value.problem


async def test_page_is_fetched_with_its_validators(portal):
    fetched = await PortalFetcher(portal.settings())(URL)

    assert (fetched.url, fetched.status, fetched.charset) == (URL, 200, "utf-8")
    assert fetched.content.decode() == a_html_page()
    assert fetched.etag


async def test_page_that_did_not_change_is_not_sent_again(portal):
    fetch = PortalFetcher(portal.settings())
    first = await fetch(URL)

    again = await fetch(URL, etag=first.etag)

    assert again.is_unchanged
    assert again.content == b""


async def test_we_say_who_we_are(portal):
    await PortalFetcher(portal.settings(), contact="https://hoidap.example")(URL)

    agents = {request.headers["User-Agent"] for request in portal.requests}
    assert len(agents) == 1
    assert agents.pop().startswith("hoidap/")
    assert "(+https://hoidap.example)" in portal.requests[0].headers["User-Agent"]


@pytest.mark.parametrize("status", [403, 404, 410, 500, 503])
async def test_status_without_a_page_is_told(portal, status):
    portal.pages["/bai.html"] = status

    fetched = await PortalFetcher(portal.settings())(URL)

    assert (fetched.status, fetched.has_failed, fetched.is_gone) == (status, True, status in {404, 410})


async def test_redirect_within_the_list_is_followed(portal):
    portal.pages["/cu.html"] = redirect("/bai.html", 301)

    fetched = await PortalFetcher(portal.settings())("https://portal.example/cu.html")

    assert (fetched.url, fetched.status) == (URL, 200)


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        pytest.param("http://127.0.0.1/", "host", id="loopback"),
        pytest.param("http://[::1]/", "host", id="loopback by IPv6"),
        pytest.param("http://169.254.169.254/latest/", "host", id="a cloud's metadata"),
        pytest.param("https://other.example/", "host", id="another host"),
        pytest.param("//other.example/", "host", id="another host without a scheme"),
        pytest.param("file:///etc/hostname", "address", id="a file"),
        pytest.param("http://portal.example:6379/", "address", id="another port"),
        pytest.param("http://[broken", "redirect", id="no address at all"),
    ],
)
async def test_redirect_to_anywhere_else_is_refused(portal, location, problem):
    portal.pages["/bai.html"] = redirect(location)

    assert await problem_of(PortalFetcher(portal.settings())) == problem
    assert portal.paths == ["/bai.html"]


async def test_redirect_that_never_ends_is_given_up(portal):
    portal.pages["/bai.html"] = redirect("/bai.html")

    assert await problem_of(PortalFetcher(portal.settings())) == "redirect"
    assert len(portal.paths) == 6


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(["127.0.0.1"], id="loopback"),
        pytest.param(["::1"], id="loopback by IPv6"),
        pytest.param(["10.1.2.3"], id="private"),
        pytest.param(["113.160.1.1", "192.168.0.1"], id="public and private"),
        pytest.param(["::ffff:169.254.169.254"], id="metadata inside IPv6"),
        pytest.param([], id="none"),
    ],
)
async def test_name_that_leads_into_our_own_network_is_refused(addresses):
    async def resolve(_host):
        return addresses

    fetch = PortalFetcher(PortalSettings(hosts="portal.example"), resolve=resolve)

    assert await problem_of(fetch) == "address"


async def test_name_is_looked_up_only_where_its_address_is_checked():
    """DNS rebinding: a name that were looked up once to check and once to connect could answer differently."""
    asked = []

    async def resolve(host):
        asked.append(host)
        return ["127.0.0.1"]

    await problem_of(PortalFetcher(PortalSettings(hosts="portal.example"), resolve=resolve))

    assert asked == ["portal.example"]


async def test_page_that_is_too_large_is_not_read_to_its_end(portal):
    sent = []

    async def endless(request):
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        for _ in range(10_000):
            await response.write(b"x" * 10_000)
            sent.append(10_000)
        return response

    portal.pages["/bai.html"] = endless

    assert await problem_of(PortalFetcher(portal.settings(max_bytes=50_000))) == "size"
    assert sum(sent) < 100_000_000


async def test_page_that_swells_when_unpacked_is_not_read_to_its_end(portal):
    def packed(_request):
        response = web.Response(body=b"x" * 5_000_000, content_type="text/html")
        response.enable_compression(web.ContentCoding.gzip)
        return response

    portal.pages["/bai.html"] = packed

    assert await problem_of(PortalFetcher(portal.settings(max_bytes=100_000))) == "size"


async def test_portal_that_stalls_is_given_up(portal):
    async def stalled(_request):
        await asyncio.sleep(5)
        return 200

    portal.pages["/bai.html"] = stalled

    assert await problem_of(PortalFetcher(portal.settings(timeout_seconds=0.2))) == "timeout"


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "application/zip", "video/mp4"])
async def test_file_is_no_page(portal, kind):
    portal.pages["/bai.html"] = web.Response(body=b"%PDF", content_type=kind)

    assert await problem_of(PortalFetcher(portal.settings())) == "type"


async def test_portal_that_does_not_listen_is_unreachable():
    fetch = PortalFetcher(PortalSettings(hosts="portal.example", trial_address="127.0.0.1:9"))

    assert await problem_of(fetch) == "unreachable"


async def test_robots_are_kept_to(portal):
    portal.robots = "User-agent: *\nDisallow: /bai\n"

    assert await problem_of(PortalFetcher(portal.settings())) == "robots"
    assert portal.paths == []


async def test_robots_may_speak_to_us_by_name(portal):
    portal.robots = "User-agent: *\nDisallow: /\n\nUser-agent: hoidap\nAllow: /\n"

    assert (await PortalFetcher(portal.settings())(URL)).status == 200


async def test_robots_are_asked_once_a_day(portal):
    fetch = PortalFetcher(portal.settings())
    await fetch(URL)
    await fetch(URL)

    assert [request.path for request in portal.requests] == ["/robots.txt", "/bai.html", "/bai.html"]


async def test_server_in_trouble_over_its_robots_is_left_alone(portal):
    portal.robots = 503

    assert await problem_of(PortalFetcher(portal.settings())) == "status"
    assert portal.paths == []


async def test_redirect_is_asked_of_the_robots_too(portal):
    portal.robots = "User-agent: *\nDisallow: /rieng/\n"
    portal.pages["/bai.html"] = redirect("/rieng/bai.html")

    assert await problem_of(PortalFetcher(portal.settings())) == "robots"


async def test_one_page_at_a_time(portal):
    async def slow(_request):
        await asyncio.sleep(0.05)
        return web.Response(text=a_html_page(), content_type="text/html")

    portal.pages["/bai.html"] = slow
    fetch = PortalFetcher(portal.settings())

    await asyncio.gather(*(fetch(URL) for _ in range(4)))

    assert portal.most_at_once == 1
