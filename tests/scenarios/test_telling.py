"""Ten people ask the same in ten ways on three channels; once there is an answer, each is told it once."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from bot import triage
from bot.handlers.telling import digest_of
from bot.tables import Contact, FollowUp, Gap
from bot.triage import GapState
from runtime.database import Database
from simulators.whatsapp_events import tap_value, text_value
from simulators.zalo_events import text_event
from tests.support.servers import serving, until

pytestmark = pytest.mark.real_socket
ENTRY, ANSWER = "tram-xanh", "Đại sứ nông sản"
WAYS = (
    "nhóm bạn trẻ thu pin cũ để ở đâu",
    "nhom ban tre thu pin cu de o dau",
    "nhóm bạn trẻ thu pin cũ để ở đâu ạ",
    "pin cũ nhóm bạn trẻ thu để ở đâu",
    "cho hỏi nhóm bạn trẻ thu pin cũ để đâu",
    "nhóm bạn trẻ thu pin cũ để chỗ nào",
    "nhóm các bạn trẻ thu pin cũ để ở đâu vậy",
    "nhom ban tre thu pin cu o dau v ad",
    "các bạn trẻ thu pin cũ để ở đâu",
    "nhóm trẻ thu pin cũ thì để ở đâu",
)


@pytest.fixture
async def database(request):
    """A database of each kind."""
    db = Database(request.getfixturevalue(f"{request.param}_url"))
    yield db
    await db.close()


class Citizens:
    """Ten people: four on Zalo, four on WhatsApp, two on the web."""

    def __init__(self, zalo, whatsapp, http):
        self.zalo, self.whatsapp, self.http = zalo, whatsapp, http
        self.on_zalo = {f"74112000000000001{number:02}": WAYS[number] for number in range(4)}
        self.on_whatsapp = {f"8490000010{number}": WAYS[4 + number] for number in range(4)}
        self.on_web: dict[str, str] = {}

    async def ask_and_agree(self, server):
        for person, text in self.on_zalo.items():
            await self.to_zalo(server, person, text)
        for person, text in self.on_whatsapp.items():
            await self.to_whatsapp(server, text_value(text, user=person))
        for text in WAYS[8:]:
            token = (await self.post(server, "session", {}))["token"]
            self.on_web[token] = text
            await self.post(server, "messages", {"id": "question-1", "text": text}, token)
        await until(lambda: len(self.zalo.accepted) >= 4 and len(self.whatsapp.accepted) >= 4, seconds=40)
        for person, text in self.on_zalo.items():
            await self.to_zalo(server, person, f"#tell:{digest_of(text)}")
        for person, text in self.on_whatsapp.items():
            tap = tap_value(f"#tell:{digest_of(text)}", "Báo khi có trả lời", user=person)
            await self.to_whatsapp(server, tap)
        for token, text in self.on_web.items():
            await self.post(server, "messages", {"id": "question-2", "choice": f"#tell:{digest_of(text)}"}, token)

    async def to_zalo(self, server, person, text):
        await self.zalo.deliver(
            self.http, f"{server.url}/webhooks/zalo", text_event(self.zalo.account, text, user=person)
        )

    async def to_whatsapp(self, server, value):
        await self.whatsapp.deliver(self.http, f"{server.url}/webhooks/whatsapp", value)

    async def post(self, server, path, body, token=""):
        headers = {"Origin": server.url, **({"Authorization": f"Bearer {token}"} if token else {})}
        async with self.http.post(f"{server.url}/chat/{path}", json=body, headers=headers) as response:
            assert response.status < 300, await response.text()
            return await response.json()

    async def news_on_the_web(self, server):
        """Return how often each visitor was told."""
        counts = []
        for token in self.on_web:
            headers = {"Origin": server.url, "Authorization": f"Bearer {token}"}
            async with self.http.get(f"{server.url}/chat/messages", headers=headers) as response:
                lines = (await response.json())["messages"]
            counts.append(sum(ANSWER in json.dumps(line, ensure_ascii=False) for line in lines))
        return counts


def news(platform):
    """Return what a platform took that holds the answer."""
    said = (json.dumps(each.message, ensure_ascii=False) for each in platform.accepted)
    return [text for text in said if ANSWER in text]


async def write_the_answer(db):
    """Staff settle every gap by an entry; two people on WhatsApp were last seen too long ago to be written to."""
    now = datetime.now(UTC)
    async with db.transaction() as session:
        gaps = (await session.execute(select(Gap.id, Gap.people))).all()
        await triage.settle(session, [gap.id for gap in gaps], GapState.RESOLVED_ENTRY, now=now, entry=ENTRY)
        late = Contact.external_id.in_(("84900000102", "84900000103"))
        await session.execute(update(Contact).where(late).values(last_seen_at=now - timedelta(hours=30)))
    return [gap.people for gap in gaps]


async def wishes(db, state):
    async with db.reading() as session:
        return len((await session.scalars(select(FollowUp.id).where(FollowUp.state == state))).all())


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
async def test_ten_askers_on_three_channels_are_each_told_once_and_none_outside_the_window(
    database, tmp_path, zalo, whatsapp, zalo_settings, whatsapp_settings, http
):
    environment = {
        **zalo_settings, **whatsapp_settings, "HOIDAP_WORKER__CHORE_SECONDS": "0.5",
        "HOIDAP_DATABASE__URL": database.url,
    }  # fmt: skip
    people = Citizens(zalo, whatsapp, http)
    async with serving(tmp_path, environment) as server:
        await people.ask_and_agree(server)
        await _until_async(lambda: wishes(database, "waiting"), 10)
        await _until_async(lambda: _sorted(database), 10)

    assert await write_the_answer(database) == [10], "ten ways to ask are one gap"

    for _ in range(2):  # and the second start finds nothing left to say
        async with serving(tmp_path, environment) as server:
            await until(lambda: len(news(zalo)) >= 4 and len(news(whatsapp)) >= 2, seconds=30)
            await _until_async(lambda: wishes(database, "told"), 8)
            assert await people.news_on_the_web(server) == [1, 1]
    assert (len(news(zalo)), len(news(whatsapp))) == (4, 2)

    async with serving(tmp_path, environment) as server:
        now = str(int(datetime.now(UTC).timestamp()))
        await people.to_whatsapp(server, text_value("xin chào", user="84900000102", timestamp=now))
        await until(lambda: len(news(whatsapp)) == 3, seconds=30)
        await _until_async(lambda: wishes(database, "waiting"), 1)
    assert len(news(whatsapp)) == 3


async def _sorted(db):
    async with db.reading() as session:
        return (await session.scalar(select(func.sum(Gap.people)))) or 0


async def _until_async(count, expected, *, seconds=30):
    async with asyncio.timeout(seconds):
        while await count() != expected:
            await asyncio.sleep(0.1)
