"""A built front end: read once, addressed by its content, so that browsers may keep it for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

_TYPES = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file of the front end."""

    body: bytes
    content_type: str
    digest: str


def load_assets(package: str) -> Mapping[str, Asset]:
    """Return the built files of a package by name; empty where they have not been built (`make install` does)."""
    folder = resources.files(package) / "static"
    if not folder.is_dir():
        return {}
    return {
        file.name: _asset(file.read_bytes(), _TYPES[suffix])
        for file in folder.iterdir()
        if (suffix := file.name.rpartition(".")[2]) in _TYPES
    }


def is_built(package: str) -> bool:
    """Tell whether a package holds a built front end."""
    folder = resources.files(package) / "static"
    return folder.is_dir() and any(True for _ in folder.iterdir())


def _asset(body: bytes, content_type: str) -> Asset:
    return Asset(body=body, content_type=content_type, digest=hashlib.sha256(body).hexdigest()[:16])
