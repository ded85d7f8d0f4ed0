"""How masked text reads: Vietnamese words in place of the marks that privacy leaves in what is stored."""

from __future__ import annotations

from bot.phrases import phrase
from bot.privacy import MASKS


def masked(text: str) -> str:
    """Return a citizen's words with Vietnamese in place of the masks: "[số điện thoại]"."""
    for mask in MASKS:
        text = text.replace(mask, mask_name(mask))
    return text


def mask_name(mask: str) -> str:
    """Return what people read for a mask."""
    return phrase(f"mask.{mask.strip('[]')}")
