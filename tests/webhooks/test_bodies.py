"""A body is waited for, but not for ever, and a sender who leaves is no error of ours."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from simulators.platform import running
from webhooks.bodies import Unfinished, body_of

LIMIT = 1000


@pytest.fixture
async def server():
    """A server that notes how reading each body ended."""
    ends = []

    async def read(request):
        try:
            ends.append(await body_of(request, LIMIT, seconds=0.3))
        except Unfinished as unfinished:
            ends.append("slow" if unfinished.is_slow else "cut off")
        return web.Response()

    app = web.Application()
    app.router.add_post("/", read)
    async with running(app) as base:
        yield base, ends


async def send(base, head, *parts, pause=0.05):
    host, port = base.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST / HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode())
    for part in parts:
        await asyncio.sleep(pause)
        writer.write(part)
    await asyncio.sleep(pause)
    return reader, writer


@pytest.mark.parametrize(
    ("head", "parts", "body"),
    [
        pytest.param("Content-Length: 4", [b"ab", b"cd"], b"abcd", id="in pieces"),
        pytest.param("Content-Length: 0", [], b"", id="nothing"),
        pytest.param("Transfer-Encoding: chunked", [b"2\r\nab\r\n0\r\n\r\n"], b"ab", id="of unknown length"),
    ],
)
async def test_a_body_is_read_whole(server, head, parts, body):
    base, ends = server

    reader, writer = await send(base, head, *parts)
    await reader.readline()
    writer.close()

    assert ends == [body]


@pytest.mark.parametrize("head", ["Content-Length: 2000", "Transfer-Encoding: chunked"])
async def test_a_body_that_is_too_large_is_longer_than_the_limit(server, head):
    base, ends = server

    reader, writer = await send(base, head, b"7d0\r\n" * ("chunked" in head) + b"x" * 2000)
    await reader.readline()
    writer.close()

    assert len(ends[0]) > LIMIT


async def test_a_body_that_does_not_come_is_given_up(server):
    base, ends = server

    reader, writer = await send(base, "Content-Length: 500", b"{")
    async with asyncio.timeout(2):
        await reader.readline()
    writer.close()

    assert ends == ["slow"]


async def test_a_sender_who_leaves_in_the_middle_is_no_error(server):
    base, ends = server

    _, writer = await send(base, "Content-Length: 500", b"{")
    writer.close()
    await asyncio.sleep(0.1)

    assert ends == ["cut off"]


async def test_chunks_that_are_none_are_no_error(server):
    base, ends = server

    _, writer = await send(base, "Transfer-Encoding: chunked", b"2\r\nab\r\n", b"ZZ\r\n")
    writer.close()
    await asyncio.sleep(0.1)

    assert ends == ["cut off"]
