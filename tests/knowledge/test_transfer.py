"""Knowledge moves between files and the database without losing anything."""

from __future__ import annotations

import asyncio
import secrets
import string
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import editing, filing, history, store, transfer
from knowledge.buttons import Button, ButtonKind
from knowledge.cleaning import clean_line, clean_text
from knowledge.formats import write_json, write_yaml
from knowledge.schema import ArticleItem, EntryItem, KnowledgeFile, Status, snapshot_of
from knowledge.sheets import write_csv
from knowledge.snapshot import OnExpiry
from runtime.database import Base, Database
from runtime.errors import KnowledgeError
from tests.support.builders import NOW, a_file, an_article_item, an_entry_item

KEY = "nq93-hinh-thuc"
WRITERS = {".yaml": write_yaml, ".json": write_json, ".csv": write_csv}


# ------------------------------------------------------------------ any file at all

# Vietnamese in both normal forms, what YAML, CSV and spreadsheets take for something else, and everything besides.
_LETTERS = st.one_of(
    st.characters(),
    st.sampled_from("ăâđêôơưạẫểỗựỹ ĂÂĐ 0123456789 .,;:!?-–\"'`#&*|>%@=+~^/\\()[]{}<>\n\r\t\u00a0\u0301\u0323\u2028"),
    st.sampled_from(string.ascii_letters),
)
_LIKE_YAML = ["yes", "null", "~", "2024-01-22", "1:30", "0x1f", "- a", "key: b", "# c", "a: ", "<<", "{}", "|", ">-"]
_LIKE_CSV = ["=1+1", "'=1+1", "''", "@a", "-1", "1;2,3", '"a"', "a\n\nb"]
_TRICKY = st.sampled_from([*_LIKE_YAML, *_LIKE_CSV])
TEXTS = st.one_of(_TRICKY, st.text(_LETTERS, max_size=40))
LINES = TEXTS.map(clean_line)
KEYS = st.text(st.sampled_from(string.ascii_lowercase + string.digits + "-_.=@'đ"), min_size=1, max_size=12)
LABELS = LINES.map(lambda line: clean_line(line.replace("|", "")[:20])).filter(bool)
BUTTONS = st.one_of(
    st.builds(Button, label=LABELS, kind=st.just(ButtonKind.ENTRY), target=KEYS),
    st.builds(Button, label=LABELS, kind=st.just(ButtonKind.URL), target=st.just("https://portal.example/a?b=1#c")),
    st.builds(
        Button, label=LABELS, kind=st.just(ButtonKind.PHONE), target=st.sampled_from(["0206 385 2299", "+842063852299"])
    ),
    st.builds(Button, label=LABELS, kind=st.just(ButtonKind.HANDOFF)),
)
DAYS = st.none() | st.dates(date(1900, 1, 1))


@st.composite
def articles(draw, key):
    slugs = LINES.filter(lambda slug: slug and ":" not in slug)
    return ArticleItem(
        key=key,
        title=draw(LINES),
        url=draw(st.sampled_from(["", "https://portal.example/a?b=1#c", "http://x"])),
        published=draw(DAYS),
        author=draw(LINES),
        portal=draw(LINES),
        as_of=draw(DAYS),
        sections=draw(st.dictionaries(slugs, LINES, max_size=3)),
    )


@st.composite
def entries(draw, key, article_keys):
    first, last = sorted([draw(DAYS), draw(DAYS)], key=lambda day: day or date.max)
    return EntryItem(
        key=key,
        article=draw(st.sampled_from(["", *article_keys])),
        topic=draw(LINES),
        status=draw(st.sampled_from([None, Status.DRAFT, Status.IN_REVIEW, Status.SUSPENDED, Status.ARCHIVED])),
        question=draw(LINES.filter(bool)),
        variants=draw(st.lists(LINES, max_size=4)),
        answer=draw(TEXTS.map(clean_text)),
        short_title=draw(LINES),
        section=draw(LINES),
        quote=draw(LINES),
        valid_from=first,
        valid_until=last,
        related=draw(st.lists(KEYS, max_size=2)),
        must_not_match=draw(st.lists(LINES, max_size=2)),
        not_covered=draw(st.lists(LINES, max_size=2)),
        answer_full=draw(TEXTS.map(clean_text)),
        buttons=draw(st.lists(BUTTONS, max_size=3)),
        audience=draw(LINES),
        document=draw(LINES),
        on_expiry=draw(st.sampled_from([OnExpiry.WARN, OnExpiry.HIDE])),
        successor=draw(st.sampled_from(["", "mot-muc-khac"])),
        owner=draw(LINES),
        review_on=draw(DAYS),
    )


@st.composite
def files(draw):
    article_keys = draw(st.lists(KEYS, unique=True, max_size=3))
    entry_keys = draw(st.lists(KEYS, unique=True, max_size=4))
    return KnowledgeFile(
        articles=tuple(draw(articles(key)) for key in article_keys),
        entries=tuple(draw(entries(key, article_keys)) for key in entry_keys),
    )


def contents(file):
    return file.articles, file.entries


@pytest.mark.parametrize("suffix", WRITERS)
@given(file=files())
@settings(deadline=None, max_examples=150)
def test_a_written_file_reads_the_same(suffix, file):
    text = WRITERS[suffix](file)
    read = filing.parse(text, suffix=suffix)

    assert contents(read) == contents(file)
    assert [problem for problem in read.problems if problem.is_fatal] == []
    assert WRITERS[suffix](read) == text


@given(file=files())
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_an_imported_file_is_exported_the_same(tmp_path, file):
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/{secrets.token_hex(8)}.db")
    async with db.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)

    done = await transfer.apply(db, file, NOW)
    async with db.reading() as session:
        exported = await transfer.export(session)
        snapshot = await store.load_snapshot(session)
    again = await transfer.apply(db, exported, NOW)
    await db.close()

    assert contents(exported) == contents(file)
    assert done.created == tuple(item.key for item in file.entries)
    assert again.is_empty
    assert snapshot.entries == snapshot_of(file).entries


async def test_starter_knowledge_survives_the_database(db):
    starter = transfer.starter_file()
    await transfer.load_starter(db, NOW)

    async with db.reading() as session:
        exported = await transfer.export(session)

    assert contents(exported) == contents(starter)
    assert starter.problems == ()
    assert starter.entries


@pytest.mark.parametrize("suffix", [".yaml", ".yml", ".json", ".csv", ".CSV"])
def test_file_is_written_by_its_extension(tmp_path, suffix):
    path = tmp_path / f"knowledge{suffix}"

    filing.write(transfer.starter_file(), path)

    assert contents(filing.parse(path)) == contents(transfer.starter_file())


def test_csv_begins_with_the_mark_that_excel_needs_for_vietnamese(tmp_path):
    filing.write(a_file(), tmp_path / "a.csv")

    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfkey,")


def test_csv_cell_is_never_a_formula():
    text = write_csv(a_file(an_entry_item(answer='=HYPERLINK("http://x")', variants=("+1", "@a"))))

    assert "\"'=HYPERLINK(" in text
    assert ',"\'+1\n@a",' in text


def test_yaml_leaves_out_what_says_nothing():
    text = write_yaml(a_file(an_entry_item(variants=(), section="", quote="", answer="Một.\nHai.")))

    assert text.endswith(
        "entries:\n- key: nq93-hinh-thuc\n  topic: chinh-sach\n  question: Hình thức hỗ trợ theo Nghị quyết 93 là gì?\n"
        "  answer: |-\n    Một.\n    Hai.\n"
    )
    assert "  published: 2024-01-22\n" in text


@pytest.mark.parametrize("suffix", [".xls", ".txt", ""])
def test_other_formats_are_refused_with_a_hint(tmp_path, suffix):
    with pytest.raises(KnowledgeError) as raised:
        filing.write(a_file(), tmp_path / f"a{suffix}")

    assert raised.value.hint


def test_file_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(KnowledgeError, match="cannot be written"):
        filing.write(a_file(), tmp_path / "no" / "such" / "folder.yaml")


# ------------------------------------------------------------------ what an import does


async def planned(db, file):
    async with db.reading() as session:
        return await transfer.plan(session, file)


async def numbers_of(db, key=KEY):
    async with db.reading() as session:
        return [line.number for line in await history.list_revisions(session, key)]


async def version_of(db):
    async with db.reading() as session:
        return await store.published_version(session)


async def test_plan_says_what_would_happen_and_does_nothing(db):
    await transfer.apply(db, a_file(an_entry_item(), an_entry_item(key="b")), NOW)
    file = a_file(an_entry_item(key="c"), an_entry_item(answer="Mới."), an_entry_item(key="b"))

    plan = await planned(db, file)

    assert (plan.created, plan.changed, plan.unchanged) == (("c",), (KEY,), ("b",))
    assert plan.articles == ()
    assert await planned(db, file) == plan
    assert await version_of(db) == 1


async def test_applying_does_what_was_planned(db):
    file = a_file(an_entry_item(), an_entry_item(key="b"))
    plan = await planned(db, file)

    assert await transfer.apply(db, file, NOW) == plan
    assert plan.articles == ("bai-viet",)


async def test_unchanged_import_makes_no_revision_and_no_version(db):
    await transfer.apply(db, a_file(), NOW)

    plan = await transfer.apply(db, a_file(), NOW)

    assert plan.is_empty
    assert await numbers_of(db) == [1]
    assert await version_of(db) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"answer": "Khác."},
        {"question": "Khác?"},
        {"variants": ()},
        {"quote": "khác"},
        {"section": "khac"},
        {"article": ""},
        {"valid_until": date(2025, 1, 1)},
        {"short_title": "Ngắn"},
        {"related": ("khac",)},
        {"must_not_match": ("khác",)},
        {"not_covered": ("amount",)},
        {"topic": "khac"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_any_change_makes_a_new_revision_that_is_spoken(db, change):
    await transfer.apply(db, a_file(), NOW)

    plan = await transfer.apply(db, a_file(an_entry_item(**change)), NOW)

    assert plan.changed == (KEY,)
    assert await numbers_of(db) == [2, 1]
    async with db.reading() as session:
        assert (await store.load_snapshot(session)).entries == snapshot_of(a_file(an_entry_item(**change))).entries


async def test_changed_article_is_spoken_without_new_revisions(db):
    await transfer.apply(db, a_file(), NOW)

    plan = await transfer.apply(db, a_file(articles=(an_article_item(title="Tên mới"),)), NOW)

    assert plan.articles == ("bai-viet",)
    assert plan.unchanged == (KEY,)
    assert await numbers_of(db) == [1]
    assert await version_of(db) == 2


async def test_entries_that_are_not_in_the_file_stay(db):
    await transfer.apply(db, a_file(), NOW)

    await transfer.apply(db, a_file(an_entry_item(key="b")), NOW)

    async with db.reading() as session:
        assert list((await store.load_snapshot(session)).entries) == [KEY, "b"]


async def test_suspended_entry_stays_suspended_unless_the_file_says_otherwise(db):
    await transfer.apply(db, a_file(), NOW)
    async with db.transaction() as session:
        await editing.suspend(session, KEY, now=NOW)

    await transfer.apply(db, a_file(an_entry_item(answer="Mới.")), NOW)
    async with db.reading() as session:
        silent = (await store.load_snapshot(session)).entries
    plan = await transfer.apply(db, a_file(an_entry_item(answer="Mới.", status=Status.PUBLISHED)), NOW)

    assert dict(silent) == {}
    assert plan.changed == (KEY,)
    assert await numbers_of(db) == [2, 1], "a status alone is no new wording"
    async with db.reading() as session:
        assert (await store.load_snapshot(session)).entries[KEY].answer == "Mới."


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.ARCHIVED, Status.DRAFT])
async def test_file_may_silence_an_entry(db, status):
    await transfer.apply(db, a_file(), NOW)

    await transfer.apply(db, a_file(an_entry_item(status=status)), NOW)

    async with db.reading() as session:
        assert dict((await store.load_snapshot(session)).entries) == {}
        assert (await transfer.export(session)).entries[0].status is status
    assert await version_of(db) > 1


async def test_entry_that_cites_an_unknown_article_is_refused_and_the_others_are_taken(db):
    text = (
        "entries:\n- {key: a, question: Một?, answer: A}\n- {key: b, question: Hai?, answer: B, article: la}\n"
        "- {key: a, question: Ba?, answer: C}\n"
    )

    plan = await transfer.apply(db, filing.parse(text), NOW)

    assert plan.created == ("a",)
    assert [str(problem) for problem in plan.refused] == [
        "line 4: a: the key was used before, at line 2; this one is left out",
        "line 3: b: cites the article 'la', which is neither in the file nor in the database",
    ]


async def test_entry_may_cite_an_article_that_only_the_database_has(db):
    await transfer.apply(db, a_file(), NOW)

    plan = await transfer.apply(db, a_file(an_entry_item(key="b"), articles=()), NOW)

    assert plan.created == ("b",)


async def test_starter_knowledge_is_loaded_into_an_empty_database_only(db):
    first = await transfer.load_starter(db, NOW)
    second = await transfer.load_starter(db, NOW)

    assert first is not None
    assert first.created == tuple(item.key for item in transfer.starter_file().entries)
    assert second is None
    assert await version_of(db) == 1


async def test_two_imports_at_once_do_not_disturb_each_other(db):
    plans = await asyncio.gather(*(transfer.apply(db, transfer.starter_file(), NOW) for _ in range(3)))

    assert sorted(len(plan.created) for plan in plans) == [0, 0, len(transfer.starter_file().entries)]
    assert await version_of(db) == 1
