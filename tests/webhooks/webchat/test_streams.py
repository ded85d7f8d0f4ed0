"""Live pages: sockets and event streams show the same transcript."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from tests.webhooks.webchat.conftest import SITE, Visitor


async def connect(visitor, **hello):
    socket = await visitor.client.ws_connect("/chat/socket", headers={"Origin": visitor.origin})
    await socket.send_json({"type": "hello", "token": visitor.token, **hello})
    assert await socket.receive_json(timeout=20) == {"type": "hello"}
    return socket


async def receive(socket, kind):
    """Return the next frame of a kind."""
    while True:
        frame = await socket.receive_json(timeout=20)
        if frame["type"] == kind:
            return frame


async def answered(socket):
    while True:
        page = await receive(socket, "page")
        if any(message["author"] == "bot" for message in page["messages"]):
            return page


@pytest.mark.parametrize(("odd", "given_back"), [("\ud83d", "?"), ({"a": [1]}, ""), ("x" * 99, "x" * 64)])
async def test_a_refusal_of_an_odd_id_can_be_sent(visitor, odd, given_back):
    socket = await connect(visitor)
    await socket.send_str(json.dumps({"type": "say", "id": odd, "text": "xin chào"}))

    refused = await receive(socket, "refused")

    assert (refused["id"], refused["error"]) == (given_back, "unreadable")
    await socket.close()


async def test_a_socket_takes_a_question_and_brings_the_answer(visitor):
    socket = await connect(visitor)
    await socket.send_json({"type": "say", "id": "message-one", "text": "xin chào"})

    assert (await receive(socket, "taken"))["id"] == "message-one"
    assert (await answered(socket))["messages"][-1]["text"] == "Về: xin chào"
    await socket.close()


async def test_the_first_question_opens_the_session(client):
    stranger = Visitor(client)
    socket = await connect(stranger)
    await socket.send_json({"type": "say", "id": "message-one", "text": "xin chào"})

    stranger.token = (await receive(socket, "session"))["token"]

    assert (await answered(socket))["messages"]
    await socket.close()
    assert len((await stranger.read())["messages"]) == 2


async def test_a_question_repeated_after_a_lost_line_counts_once(visitor):
    for _ in range(2):
        socket = await connect(visitor)
        await socket.send_json({"type": "say", "id": "message-one", "text": "xin chào"})
        await receive(socket, "taken")
        await socket.close()

    assert len((await visitor.read_answered())["messages"]) == 2


async def test_two_pages_stay_in_step(visitor):
    one, other = await connect(visitor), await connect(visitor)
    await one.send_json({"type": "say", "id": "message-one", "text": "xin chào"})

    assert await answered(one)
    assert await answered(other)
    await one.close()
    await other.close()


async def test_a_page_that_comes_back_gets_what_it_missed(visitor):
    await visitor.ask("một", id="message-one")
    page = await visitor.read_answered()
    await visitor.ask("hai", id="message-two")
    await visitor.read_answered(4)

    socket = await connect(visitor, thread=page["thread"], after=page["messages"][-1]["id"])
    missed = await receive(socket, "page")

    assert (missed["fresh"], [message["text"] for message in missed["messages"]]) == (False, ["hai", "Về: hai"])
    await socket.close()


async def test_an_answer_sent_by_another_process_is_found(make_world, monkeypatch):
    world, client = await make_world()
    monkeypatch.setattr(world.channel, "tell", lambda _contact: None)
    visitor = Visitor(client)
    await visitor.begin()
    socket = await connect(visitor)
    await receive(socket, "page")
    monkeypatch.setattr("webhooks.webchat.streams.LOOK_IDLE", 0.1)
    await socket.close()
    socket = await connect(visitor)

    await visitor.ask("xin chào")

    assert await answered(socket)
    await socket.close()


async def test_deleting_ends_every_open_page(client, visitor):
    socket = await connect(visitor)
    await receive(socket, "page")

    await client.delete("/chat/session", headers=visitor.headers)

    assert await receive(socket, "ended")
    await socket.close()


async def test_a_token_that_opens_nothing_is_told_so_and_may_begin_anew(client):
    stranger = Visitor(client)
    stranger.token = "nothing"
    socket = await connect(stranger)
    assert await receive(socket, "ended")

    await socket.send_json({"type": "say", "id": "message-one", "text": "xin chào"})

    assert (await receive(socket, "session"))["token"]
    await socket.close()


@pytest.mark.parametrize("origin", ["https://evil.example", f"{SITE}.evil.example", "null", None])
async def test_foreign_pages_get_no_socket(client, origin):
    headers = {"Origin": origin} if origin else {}

    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect("/chat/socket", headers=headers)

    assert refused.value.status == 403


async def test_refusals_come_as_words(visitor):
    socket = await connect(visitor)
    await socket.send_json({"type": "say", "id": "message-one", "text": "x" * 1001})
    assert (await receive(socket, "refused"))["error"] == "too_long"
    await socket.send_json({"type": "say", "id": "message-two", "text": ""})
    assert (await receive(socket, "refused"))["error"] == "unreadable"
    await socket.send_json({"type": "unheard of"})
    await socket.send_json({"type": "say", "id": "message-three", "text": "xin chào"})
    assert (await receive(socket, "taken"))["id"] == "message-three"
    await socket.close()


@pytest.mark.parametrize("frame", ["{", "[]", "null", "[" * 20_000])
async def test_a_socket_that_talks_nonsense_is_closed(visitor, frame):
    socket = await connect(visitor)
    await socket.send_str(frame)

    while (message := await socket.receive(timeout=20)).type is WSMsgType.TEXT:
        continue

    assert message.type is WSMsgType.CLOSE
    assert message.data == 1008


async def test_binary_and_oversized_frames_close_the_socket(visitor):
    for frame in (b"\x00", b"x" * 100_000):
        socket = await connect(visitor)
        await socket.send_bytes(frame)
        while (message := await socket.receive(timeout=20)).type is WSMsgType.TEXT:
            continue
        assert message.type in {WSMsgType.CLOSE, WSMsgType.CLOSED}


async def test_one_address_has_only_so_many_open_pages(make_world):
    _, client = await make_world(webchat={"address_streams": "2"})
    visitor = Visitor(client)
    await visitor.begin()
    sockets = [await connect(visitor) for _ in range(2)]

    with pytest.raises(WSServerHandshakeError) as refused:
        await connect(visitor)
    for socket in sockets:
        await socket.close()
    await asyncio.sleep(0.05)

    assert refused.value.status == 429
    await (await connect(visitor)).close()


async def test_an_event_stream_brings_the_same_pages(visitor):
    async with visitor.client.get("/chat/stream", headers=visitor.headers) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["X-Accel-Buffering"] == "no"
        await visitor.ask("xin chào")
        async with asyncio.timeout(20):
            async for line in stream.content:
                page = json.loads(line[6:]) if line.startswith(b"data: ") else {"messages": []}
                if any(message["author"] == "bot" for message in page["messages"]):
                    break

    assert page["messages"][-1]["text"] == "Về: xin chào"


async def test_an_event_stream_ends_with_its_session(client, visitor):
    async with client.get("/chat/stream", headers=visitor.headers) as stream:
        await stream.content.readline()
        await client.delete("/chat/session", headers=visitor.headers)
        async with asyncio.timeout(20):
            rest = await stream.content.read()

    assert b"event: ended" in rest
    assert (await client.get("/chat/stream", headers=visitor.headers)).status == 401


async def test_a_server_that_stops_sends_open_pages_away(make_world):
    _, client = await make_world()
    visitor = Visitor(client)
    await visitor.begin()
    socket = await connect(visitor)
    await receive(socket, "page")
    stream = await client.get("/chat/stream", headers=visitor.headers)
    await stream.content.readline()

    async with asyncio.timeout(20):
        closing = asyncio.create_task(client.server.close())
        message = await socket.receive()
        await stream.content.read()
        await closing

    assert (message.type, message.data) == (WSMsgType.CLOSE, 1012)
