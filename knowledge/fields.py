"""The fields of the knowledge file: what each kind of them may hold, and how it is cleaned on entry."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from knowledge.buttons import MOST_BUTTONS, Button, button_of
from knowledge.cleaning import clean_line, clean_text

KEY_LENGTH = 120  # characters; keys travel in button payloads (the tightest: 200 characters, WhatsApp list rows)
LINE_LENGTH = 1_000
TEXT_LENGTH = 20_000

_STRANGE = re.compile(r"[<>{}\[\]\\|^~`=*_;\"]")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ANY_DATE = re.compile(
    rf"{_ISO_DATE.pattern}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}", re.ASCII
)  # also as Vietnamese write it


def _or_nothing(value: Any) -> Any:
    return "" if value is None else value


def or_empty(value: Any) -> Any:
    """Return an empty list for a field that was left empty."""
    return () if value is None else value


def _date(value: Any) -> Any:
    """Let only calendar days through: numbers and moments would be taken for something nobody wrote."""
    if value is None or value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    written = value.strip() if isinstance(value, str) else ""
    if _is_no_day(written):
        raise ValueError(f"must be a date that exists: there is no {written}")
    if _ISO_DATE.fullmatch(written):
        return written
    raise ValueError("must be a date written as 2024-12-31 (year-month-day)")


def _is_no_day(written: str) -> bool:
    """Tell whether a text is written as a day, in numbers that no day has: 2024-13-01, 31/02/2024."""
    numbers = [int(part) for part in re.split(r"[/.-]", written)] if _ANY_DATE.fullmatch(written) else []
    if not numbers:
        return False
    year, month, day = numbers if _ISO_DATE.fullmatch(written) else reversed(numbers)
    try:
        date(year, month, day)
    except ValueError:
        return True
    return False


def _without_blanks(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for line in lines if line))


def clean_sections(sections: dict[str, str]) -> dict[str, str]:
    """Return sections with cleaned names and words. Raises ValueError for a name that is empty or has a colon."""
    cleaned = {clean_line(slug): clean_line(words) for slug, words in sections.items()}
    if any(not slug or ":" in slug for slug in cleaned):
        raise ValueError("the name of a section must not be empty or contain a colon")
    return cleaned


def strange_characters(text: str) -> str:
    """Return the characters that no word has, each once: those of markup and of programs."""
    return "".join(dict.fromkeys(_STRANGE.findall(text)))


def words_only(text: str) -> str:
    """Return a text without characters that no word has. Raises ValueError when it has some."""
    if found := strange_characters(text):
        raise ValueError(f"holds characters that no word has: {' '.join(found)}")
    return text


def web_address(url: str) -> str:
    """Return an address of the web, or "". Raises ValueError for another kind."""
    if url and not re.fullmatch(r"https?://[^\s<>\"]+", url):
        raise ValueError("must begin with http:// or https:// and hold no blanks")
    return url


def _button(value: Any) -> Any:
    return button_of(clean_line(value)) if isinstance(value, str) else value


def _few(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    if len(buttons) > MOST_BUTTONS:
        raise ValueError(f"must not be more than {MOST_BUTTONS}")
    return buttons


Line = Annotated[str, AfterValidator(clean_line), Field(max_length=LINE_LENGTH)]
OptionalLine = Annotated[Line, BeforeValidator(_or_nothing)]
Text = Annotated[str, AfterValidator(clean_text), Field(max_length=TEXT_LENGTH), BeforeValidator(_or_nothing)]
Passage = Annotated[str, AfterValidator(clean_line), Field(max_length=TEXT_LENGTH), BeforeValidator(_or_nothing)]
Key = Annotated[str, AfterValidator(clean_line), Field(max_length=KEY_LENGTH, pattern=r"^\S+$")]
Date = Annotated[date | None, BeforeValidator(_date)]
Lines = Annotated[tuple[Line, ...], AfterValidator(_without_blanks), BeforeValidator(or_empty)]
_Button = Annotated[Button, BeforeValidator(_button), PlainSerializer(str)]
Buttons = Annotated[tuple[_Button, ...], AfterValidator(_few), BeforeValidator(or_empty)]
