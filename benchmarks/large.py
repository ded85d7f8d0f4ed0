"""Large bases made from the development bases, and the questions that are hardest to read. Seeded."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from benchmarks.matching import BASES, load
from knowledge.snapshot import PublishedEntry

REPLACED = 0.3  # share of the words of a wording that others of the development bases take the place of
LONGEST = 1_000  # characters of a question that are read


@cache
def _items() -> tuple[dict[str, Any], ...]:
    return tuple(item for name in BASES for item in load(name))


@cache
def _words() -> tuple[str, ...]:
    texts = (text for item in _items() for text in (item["question"], *item["wordings"], item["answer"]))
    return tuple(word for text in texts for word in text.split())


def make_entry(number: int, *, wordings: int = 3, seed: int = 0) -> PublishedEntry:
    """Return a development entry with words of others in place of some of its own; commoner words come oftener."""
    chance = random.Random(f"{seed} {number}")
    item = _items()[number % len(_items())]
    texts = (item["question"], *item["wordings"])
    made = [_mixed(texts[at % len(texts)], chance) for at in range(wordings)]
    answer = _mixed(item["answer"], chance)
    return PublishedEntry(key=f"e{number:06}", question=made[0], variants=tuple(made[1:]), answer=answer)


def make_base(size: int, *, wordings: int = 3, seed: int = 0) -> list[PublishedEntry]:
    """Return `size` such entries."""
    return [make_entry(number, wordings=wordings, seed=seed) for number in range(size)]


def _mixed(text: str, chance: random.Random) -> str:
    return " ".join(chance.choice(_words()) if chance.random() < REPLACED else word for word in text.split())


def hard_questions(entries: Sequence[PublishedEntry], *, seed: int = 0) -> Iterator[tuple[str, str]]:
    """Yield (what it is, text): questions of the greatest length, of many kinds."""
    chance = random.Random(seed)
    texts = [text for entry in entries for text in (*entry.wordings, entry.answer) if text]
    for _ in range(12):
        real = " ".join(chance.choices(texts, k=60))[:LONGEST]
        yield "real text", real
        yield "real text, misspelt", _misspelt(real, chance, 0.5)[:LONGEST]
        yield "real text, every word misspelt", _misspelt(real, chance, 1.0)[:LONGEST]
    yield "words of the base", " ".join(chance.choices(_words(), k=400))[:LONGEST]
    yield "words glued", "".join(chance.choices(_words(), k=400))[:LONGEST]
    yield "words glued by four", " ".join("".join(chance.choices(_words(), k=4)) for _ in range(80))[:LONGEST]
    yield (
        "words glued by two, misspelt",
        _misspelt(" ".join("".join(chance.choices(_words(), k=2)) for _ in range(120)), chance, 1.0)[:LONGEST],
    )
    yield "keys held", "".join(letter * 2 for letter in real)[:LONGEST]
    yield "short words", " ".join(chance.choices([word for word in _words() if len(word) < 4], k=400))[:LONGEST]
    yield "abbreviations", ("hong k dc hs cn tt vs " * 60)[:LONGEST]
    yield "document numbers", ("nq1 " * 300)[:LONGEST]
    yield "different document numbers", " ".join(f"nq{number}/2021" for number in range(150))[:LONGEST]
    yield "nothing known", ("xqz wvk " * 200)[:LONGEST]
    yield "one endless word", "a" * LONGEST
    yield "ordinals", ("lần thứ " * 300)[:LONGEST]
    yield "noise", "".join(chance.choices("abcdeghiklmnopqrstuvxy    ", k=LONGEST))


def _misspelt(text: str, chance: random.Random, share: float) -> str:
    return " ".join(_one_off(word, chance) if chance.random() < share else word for word in text.split())


def _one_off(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + chance.choice(("", word[at] * 2, chance.choice("aeiounhgt"))) + word[at + 1 :]
