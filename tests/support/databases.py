"""Real databases for tests: a SQLite file and a PostgreSQL database per test, each copied from a migrated one."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from runtime import schema
from runtime.database import Database

SERVER = os.environ.get("TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
TEMPLATE = f"hoidap_template_{os.getpid()}"


def _admin() -> psycopg.Connection:
    url = make_url(SERVER).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True, connect_timeout=3)


@pytest.fixture(scope="session")
def postgresql_template():
    """A migrated database that tests are copied from; skips with its reason when there is no PostgreSQL."""
    try:
        connection = _admin()
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL at TEST_DATABASE_URL ({str(error).splitlines()[0]})")
    with connection:
        connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
        _migrate(_url(TEMPLATE))
        yield TEMPLATE
        connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
    connection.close()


def _migrate(url: str) -> None:
    # a thread of its own: the test that asks first may already be inside an event loop
    with ThreadPoolExecutor() as threads:
        threads.submit(lambda: asyncio.run(_migrate_and_close(url))).result()


async def _migrate_and_close(url: str) -> None:
    db = Database(url)
    await schema.migrate(db)
    await db.close()


def _url(name: str) -> str:
    return make_url(SERVER).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def postgresql_url(postgresql_template):
    """The URL of an empty, migrated PostgreSQL database that nobody else uses."""
    name = f"hoidap_test_{secrets.token_hex(6)}"
    with _admin() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    yield _url(name)
    with _admin() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """A migrated SQLite file that tests are copied from: migrating costs a hundred times as much as copying."""
    path = tmp_path_factory.mktemp("template") / "hoidap.db"
    _migrate(f"sqlite+aiosqlite:///{path}")
    assert [file.name for file in path.parent.iterdir()] == [path.name], "all of it must be in the file itself"
    return path


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path):
    """The URL of an empty, migrated SQLite database: `hoidap.db` in the folder of the test."""
    shutil.copyfile(sqlite_template, tmp_path / "hoidap.db")
    return f"sqlite+aiosqlite:///{tmp_path}/hoidap.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    """The URL of an empty, migrated database of each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
async def db(database_url):
    """An open, migrated database of each kind."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_db(sqlite_url):
    """An open, migrated SQLite database, where the kind of database is not the point."""
    database = Database(sqlite_url)
    yield database
    await database.close()
