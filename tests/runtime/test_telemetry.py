"""What never reaches a log."""

from __future__ import annotations

import asyncio
import logging

import pytest
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from runtime.database import Database
from runtime.telemetry import mask, redact, set_up_logging
from simulators.platform import running


@pytest.mark.parametrize(
    "name", ["text", "body", "access_token", "app_secret", "phone", "payload", "X-ZEvent-Signature"]
)
def test_secret_and_personal_fields_are_blanked(name):
    assert redact(None, "info", {"event": "x", name: "hunter2"}) == {"event": "x", name: "[redacted]"}


def test_ordinary_fields_stay():
    event = {"event": "delivery.dead", "delivery_id": 12, "channel": "zalo", "code": "-216"}

    assert redact(None, "info", dict(event)) == event


def test_what_a_library_says_is_masked_too():
    said = "Job drain(key='updates:whatsapp:1:84912345678') ended"

    assert "84912345678" not in redact(None, "error", {"event": said})["event"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://api.example/bot123:abc/sendMessage failed", "https://api.example/bot[redacted]/sendMessage failed"),
        ("to 84912345678 failed", "to [digits] failed"),
        ("2026-01-05T08:00:00+00:00", "2026-01-05T08:00:00+00:00"),
    ],
)
def test_values_are_masked_inside_texts(text, expected):
    assert mask(text) == expected


@pytest.fixture
def logging_as_before():
    """Give every logger back its level and its handlers."""
    root, names = logging.getLogger(), ("aiohttp.access", "aiosqlite", "alembic", "procrastinate", "psycopg")
    before, handlers = {name: logging.getLogger(name).level for name in names}, root.handlers
    level = root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    logging.getLogger("aiohttp.server").filters.clear()
    for name, old in before.items():
        logging.getLogger(name).setLevel(old)


async def test_statements_are_not_logged_with_their_values_at_any_level(sqlite_url, logging_as_before, capsys):
    set_up_logging(level="DEBUG")
    db = Database(sqlite_url)
    async with db.transaction() as session:
        await session.execute(text("SELECT :said"), {"said": "bí mật"})
    await db.close()
    logging.getLogger("bot").debug("seen")

    written = capsys.readouterr().err

    assert "seen" in written
    assert "bí mật" not in written


async def test_a_statement_that_fails_does_not_name_its_values(database_url):
    db = Database(database_url)
    with pytest.raises(SQLAlchemyError) as failed:
        async with db.transaction() as session:
            await session.execute(text("SELECT * FROM nowhere WHERE said = :said"), {"said": "bí mật"})
    async with db.reading() as session:
        with pytest.raises(SQLAlchemyError) as failed_reading:
            await session.execute(text("SELECT * FROM nowhere WHERE said = :said"), {"said": "bí mật"})
    await db.close()

    assert "bí mật" not in f"{failed.value}{failed_reading.value}"


async def test_of_a_request_that_was_no_http_neither_sender_nor_content_is_logged(logging_as_before, capsys):
    set_up_logging(level="DEBUG")
    app = web.Application()
    async with running(app) as base:
        host, port = base.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: s3cret\x00\r\n\r\n")
        assert b"400" in await reader.readline()
        writer.close()

    said = capsys.readouterr().err
    assert "A request was no HTTP" in said
    assert "s3cret" not in said
    assert "127.0.0.1" not in said
