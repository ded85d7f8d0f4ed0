"""What the doctor found, in the console's language; the command line says it in English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bot.channel import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finding for the page. `is_translated`: message and hint are in Vietnamese, not as the doctor said them."""

    subject: str
    ok: bool
    is_warning: bool
    message: str
    hint: str
    is_translated: bool


@dataclass(frozen=True, slots=True)
class _Saying:
    pattern: re.Pattern[str]
    words: str


@cache
def _sayings(table: str) -> Sequence[_Saying]:
    file = resources.files("admin") / "wording" / "findings.vi.toml"
    found = tomllib.loads(file.read_text(encoding="utf-8"))[table]
    return [_Saying(re.compile("(.+?)".join(map(re.escape, said.split("{}")))), words) for said, words in found.items()]


def in_words(text: str, table: str = "said") -> str | None:
    """Return what the doctor said in Vietnamese, None when there are no words for it. What was filled in stays."""
    for saying in _sayings(table):
        if found := saying.pattern.fullmatch(text):
            return saying.words.format(*(in_words(part, table) or part for part in found.groups()))
    return None


def told(finding: Finding) -> Told:
    """Return a finding as the page shows it. A message without words stays as it is, with its hint."""
    message, hint = in_words(finding.message), in_words(finding.hint) if finding.hint else ""
    is_translated = message is not None and hint is not None
    return Told(
        subject=in_words(finding.subject, "subject") or finding.subject,
        ok=finding.ok,
        is_warning=finding.is_warning,
        message=message if is_translated and message else finding.message,
        hint=hint if is_translated and hint is not None else finding.hint,
        is_translated=is_translated,
    )
