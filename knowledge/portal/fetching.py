"""The port through which pages are fetched. Whoever fetches keeps to allowed hosts, sizes, times and robots.txt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

NOT_MODIFIED = 304
GONE = frozenset({404, 410})
_ERROR = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a server answered. `url`: where the answer came from, after redirects. `content` is empty but for 200."""

    url: str
    status: int
    content: bytes = b""
    charset: str = ""  # as declared in the header, "" for none
    etag: str = ""
    last_modified: str = ""

    @property
    def is_unchanged(self) -> bool:
        """Tell whether the page is as it was when its ETag or date was noted."""
        return self.status == NOT_MODIFIED

    @property
    def is_gone(self) -> bool:
        """Tell whether the server says that there is no such page."""
        return self.status in GONE

    @property
    def has_failed(self) -> bool:
        """Tell whether there is neither a page nor word of one."""
        return self.status >= _ERROR or (not self.content and not self.is_unchanged)


class Fetch(Protocol):
    """Fetches one page."""

    async def __call__(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """Return the answer to one GET, redirects followed. Raises PortalError when there is none, or none we take."""
        ...
