"""How every command starts and ends: settings, logging, and failures as one line on stderr."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import typer
from rich.console import Console
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from admin.composition import Composition
from runtime.errors import AppError
from runtime.loading import load_settings
from runtime.settings import Settings
from runtime.telemetry import set_up_logging

T = TypeVar("T")


def composition_of(context: typer.Context) -> Composition:
    """Return what the composition root handed over."""
    composition = context.find_root().obj
    assert isinstance(composition, Composition)
    return composition


@contextmanager
def failing_plainly() -> Iterator[None]:
    """Turn an expected failure into one line on stderr and exit code 1."""
    try:
        yield
    except AppError as error:
        fail(str(error))
    except SQLAlchemyError as error:
        fail(f"The database cannot be used: {_first_line(error)}. Check HOIDAP_DATABASE__URL.")
    except OSError as error:
        fail(_plainly(error))


def _first_line(error: SQLAlchemyError) -> str:
    """Return what the driver said, without the statement and its parameters: those may hold personal data."""
    said = str(error.orig) if isinstance(error, DBAPIError) else type(error).__name__
    return next(iter(said.strip().splitlines()), type(error).__name__).rstrip(".")


def _plainly(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "Another program listens on this address. Stop it, or choose another --port."
    subject = f"{error.filename}: " if error.filename else ""
    return f"{subject}{error.strerror or error}."


def fail(message: str) -> NoReturn:
    """Say why on stderr and leave with exit code 1."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"hoidap: {message}", markup=False)
    raise typer.Exit(1)


def settings_of(**overrides: Any) -> Settings:
    """Read the settings (options that were not given do not override) and set up logging."""
    settings = load_settings(**{name: value for name, value in overrides.items() if value is not None})
    set_up_logging(level=settings.log_level, as_json=settings.log_json)
    return settings


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work; expected failures end the command."""
    with failing_plainly():
        return asyncio.run(work)
    raise AssertionError  # failing_plainly leaves, it never swallows
