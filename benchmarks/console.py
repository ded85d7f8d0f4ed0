"""How long staff wait for the list of entries: 5,000 of them, 100,000 answers given; the whole request, over HTTP."""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
from datetime import datetime, timedelta
from time import perf_counter

import aiohttp
from aiohttp.test_utils import TestServer
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

import server
from admin import sessions, staff
from admin.gate import SESSION_COOKIE
from admin.page import Role
from admin.sessions import Place
from bot.tables import Contact, Conversation, Feedback, Message
from knowledge.schema import ArticleItem, EntryItem, KnowledgeFile
from knowledge.transfer import apply, starter_file
from runtime import schema
from runtime.clock import SystemClock
from runtime.database import Database
from runtime.loading import load_settings

ENTRIES, ANSWERS, ROUNDS = 5_000, 100_000, 20
PAGES = {
    "first page": "/admin/entries",
    "search": "/admin/entries?q=ho+tro+doanh+nghiep",
    "search, nothing found": "/admin/entries?q=khong+co+gi+nhu+the",
    "topic and status": "/admin/entries?topic=chinh-sach&status=published",
    "expiring": "/admin/entries?show=expiring",
    "often asked": "/admin/entries?show=often",
    "never asked": "/admin/entries?show=never",
    "last page": f"/admin/entries?page={ENTRIES // 30}",
}


def knowledge() -> KnowledgeFile:
    """Return the starter entries over and over, each time with other words in front."""
    starter = starter_file()
    entries: list[EntryItem] = []
    for number in range(ENTRIES):
        item = starter.entries[number % len(starter.entries)]
        changes = {"key": f"{item.key}-{number}", "question": f"Trường hợp {number}: {item.question}", "related": ()}
        entries.append(item.model_copy(update=changes))
    articles: tuple[ArticleItem, ...] = starter.articles
    return KnowledgeFile(articles=articles, entries=tuple(entries))


async def fill(db: Database, *, now: datetime) -> str:
    """Store entries, answers and judgements; return a session of an approver."""
    file, chance = knowledge(), random.Random(1)
    await apply(db, file, now)
    async with db.transaction() as session:
        contact = {"channel": "zalo", "account": "a", "external_id": "1", "address": "1", "created_at": now}
        await session.execute(insert(Contact), [contact | {"last_seen_at": now}])
        await session.execute(insert(Conversation), [{"contact_id": 1, "state": {}, "updated_at": now}])
        asked = [file.entries[int(chance.paretovariate(0.4)) % ENTRIES].key for _ in range(ANSWERS)]
        rows = [
            {"conversation_id": 1, "author": "bot", "text": "", "outcome": "answer", "entry": key,
             "created_at": now - timedelta(minutes=chance.randrange(525_600))}
            for key in asked
        ]  # fmt: skip
        await session.execute(insert(Message), rows)
        judged = [
            {"message_id": at, "value": chance.choice((1, 1, -1)), "created_at": now} for at in range(1, ANSWERS, 9)
        ]
        await session.execute(insert(Feedback), judged)
        person, _ = await staff.invite(session, login="minh", name="Minh", roles=(Role.APPROVER,), now=now)
        place = Place(address="127.0.0.1", network="127.0.0.1", agent="bench")
        return await sessions.begin(
            session, person.id, place, now=now, valid=timedelta(hours=1), is_complete=True, confirmed=True
        )


async def measure(url: str) -> dict[str, list[float]]:
    """Return milliseconds of each page, a figure per round."""
    db = Database(url)
    await schema.migrate(db)
    token = await fill(db, now=SystemClock().now())
    await db.close()
    times: dict[str, list[float]] = {name: [] for name in PAGES}
    async with server.open_assistant(load_settings(database={"url": url})) as assistant:
        app = server.web_application(assistant)
        cookies = {SESSION_COOKIE: token}
        async with TestServer(app) as listening, aiohttp.ClientSession(cookies=cookies) as client:
            for _ in range(ROUNDS):
                for name, path in PAGES.items():
                    started = perf_counter()
                    async with client.get(listening.make_url(path)) as response:
                        await response.read()
                        assert response.status == 200, response.status
                    times[name].append((perf_counter() - started) * 1000)
    return times


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as directory:
        times = asyncio.run(measure(f"sqlite+aiosqlite:///{directory}/hoidap.db"))
    table = Table(title=f"The list of {ENTRIES} entries, SQLite, milliseconds per request")
    for column in ("page", "median", "worst"):
        table.add_column(column)
    for name, each in times.items():
        table.add_row(name, f"{statistics.median(each):.0f}", f"{max(each):.0f}")
    Console().print(table)
