"""PostgreSQL databases for one benchmark run."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy import make_url

SERVER = os.environ.get("TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@contextmanager
def postgresql_urls() -> Iterator[Callable[[], str]]:
    """Yield a maker of URLs of empty databases; they are dropped at the end."""
    made: list[str] = []
    admin = make_url(SERVER).set(drivername="postgresql").render_as_string(hide_password=False)

    def make() -> str:
        made.append(f"hoidap_bench_{secrets.token_hex(4)}")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(made[-1])))
        return make_url(SERVER).set(database=made[-1]).render_as_string(hide_password=False)

    try:
        yield make
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            for name in made:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
