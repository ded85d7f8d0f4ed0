"""A PostgreSQL database as one file, by its own tools."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from runtime.errors import DatabaseError

_REVISION = re.compile(r"^COPY \S*\balembic_version\b.*;\n(\S+)\n", re.MULTILINE)
_PATIENCE_SECONDS = 10


def write(url: str, target: Path) -> None:
    """Dump the database. Raises DatabaseError."""
    _run_on(url, "pg_dump", "--format=custom", f"--file={target}")


def read(url: str, source: Path) -> None:
    """Replace what is in the database by a dump, all of it or nothing. Raises DatabaseError."""
    _run_on(url, "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(source))


def revision_in(source: Path) -> str:
    """Return the schema that a dump holds, "" when it names none. Raises DatabaseError when it is no dump."""
    found = _REVISION.search(_run("pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(source)))
    return found[1] if found else ""


def require_unused(url: str) -> bool:
    """Tell whether there is anything in the database. Raises DatabaseError when somebody else is connected to it."""
    address = _address(url).render_as_string(hide_password=False)
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
        " AND pid <> pg_backend_pid()"
    )
    try:
        with psycopg.connect(address, connect_timeout=_PATIENCE_SECONDS) as connection:
            count, is_filled = (
                connection.execute(others).fetchone(),
                connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone(),
            )
    except psycopg.Error as error:
        said = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise DatabaseError(f"The database cannot be used: {said}.", hint="Check HOIDAP_DATABASE__URL.") from None
    if count and count[0]:
        raise DatabaseError(f"Others are connected to the database ({count[0]}).", hint="Stop every server first.")
    return bool(is_filled and is_filled[0])


def name_of(url: str) -> str:
    """Return the name of the database."""
    return make_url(url).database or "database"


def _address(url: str) -> URL:
    return make_url(url).set(drivername="postgresql")


def _run_on(url: str, tool: str, *arguments: str) -> None:
    """Run a tool on the database. The password goes by the environment: anybody may read a command line."""
    address = _address(url)
    named = address.set(password=None).render_as_string()
    _run(tool, f"--dbname={named}", *arguments, password=address.password or "")


def _run(tool: str, *arguments: str, password: str = "") -> str:
    """Return what one of PostgreSQL's tools wrote. Raises DatabaseError."""
    program = shutil.which(tool)
    if program is None:
        raise DatabaseError(f"{tool} is not installed.", hint="Install Debian's postgresql-client.")
    environment = {"PATH": os.defpath, "PGPASSWORD": password}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise DatabaseError(f"{tool} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
