"""JSON requests: what the widget falls back to, and what a stranger may not do."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from bot.records import load_update
from bot.tables import ChatSession, Contact, Feedback, Message, Miss, Update
from tests.webhooks.webchat.conftest import SITE, Visitor


async def count(db, table):
    async with db.reading() as session:
        return await session.scalar(select(func.count()).select_from(table))


async def test_a_question_is_answered_with_its_source_and_only_safe_links(visitor):
    assert (await visitor.ask("nghị quyết 93")).status == 202

    asked, answered = (await visitor.read_answered())["messages"]

    assert (asked["author"], asked["text"], asked["client"]) == ("contact", "nghị quyết 93", "client-id-1")
    assert answered["text"] == "Về: nghị quyết 93"
    assert answered["source"] == {
        "title": "Bài <viết>",
        "date": "22/01/2024",
        "quote": "Câu được trích",
        "url": "https://portal.example/bai.html#:~:text=c%C3%A2u",
        "line": "Theo bài “Bài <viết>”, ngày 22/01/2024",
    }
    assert answered["choices"] == [{"title": "Câu khác", "choice": "#faq:khac"}]
    assert answered["links"] == [{"title": "Gọi", "url": "tel:02063852123"}]


async def test_a_choice_is_opened_by_what_stands_behind_it(visitor):
    await visitor.ask("Câu khác", choice="#faq:khac")

    asked, answered = (await visitor.read_answered())["messages"]

    assert (asked["text"], answered["text"]) == ("Câu khác", "Về: #faq:khac")


async def test_a_message_sent_three_times_counts_once(db, visitor):
    answers = await asyncio.gather(*(visitor.ask("xin chào") for _ in range(3)))

    assert [answer.status for answer in answers] == [202, 202, 202]
    await visitor.read_answered()
    assert await count(db, Update) == 1
    assert await count(db, Message) == 2


async def test_a_stored_question_is_shown_while_it_waits(make_world):
    world, client = await make_world(work=False)
    visitor = Visitor(client)
    await visitor.begin()
    await visitor.ask("câu đang chờ")

    waiting = (await visitor.read())["messages"]
    world.work()

    assert [(message["id"], message["text"]) for message in waiting] == [(0, "câu đang chờ")]
    assert len((await visitor.read_answered())["messages"]) == 2


async def test_reading_on_gives_only_what_is_new(visitor):
    await visitor.ask("một", id="message-one")
    first = await visitor.read_answered()

    nothing = await visitor.read(first["thread"], first["messages"][-1]["id"])
    await visitor.ask("hai", id="message-two")
    await visitor.read_answered(4)
    more = await visitor.read(first["thread"], first["messages"][-1]["id"])

    assert (nothing["fresh"], nothing["messages"]) == (False, [])
    assert [message["text"] for message in more["messages"]] == ["hai", "Về: hai"]


@pytest.mark.parametrize(
    ("document", "status", "word"),
    [
        pytest.param({"id": "client-id-1", "text": "x" * 1001}, 422, "too_long", id="too long"),
        pytest.param({"id": "client-id-1", "text": "  \u200b\n "}, 400, "unreadable", id="empty"),
        pytest.param({"id": "short", "text": "x"}, 400, "unreadable", id="id too short"),
        pytest.param({"id": "a:b/c d e f g", "text": "x"}, 400, "unreadable", id="id of odd letters"),
        pytest.param({"id": 12345678, "text": "x"}, 400, "unreadable", id="id is a number"),
        pytest.param({"text": "x"}, 400, "unreadable", id="no id"),
        pytest.param({"id": "client-id-1", "text": {"a": 1}}, 400, "unreadable", id="text is an object"),
        pytest.param({"id": "client-id-1", "text": None, "choice": []}, 400, "unreadable", id="nulls"),
        pytest.param({"id": "client-id-1", "text": "x" * 100_000}, 422, "too_long", id="huge"),
    ],
)
async def test_odd_messages_are_refused_with_a_word(visitor, document, status, word):
    answer = await visitor.post("messages", document)

    assert (answer.status, (await answer.json())["error"]) == (status, word)


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff\xfe", b'"text"', b"[" * 30_000, b"null"])
async def test_what_is_no_json_object_is_refused(visitor, body):
    answer = await visitor.client.post("/chat/messages", headers=visitor.headers, data=body)

    assert answer.status == 400


async def test_texts_are_cleaned_and_masked_before_they_are_stored(db, visitor):
    await visitor.ask("To\u0302i \ud800 0912 345 678 \u202eabc\x00", id="message-one")

    asked = (await visitor.read_answered())["messages"][0]

    assert asked["text"] == "Tôi ? [số điện thoại] abc"
    async with db.reading() as session:
        bodies = await session.scalars(select(Update.body))
        assert [load_update(body).text for body in bodies] == ["Tôi ? [phone] abc"]


async def test_a_token_opens_its_own_conversation_only(client, visitor):
    await visitor.ask("bí mật")
    await visitor.read_answered()
    other = Visitor(client)
    await other.begin()

    assert (await other.read())["messages"] == []
    for token in ("", "x" * 43, visitor.token[:-1], f"{visitor.token}x"):
        other.token = token
        answer = await client.get("/chat/messages", headers=other.headers)
        assert (answer.status, await answer.json()) == (401, {"error": "no_session"})


async def test_only_the_hash_of_a_token_is_stored(db, visitor):
    async with db.reading() as session:
        row = (await session.scalars(select(ChatSession))).one()

    assert len(visitor.token) >= 43
    assert visitor.token not in {row.token_hash, row.contact}
    assert len(row.token_hash) == 64


async def test_a_judgement_is_for_answers_of_ones_own(db, client, visitor):
    await visitor.ask("xin chào")
    asked, answered = (await visitor.read_answered())["messages"]
    other = Visitor(client)
    await other.begin()

    document = {"message": answered["id"], "value": -1, "reason": "gọi 0912 345 678"}
    assert (await visitor.post("rating", document)).status == 200
    assert (await other.post("rating", {"message": answered["id"], "value": 1})).status == 404
    assert (await visitor.post("rating", {"message": asked["id"], "value": 1})).status == 404

    assert [message["rating"] for message in (await visitor.read())["messages"]] == [0, -1]
    async with db.reading() as session:
        assert (await session.scalars(select(Feedback.reason))).all() == ["gọi [phone]"]
    await visitor.post("rating", {"message": answered["id"], "value": 0})
    assert await count(db, Feedback) == 0


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"message": True, "value": 1},
        {"message": 1, "value": 2},
        {"message": -1, "value": 1},
        {"message": 1, "value": [1]},
        {"message": 1, "value": {}},
        {"message": 1, "value": 1.0},
    ],
)
async def test_odd_judgements_are_refused(visitor, document):
    assert (await visitor.post("rating", document)).status == 400


async def test_a_new_conversation_hides_the_old_one(visitor):
    await visitor.ask("cũ", id="message-one")
    before = await visitor.read_answered()

    assert (await visitor.post("restart")).status == 200
    after = await visitor.read(before["thread"], before["messages"][-1]["id"])

    assert (after["fresh"], after["messages"]) == (True, [])
    await visitor.ask("mới", id="message-two")
    assert [message["text"] for message in (await visitor.read_answered())["messages"]] == ["mới", "Về: mới"]


async def test_deleting_leaves_nothing_but_ids(db, visitor):
    await visitor.ask("không biết")
    await visitor.read_answered()

    answer = await visitor.client.delete("/chat/session", headers=visitor.headers)

    assert answer.status == 200
    assert (await visitor.ask("sau khi xóa", id="message-two")).status == 401
    async with asyncio.timeout(20):
        while await count(db, Contact):
            await asyncio.sleep(0.02)
    for table in (Message, Miss, ChatSession, Feedback):
        assert await count(db, table) == 0, table
    async with db.reading() as session:
        assert set(await session.scalars(select(Update.body))) == {""}


async def test_deleting_takes_what_still_waits_along(db, make_world):
    world, client = await make_world(work=False)
    visitor = Visitor(client)
    await visitor.begin()
    await visitor.ask("chưa ai đọc")
    await client.delete("/chat/session", headers=visitor.headers)

    world.work()

    async with asyncio.timeout(20), world.db.reading() as session:
        while (await session.scalars(select(Update.state).distinct())).all() != ["done"]:
            await asyncio.sleep(0.02)
            await session.rollback()
    assert await count(db, Contact) == 0


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        f"{SITE}.evil.example",
        SITE.replace("https", "http"),
        f"{SITE}:8443",
        "null",
        "https://startup.caobang.example.",
        None,
    ],
)
async def test_foreign_origins_are_refused(client, origin):
    answer = await Visitor(client, origin=origin).begin()

    assert (answer.status, await answer.json()) == (403, {"error": "origin"})
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_an_allowed_site_may_read_the_answers(client):
    answer = await Visitor(client, origin=SITE).begin()

    assert answer.status == 201
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert answer.headers["Vary"] == "Origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers


async def test_preflight_says_yes_to_listed_sites_only(client):
    yes = await client.options("/chat/messages", headers={"Origin": SITE})
    no = await client.options("/chat/messages", headers={"Origin": "https://evil.example"})

    assert (yes.status, yes.headers["Access-Control-Allow-Headers"]) == (204, "Authorization, Content-Type")
    assert (no.status, "Access-Control-Allow-Origin" in no.headers) == (403, False)


async def test_a_cross_site_request_without_an_origin_is_refused(client, visitor):
    headers = {**visitor.headers, "Sec-Fetch-Site": "cross-site"}
    del headers["Origin"]

    assert (await client.get("/chat/messages", headers=headers)).status == 403


async def test_one_visitor_who_hurries_is_told_when_to_come_again(make_world):
    _, client = await make_world(webchat={"messages_per_minute": "3"})
    visitor = Visitor(client)
    await visitor.begin()

    answers = [await visitor.ask("x", id=f"message-{number}") for number in range(4)]

    assert [answer.status for answer in answers] == [202, 202, 202, 429]
    refusal = await answers[-1].json()
    assert refusal["error"] == "too_fast"
    assert int(answers[-1].headers["Retry-After"]) == refusal["retry_after"] >= 1
    other = Visitor(client)
    await other.begin()
    assert (await other.ask("x")).status == 202


async def test_one_address_cannot_open_sessions_without_end(make_world):
    _, client = await make_world(webchat={"address_sessions_per_hour": "2", "trusted_proxies": "1"})

    async def begin(address):
        visitor = Visitor(client)
        return (await client.post("/chat/session", headers={**visitor.headers, "X-Forwarded-For": address})).status

    assert [await begin("1.2.3.4, 203.0.113.9") for _ in range(3)] == [201, 201, 429]
    assert await begin("203.0.113.9, 203.0.113.10") == 201
    assert [await begin("2001:db8::1"), await begin("2001:db8::2"), await begin("2001:db8::3")] == [201, 201, 429]


async def test_a_database_that_is_full_asks_to_come_again(make_world):
    world, client = await make_world()
    visitor = Visitor(client)
    await visitor.begin()
    world.ingress._pending_rows = 0

    answer = await visitor.ask("x")

    assert (answer.status, (await answer.json())["error"], answer.headers["Retry-After"]) == (503, "busy", "2")
