"""Logs without personal data, and every metric declared once."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram

UPDATES_ACCEPTED = Counter("hoidap_updates_accepted_total", "Updates acknowledged as durable", ["channel", "kind"])
UPDATES_DUPLICATE = Counter("hoidap_updates_duplicate_total", "Accepted updates that had been stored before")
UPDATES_IGNORED = Counter("hoidap_updates_ignored_total", "Authentic events that need nothing", ["channel", "reason"])
REQUESTS_REFUSED = Counter("hoidap_webhook_refused_total", "Webhook requests refused", ["channel", "reason"])
ACCEPT_SECONDS = Histogram("hoidap_accept_seconds", "From request to durable", ["channel"])
OUTCOMES = Counter("hoidap_outcomes_total", "Decided turns by outcome", ["channel", "outcome"])
TURN_SECONDS = Histogram("hoidap_turn_seconds", "Deciding one turn, without the database")
ANSWER_SECONDS = Histogram("hoidap_answer_seconds", "From accepted update to sent reply", ["channel"])
DELIVERIES = Counter("hoidap_deliveries_total", "Deliveries by what became of them", ["channel", "state"])
DEAD_LETTERS = Counter("hoidap_dead_letters_total", "Updates and deliveries that used up their attempts", ["queue"])
CREDENTIAL_FAILURES = Counter("hoidap_credential_refresh_failures_total", "Failed refreshes of a credential", ["name"])
FOLLOW_UPS = Counter("hoidap_follow_ups_total", "People told the answer they had asked to be told", ["channel"])
REMINDERS = Counter("hoidap_reminders_total", "Reminders of deadlines by what became of them", ["channel", "state"])
HANDOFFS = Counter("hoidap_handoffs_total", "Requests for a person by how they ended", ["ended"])
ARTICLE_CHECKS = Counter("hoidap_article_checks_total", "Looks at pages that entries quote", ["outcome"])
SIGN_INS = Counter("hoidap_sign_ins_total", "Attempts to sign in to the console", ["outcome"])
KNOWLEDGE_VERSION = Gauge("hoidap_knowledge_version", "Version of the knowledge in use")
KNOWLEDGE_ENTRIES = Gauge("hoidap_knowledge_entries", "Published entries in use")

# Field names whose values never reach a log, whoever passes them.
_SECRET_NAMES = re.compile(r"token|secret|password|authorization|signature|cookie|api_key|refresh", re.IGNORECASE)
_PERSONAL_NAMES = re.compile(r"^(text|body|payload|contact|address|phone|email|sender|recipient|name)$", re.IGNORECASE)
# A Zalo Bot token stands in the URL of every call; long digit runs may be a phone or an identity number.
_BOT_URL = re.compile(r"/bot[^/\s]+/")
_DIGITS = re.compile(r"(?<![\w-])\+?\d{9,}(?![\w-])")
# Libraries that fill a log, or write what they were given into it: the drivers each statement with its values.
_NOISY = ("aiohttp.access", "aiosqlite", "alembic", "procrastinate", "psycopg")


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank secret and personal fields, and mask tokens and long digit runs inside text values."""
    for name, value in event.items():
        # what happened is masked too: libraries write into it what they were given
        if _SECRET_NAMES.search(name) or _PERSONAL_NAMES.match(name):
            event[name] = "[redacted]"
        elif isinstance(value, str):
            event[name] = mask(value)
    return event


def mask(text: str) -> str:
    """Hide bot tokens in URLs and digit runs of nine or more."""
    return _DIGITS.sub("[digits]", _BOT_URL.sub("/bot[redacted]/", text))


def _without_the_visitor(record: logging.LogRecord) -> bool:
    """Say of a request that failed neither from where it came nor, when it was no HTTP, what it held."""
    if record.args and "request from" in str(record.msg):
        record.msg, record.args = "Error handling a request", ()
    kind = record.exc_info[0] if record.exc_info else None
    if kind is not None and kind.__module__ == "aiohttp.http_exceptions":
        record.msg, record.exc_info = f"A request was no HTTP ({kind.__name__})", None
    return True


def set_up_logging(*, level: str = "INFO", as_json: bool = False) -> None:
    """Send structlog and standard logging to stderr, redacted, each line with the trace id of its message."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("aiohttp.server").addFilter(_without_the_visitor)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel("WARNING")
