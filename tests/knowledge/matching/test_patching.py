"""A base that was changed entry by entry is the same as one that was built at once."""

from __future__ import annotations

import random
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from scipy import sparse

from benchmarks.large import make_base, make_entry
from knowledge.matching.indexing import prepared
from knowledge.matching.matcher import Matcher
from knowledge.matching.reading import initialisms
from knowledge.snapshot import PublishedEntry

ASKED = ("hồ sơ đăng ký khai sinh", "le phi cap lai gcn qsdd", "kn dmst la gi", "nop hs o dau bn tien", "xyz")
HISTORY = {"sources"}  # which entries were taken over: differs, and says nothing of the base


def differences(one, other, path="index"):
    """Yield where two values differ, arrays to the last bit."""
    if type(one) is not type(other):
        yield f"{path}: {type(one)} {type(other)}"
    elif isinstance(one, tuple) and len(one) != len(other):
        yield f"{path}: {len(one)} {len(other)}"
    elif parts := list(parts_of(one, other)):
        for name, left, right in parts:
            yield from differences(left, right, f"{path}.{name}")
    elif isinstance(one, np.ndarray):
        if not np.array_equal(one, other):
            yield path
    elif one != other:
        yield path


def parts_of(one, other):
    """Yield the named parts of two values of one type; nothing when they are to be compared as they are."""
    if sparse.issparse(one):
        names = ["shape", "indptr", "indices", "data"]
    elif is_dataclass(one):
        names = [field.name for field in fields(one) if field.name not in HISTORY]
    elif isinstance(one, tuple) and any(map(is_dataclass, one)):
        yield from ((str(at), left, right) for at, (left, right) in enumerate(zip(one, other, strict=True)))
        return
    else:
        return
    for name in names:
        left, right = getattr(one, name), getattr(other, name)
        if name == "groups":  # the order of a group does not matter
            left, right = ({key: set(runs) for key, runs in each.items()} for each in (left, right))
        yield name, left, right


def assert_same(patched: Matcher, entries: dict[str, PublishedEntry]) -> None:
    rebuilt = Matcher.build(list(entries.values()))
    assert list(differences(patched.index, rebuilt.index)) == []
    for text in ASKED:
        assert patched.match(text) == rebuilt.match(text)


def an_edit(entries: dict[str, PublishedEntry], chance: random.Random) -> PublishedEntry | str:
    """Return an entry to add, one in a new form, or the key of one to remove."""
    kind = chance.choice(("add", "change", "remove")) if entries else "add"
    if kind == "remove":
        return chance.choice(sorted(entries))
    made = make_entry(chance.randrange(10**6), wordings=chance.randrange(1, 5), seed=chance.randrange(100))
    key = chance.choice(sorted(entries)) if kind == "change" else made.key
    return PublishedEntry(
        key=key, question=made.question, variants=made.variants, answer=chance.choice((made.answer, ""))
    )


@pytest.mark.parametrize(("size", "seed"), [(0, 1), (2, 2), (40, 3)])
def test_many_edits_give_what_building_anew_gives(size, seed):
    chance = random.Random(f"{size} {seed}")  # noqa: S311 - the same edits in every run
    entries = {entry.key: entry for entry in make_base(size, seed=seed)}
    matcher = Matcher.build(list(entries.values()))

    for _ in range(8):
        edit = an_edit(entries, chance)
        if isinstance(edit, str):
            del entries[edit]
            matcher = matcher.without_entry(edit)
        else:
            entries[edit.key] = edit
            matcher = matcher.with_entry(edit)
        assert_same(matcher, entries)


@pytest.mark.parametrize("small", [50, 2_000, 4_000], ids=["large", "becomes large", "small"])
def test_so_do_bases_whose_rare_sequences_are_only_counted(monkeypatch, small):
    monkeypatch.setattr(initialisms, "_SMALL", small)
    monkeypatch.setattr(prepared, "PHRASE_ENTRIES", 12)
    entries = {entry.key: entry for entry in make_base(22, seed=3)}
    matcher = Matcher.build(list(entries.values()))
    edits = [make_entry(number, seed=4) for number in (3, 400, 401, 402, 403, 10)]

    for edit in edits:
        entries[edit.key] = edit
        matcher = matcher.with_entry(edit)
        assert_same(matcher, entries)
    for edit in edits:
        del entries[edit.key]
        matcher = matcher.without_entry(edit.key)
        assert_same(matcher, entries)


def test_a_word_that_is_gone_is_not_read_any_more(matcher):
    larger = matcher.with_entry(PublishedEntry(key="moi", question="Nuôi lươn không bùn", answer=""))

    assert larger.index.vocabulary.knows("luon")
    assert not larger.without_entry("moi").index.vocabulary.knows("luon")
