"""Posted fields, cleaned before anybody looks at them."""

from __future__ import annotations

import unicodedata

from aiohttp.web_request import FileField
from multidict import MultiDictProxy

FORM_TOKEN = "form_token"  # noqa: S105 - the name of a field


class Form:
    """The posted fields, cleaned: NFC, one kind of line end, no NUL. A field that was not posted is empty."""

    def __init__(self, fields: MultiDictProxy[str | bytes | bytearray | FileField]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """Return a field without the space around it."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """Return a field as it was typed."""
        value = self._fields.get(name, "")
        return _cleaned(value) if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Return every value of a field that is not empty (check boxes, repeated inputs)."""
        values = (_cleaned(value).strip() for value in self._fields.getall(name, []) if isinstance(value, str))
        return [value for value in values if value]

    def flag(self, name: str) -> bool:
        """Tell whether a check box was set."""
        return bool(self.texts(name))

    def integer(self, name: str) -> int | None:
        """Return a whole number, None when the field is empty or holds no number."""
        text = self.text(name)
        return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 12 else None  # noqa: PLR2004 - fits a database integer

    def file(self, name: str) -> tuple[str, bytes] | None:
        """Return the name and content of an uploaded file, None when none was chosen. It can be taken once."""
        value = self._fields.get(name)
        if not isinstance(value, FileField) or not value.filename:
            return None
        with value.file:
            return value.filename, value.file.read()

    def typed(self) -> dict[str, str]:
        """Return every text field as typed, to show the form again."""
        return {name: self.raw(name) for name in self._fields if name != FORM_TOKEN}

    def pairs(self) -> list[tuple[str, str]]:
        """Return every text field but the form token, repeated ones too, to post them again."""
        return [(name, value) for name, value in self._fields.items() if isinstance(value, str) and name != FORM_TOKEN]


def _cleaned(value: str) -> str:
    return unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
