"""Offices that used another assistant bring their questions along; what Excel and old programs do to text is undone."""

from __future__ import annotations

import io
import json
import unicodedata
from datetime import date

import pytest
import xlsxwriter

from knowledge import filing, history, store, transfer
from knowledge.schema import Status
from runtime.errors import KnowledgeError
from tests.support.builders import NOW, a_file, an_entry_item

# As QnABot 6 exports it (Import/Export → Export), one item of each sort.
QNABOT = {
    "qna": [
        {
            "qid": "Ho.So 01", "type": "qna", "t": "ho-so", "a": "Nộp tại Sở.\nMiễn phí.",
            "q": ["Nộp hồ sơ ở đâu?", "Gửi hồ sơ cho ai?"],
            "r": {"title": "Nộp hồ sơ", "imageUrl": "", "buttons": [
                {"text": "Cổng dịch vụ công quốc gia", "value": "https://dichvucong.gov.vn"},
                {"text": "Hỏi tiếp", "value": "QID::Ho.So.02"},
            ]},
            "alt": {"markdown": "", "ssml": ""}, "l": "", "args": [""], "conditionalChaining": "x",
        },
        {"qid": "Khao.Sat", "type": "slottype", "q": ["?"]},
        {"qid": "", "type": "qna", "q": ["Ai?"], "a": "Sở."},
    ]
}  # fmt: skip

# As Language Studio exports a project (Export → TSV).
AZURE = (
    "Question\tAnswer\tSource\tMetadata\tSuggestedQuestions\tIsContextOnly\tPrompts\tQnaId\n"
    "Nộp hồ sơ ở đâu?\tNộp tại Sở.\\nMiễn phí.\tEditorial\tnguon:so|chude:ho-so\t[]\tFalse\t"
    '"[{""displayOrder"":0,""qnaId"":7,""displayText"":""Lệ phí""}]"\t3\n'
    "Gửi hồ sơ cho ai?\tNộp tại Sở.\\nMiễn phí.\tEditorial\tchude:ho-so\t[]\tFalse\t[]\t3\n"
    "Lệ phí?\tKhông thu.\tEditorial\t\t[]\tTrue\tkhông phải JSON\t7\n"
    "\tKhông hỏi gì.\tEditorial\t\t[]\tFalse\t[]\t8\n"
)  # fmt: skip


def the_only(entries):
    [entry] = entries
    return entry


def said(file):
    return [str(problem) for problem in file.problems]


def test_qnabot_is_read_by_what_the_file_holds():
    file = filing.parse(json.dumps(QNABOT), suffix=".json")

    entry = the_only(file.entries)
    assert (entry.key, entry.topic, entry.short_title) == ("Ho.So-01", "ho-so", "Nộp hồ sơ")
    assert (entry.question, entry.variants) == ("Nộp hồ sơ ở đâu?", ("Gửi hồ sơ cho ai?",))
    assert entry.answer == "Nộp tại Sở.\nMiễn phí."
    assert [str(button) for button in entry.buttons] == ["Cổng dịch vụ công qu | url | https://dichvucong.gov.vn"]


def test_what_qnabot_has_and_we_have_not_is_named_with_its_place():
    problems = said(filing.parse(json.dumps(QNABOT), suffix=".json"))

    assert "qna 1: the field 'conditionalChaining' is not used" in problems
    assert "qna 1: the button 'Hỏi tiếp' is left out" in problems
    assert "qna 2: is of the kind 'slottype', which has no counterpart here" in problems
    assert any(problem.startswith("qna 3: key") for problem in problems)


def test_azure_rows_with_one_id_are_one_entry():
    first, second = filing.parse(AZURE, suffix=".tsv").entries

    assert (first.key, first.topic, first.related) == ("qna-3", "ho-so", ("qna-7",))
    assert (first.question, first.variants) == ("Nộp hồ sơ ở đâu?", ("Gửi hồ sơ cho ai?",))
    assert first.answer == "Nộp tại Sở.\nMiễn phí."
    assert (second.key, second.question, second.topic) == ("qna-7", "Lệ phí?", "")


def test_what_azure_has_and_we_have_not_is_named_with_its_row():
    problems = said(filing.parse(AZURE, suffix=".tsv"))

    assert "row 4: qna-7: has prompts that cannot be read; they are left out" in problems
    assert "row 4: qna-7: is only for follow-up questions there; here it can be asked at any time" in problems
    assert "row 5: has no question" in problems


@pytest.mark.parametrize(
    ("text", "suffix", "key"),
    [
        pytest.param(json.dumps(QNABOT), ".json", "Ho.So-01", id="QnABot"),
        pytest.param(AZURE, ".tsv", "qna-3", id="Azure"),
    ],
)
async def test_what_comes_from_elsewhere_is_a_draft_and_silences_nothing(db, text, suffix, key):
    await transfer.apply(db, a_file(an_entry_item(key=key, article="", quote="", section="")), NOW)
    file = filing.parse(text, suffix=suffix)

    await transfer.apply(db, file, NOW)

    async with db.reading() as session:
        spoken = await store.load_snapshot(session)
        known = await history.load_entry(session, key)
        lines = {item.key: item.status for item in (await transfer.export(session)).entries}
    assert spoken.entries[key].answer == an_entry_item().answer  # what was published is still what is spoken
    assert known.item.answer == "Nộp tại Sở.\nMiễn phí."
    assert set(lines.values()) - {None, Status.PUBLISHED} <= {Status.DRAFT}


@pytest.mark.parametrize("text", ['{"qna": 1}', '{"qna": ['])
def test_a_broken_qnabot_file_is_refused(text):
    with pytest.raises(KnowledgeError):
        filing.parse(text, suffix=".json")


# ------------------------------------------------------------------ encodings

SENTENCE = "Đề nghị hỗ trợ: Nguyễn Thị Ngọc Ưu 1.000.000 đồng"
TABLE = f"key,question,answer\r\nk1,Ai được hỗ trợ?,{SENTENCE}\r\n"


def in_windows_1258(text: str) -> bytes:
    """Write text as old programs do: the base letter with its shape, the tone mark behind it."""
    out = []
    for letter in text:
        shapes = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in shapes if mark in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(mark for mark in shapes if mark not in tones))
        out.append(base + tones)
    return "".join(out).encode("cp1258")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TABLE.encode(), id="UTF-8"),
        pytest.param(TABLE.encode("utf-8-sig"), id="UTF-8 with a mark"),
        pytest.param(TABLE.replace(",", "\t").encode("utf-16"), id="UTF-16"),
        pytest.param(unicodedata.normalize("NFD", TABLE).encode(), id="decomposed"),
        pytest.param(in_windows_1258(TABLE), id="windows-1258"),
    ],
)  # fmt: skip
def test_vietnamese_is_read_in_every_encoding_that_is_met(content, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    assert the_only(filing.parse(path).entries).answer == SENTENCE


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("café, naïve".encode("latin-1"), id="Western"),
        pytest.param(b"\x80\x81\x8d", id="nothing"),
    ],
)
def test_another_encoding_is_refused_with_its_line(content):
    with pytest.raises(KnowledgeError, match="is not UTF-8, at line 2"):
        filing.parse_content(b"key,question\n" + content, suffix=".csv")


# ------------------------------------------------------------------ what Excel does


@pytest.mark.parametrize(
    ("written", "day"),
    [
        pytest.param("31/12/2024", date(2024, 12, 31), id="Vietnamese"),
        pytest.param("1/2/2024", date(2024, 2, 1), id="day before month"),
        pytest.param("2024-12-31", date(2024, 12, 31), id="ISO"),
        pytest.param("45657", date(2024, 12, 31), id="counted by Excel"),
    ],
)
def test_a_day_is_read_as_excel_leaves_it(written, day):
    text = f"key,question,answer,valid_until\nk,Hỏi?,Đáp.,{written}\n"

    assert the_only(filing.parse(text, suffix=".csv").entries).valid_until == day


def test_a_day_that_does_not_exist_is_refused_with_its_row():
    text = "key,question,answer,valid_until\nk,Hỏi?,Đáp.,12/31/2024\nk2,Hỏi nữa?,Đáp.,\n"

    file = filing.parse(text, suffix=".csv")

    assert [item.key for item in file.entries] == ["k2"]
    assert said(file)[0].startswith("row 2: k: valid_until must be a date")


def a_drawn_table() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["topic", "key", "question", "variants", "answer"])
        sheet.merge_range("A2:A4", "ho-so")
        sheet.merge_range("B2:B3", "nop-ho-so")
        sheet.merge_range("C2:C3", "Nộp hồ sơ ở đâu?")
        sheet.merge_range("E2:E3", "Tại Sở.")
        sheet.write_column(1, 3, ["Gửi hồ sơ cho ai?", "Chỗ nhận hồ sơ?"])
        sheet.write_row(3, 1, ["le-phi", "Lệ phí bao nhiêu?", "", "Không thu."])
    return out.getvalue()


def test_merged_cells_are_read_as_they_are_seen():
    first, second = filing.parse_content(a_drawn_table(), suffix=".xlsx").entries

    assert (first.key, first.topic, first.answer) == ("nop-ho-so", "ho-so", "Tại Sở.")
    assert first.variants == ("Gửi hồ sơ cho ai?", "Chỗ nhận hồ sơ?")
    assert (second.key, second.topic) == ("le-phi", "ho-so")
