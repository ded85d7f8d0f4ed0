"""What a knowledge file may look like, and what is said of one that does not."""

from __future__ import annotations

import time
import unicodedata
from datetime import date

import pytest

from knowledge.cleaning import clean_text
from knowledge.filing import parse
from knowledge.formats import write_yaml
from knowledge.schema import Status, snapshot_of
from runtime.errors import KnowledgeError
from tests.support.builders import a_file, an_entry_item

HEAD = "entries:\n"


def entry_yaml(**fields):
    lines = {"key": "k1", "question": "Câu hỏi?", "answer": "Trả lời."} | fields
    return "- " + "\n  ".join(f"{name}: {value}" for name, value in lines.items() if value is not None) + "\n"


def problems_of(text, **options):
    return [str(problem) for problem in parse(text, **options).problems]


def refusal_of(text, **options):
    with pytest.raises(KnowledgeError) as raised:
        parse(text, **options)
    assert raised.value.hint
    return raised.value.message


# ------------------------------------------------------------------ what is accepted


def test_only_key_question_and_answer_are_required():
    file = parse(HEAD + entry_yaml())

    assert file.entries == (an_entry_item(
        key="k1", question="Câu hỏi?", answer="Trả lời.", article="", topic="", variants=(), quote="", section=""
    ),)  # fmt: skip
    assert file.problems == ()


@pytest.mark.parametrize("answer", ["", "''", "~"])
def test_answer_may_be_empty(answer):
    assert parse(HEAD + entry_yaml(answer=answer)).entries[0].answer == ""


def test_the_one_article_belongs_to_entries_that_name_none():
    text = (
        "article: {key: a1, title: Bài}\n" + HEAD + entry_yaml() + entry_yaml(key="k2", question="Hai?", article="''")
    )

    assert [item.article for item in parse(text).entries] == ["a1", ""]


def test_entries_choose_among_several_articles():
    text = "articles:\n- {key: a1}\n- {key: a2}\n" + HEAD + entry_yaml(article="a2")
    snapshot = snapshot_of(parse(text))

    assert snapshot.entries["k1"].citation.article.key == "a2"


def test_dates_are_days():
    item = parse(HEAD + entry_yaml(valid_from="2024-01-01", valid_until="'2024-12-31'")).entries[0]

    assert (item.valid_from, item.valid_until) == (date(2024, 1, 1), date(2024, 12, 31))


def test_text_becomes_nfc_without_controls():
    decomposed = unicodedata.normalize("NFD", "Nghị quyết là gì?")
    answer = "a\\u0000b\\ud800\\u0007\\r\\nc "
    text = f'{{"entries": [{{"key": "k1", "question": "{decomposed}", "answer": "{answer}"}}]}}'
    item = parse(text).entries[0]

    assert item.question == "Nghị quyết là gì?"
    assert item.answer == "a b\nc"


@pytest.mark.parametrize("text", ["a\u00a0 b", "a\u2028b", "\ufeffa", "e\u0301", "a \n\n b ", "\x1b[0m", "=\u0338"])
def test_cleaning_is_idempotent(text):
    assert clean_text(clean_text(text)) == clean_text(text)


def test_yaml_may_reuse_parts_by_merging():
    text = "entries:\n- &one\n  key: k1\n  question: Một?\n  answer: A\n- <<: *one\n  key: k2\n  question: Hai?\n"

    assert [(item.key, item.answer) for item in parse(text).entries] == [("k1", "A"), ("k2", "A")]


def test_text_that_begins_with_a_brace_is_json():
    assert parse('  {"entries": []}').entries == ()


def test_empty_list_of_entries_is_a_file():
    assert parse("entries:\n").entries == ()


def test_status_says_what_is_spoken():
    file = parse(HEAD + entry_yaml(status="suspended") + entry_yaml(key="k2", question="Hai?"))

    assert [item.status for item in file.entries] == [Status.SUSPENDED, None]
    assert list(snapshot_of(file).entries) == ["k2"]


# ------------------------------------------------------------------ single entries that are refused


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        pytest.param({"question": None}, "question is required", id="no question"),
        pytest.param({"answer": None}, "answer is required", id="no answer field"),
        pytest.param({"question": "''"}, "question must not be empty", id="empty question"),
        pytest.param({"question": "2024"}, "question must be text; put it in quotes", id="a number"),
        pytest.param({"question": "yes"}, "question must be text; put it in quotes", id="YAML's yes"),
        pytest.param({"variants": "một câu"}, "variants must be a list", id="one variant without a list"),
        pytest.param({"variants": "[1]"}, "variants.0 must be text; put it in quotes", id="a number in a list"),
        pytest.param({"valid_until": "31/12/2024"}, "must be a date written as 2024-12-31", id="another date form"),
        pytest.param({"valid_until": "2024-02-30"}, "there is no 2024-02-30", id="a day that does not exist"),
        pytest.param({"valid_until": "2024-13-01"}, "valid_until must be a date that exists", id="nor such a month"),
        pytest.param({"valid_until": "31/02/2024"}, "there is no 31/02/2024", id="nor one written otherwise"),
        pytest.param({"valid_until": "20241231"}, "must be a date written as 2024-12-31", id="a number as date"),
        pytest.param({"valid_until": "2024-12-31 10:00:00"}, "must be a date written as", id="a moment as date"),
        pytest.param(
            {"valid_from": "2024-02-01", "valid_until": "2024-01-01"}, "valid_until lies before valid_from", id="order"
        ),
        pytest.param({"status": "live"}, "status should be 'draft', 'in_review'", id="unknown status"),
        pytest.param({"question": "a" * 1001}, "question must not be longer than 1000 characters", id="too long"),
    ],
)
def test_bad_entry_is_refused_with_line_and_key_while_the_others_stay(fields, problem):
    text = HEAD + entry_yaml() + entry_yaml(**{"key": "k2", "question": "Hai?"} | fields)
    file = parse(text)

    assert [item.key for item in file.entries] == ["k1"]
    [found] = file.problems
    assert found.is_fatal
    assert str(found).startswith("line 5: k2: ")
    assert problem in found.message


@pytest.mark.parametrize("key", ["''", "hai từ", "a" * 121])
def test_bad_key_is_refused(key):
    text = HEAD + entry_yaml() + entry_yaml(key=key, question="Hai?")

    assert "key" in problems_of(text)[0]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "www.example.vn", "'https://a b'"])
def test_article_with_a_bad_address_is_refused(url):
    text = f"article:\n  key: a1\n  url: {url}\n" + HEAD + entry_yaml()

    assert problems_of(text)[0] == "line 2: a1: url must begin with http:// or https:// and hold no blanks"


def test_second_entry_of_a_key_is_refused_with_both_lines():
    text = HEAD + entry_yaml() + entry_yaml(question="Hai?")

    assert problems_of(text) == ["line 5: k1: the key was used before, at line 2; this one is left out"]
    assert parse(text).entries[0].question == "Câu hỏi?"


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_field_that_stands_there_twice_is_refused(suffix):
    text = {
        ".yaml": HEAD + entry_yaml(key="k0", question="Không?") + entry_yaml() + "  answer: Khác.\n",
        ".json": '{"entries": [{"key": "k0", "question": "a", "answer": ""},\n'
        '\n\n\n{"key": "k1", "question": "b", "answer": "", "answer": "c"}]}',
    }[suffix]

    assert problems_of(text, suffix=suffix) == ["line 5: k1: the field 'answer' stands there twice"]


def test_file_without_one_good_entry_is_refused_with_the_reasons():
    assert "line 2: k1: answer is required" in refusal_of(HEAD + entry_yaml(answer=None))


# ------------------------------------------------------------------ what is only warned of


def test_same_question_in_other_spelling_is_reported_with_both_lines():
    text = HEAD + entry_yaml(question="Hỗ trợ gì?") + entry_yaml(key="k2", question="HO TRO  GI?")
    file = parse(text)

    assert [str(problem) for problem in file.problems] == ["line 5: k2: asks the same question as k1 at line 2"]
    assert len(file.entries) == 2


def test_unknown_field_is_reported_with_the_one_probably_meant():
    text = HEAD + entry_yaml(varients="[a]") + "nguon: x\n"

    assert problems_of(text) == [
        "the field 'nguon' is unknown and not used",
        "line 2: k1: the field 'varients' is unknown and not used (did you mean 'variants'?)",
    ]


def test_quote_without_an_article_is_reported():
    assert "names no article" in problems_of(HEAD + entry_yaml(quote="đoạn"))[0]


def test_article_that_the_file_does_not_hold_is_reported():
    text = HEAD + entry_yaml(article="la")

    assert problems_of(text) == ["line 2: k1: names the article 'la', which is not in this file"]
    assert snapshot_of(parse(text)).entries["k1"].citation is None


# ------------------------------------------------------------------ files that cannot be read at all


@pytest.mark.parametrize(
    ("text", "suffix", "expected"),
    [
        pytest.param("entries:\n- key: [1\n", ".yaml", "not valid YAML at line 3", id="YAML syntax"),
        pytest.param("entries:\n- key: \x07\n", ".yaml", "not valid YAML", id="a control character"),
        pytest.param("entries:\n- key: !!python/object:os.system x\n", ".yaml", "at line 2", id="a foreign tag"),
        pytest.param("a: 1\na: 2\n", ".yaml", "line 2: 'a' stands there twice", id="a top field twice"),
        pytest.param('{"entries": [\n{"key": }]}', ".json", "not valid JSON at line 2", id="JSON syntax"),
        pytest.param('{"entries": [], "entries": []}', ".json", "stands there twice", id="JSON top field twice"),
        pytest.param("- a\n- b\n", ".yaml", "must hold `article` and `entries`", id="a list"),
        pytest.param("[]", ".json", "must hold `article` and `entries`", id="a JSON list"),
        pytest.param("", ".yaml", "must hold `article` and `entries`", id="nothing"),
        pytest.param("article: {key: a}\n", ".yaml", "has no entries", id="no entries"),
        pytest.param("entries: {a: 1}\n", ".yaml", "`entries` must be a list, at line 1", id="entries by name"),
        pytest.param("entries:\n- một câu\n", ".yaml", "Expected named fields (key: …), at line 2", id="bare text"),
        pytest.param("version: 2\nentries: []\n", ".yaml", "written in version 2", id="a later version"),
        pytest.param("a,b\n1,2\n", ".csv", "lacks the column 'question', at row 1", id="CSV without question"),
        pytest.param("", ".csv", "lacks the column 'question', at row 1", id="empty CSV"),
        pytest.param("key,key,question,answer\n", ".csv", "Two columns are named 'key', at row 1", id="CSV columns"),
        pytest.param('key,question,answer\nk,"a"b,c\n', ".csv", "cannot be read at row 2", id="CSV quotes"),
        pytest.param("x", ".docx", "Unknown kind of file: .docx", id="another extension"),
    ],
)
def test_unreadable_file_is_refused_where_it_breaks(text, suffix, expected):
    assert expected in refusal_of(text, suffix=suffix)


@pytest.mark.parametrize("text", ["[" * 100_000, "entries:\n" + "- " * 50_000, "{a: " * 100_000])
def test_deeply_nested_yaml_is_refused_before_it_ends_the_process(text):
    assert "nested too deeply" in refusal_of(text, suffix=".yaml")


def test_deeply_nested_json_is_refused():
    assert "nested too deeply" in refusal_of("[" * 100_000, suffix=".json")


def test_list_that_contains_itself_is_refused():
    assert "line 2" in refusal_of("entries:\n- key: &a [*a]\n  question: a\n  answer: b\n")


def test_file_that_does_not_exist_is_refused(tmp_path):
    assert "cannot be read" in refusal_of(tmp_path / "nowhere.yaml")


def test_file_in_another_encoding_is_refused_with_its_line(tmp_path):
    path = tmp_path / "old.yaml"
    path.write_bytes("entries:\n- key: a\n  question: Câu hỏi\n".encode().replace("ỏ".encode(), b"\xff"))

    assert "is not UTF-8, at line 3" in refusal_of(path)


# ------------------------------------------------------------------ tables


def test_csv_holds_lists_as_lines_of_a_cell_and_the_article_in_columns():
    text = (
        "\ufeffkey;question;variants;answer;article;article_title;article_url\r\n"
        'k1;Một?;"a\nb";Có.;a1;Bài;https://a.example\r\n'
        "\r\n"
        "k2;Hai?;;;a1;;\r\n"
    )
    file = parse(text, suffix=".csv")

    assert file.problems == ()
    assert [(item.key, item.variants, item.answer, item.article) for item in file.entries] == [
        ("k1", ("a", "b"), "Có.", "a1"),
        ("k2", (), "", "a1"),
    ]
    assert [(item.title, item.url) for item in file.articles] == [("Bài", "https://a.example")]


def test_a_key_is_reported_twice_also_when_its_first_row_is_refused():
    text = "key,question,answer,valid_until\nk1,Một?,x,31/02/2025\nk1,Hai?,x,28/02/2025\n"

    assert problems_of(text, suffix=".csv") == [
        "row 2: k1: valid_until must be a date that exists: there is no 31/02/2025",
        "row 3: k1: the key was used before, at row 2, which is left out",
    ]


def test_csv_problems_name_the_row_a_spreadsheet_shows():
    text = 'key,question,answer,ghi_chu\nk1,"Một\nhai?",x,y\n\nk1,Ba?,x,\nk4,,x,\n'

    assert problems_of(text, suffix=".csv") == [
        "row 1: the field 'ghi_chu' is unknown and not used",
        "row 4: k1: the key was used before, at row 2; this one is left out",
        "row 5: k4: question is required",
    ]


@pytest.mark.parametrize("header", ["key,question,answer", "stt,question,answer"])
def test_a_row_without_a_key_gets_one_of_its_question(header):
    begun = "Hợp tác xã nông nghiệp mới thành lập ở vùng cao"
    rows = f"Nộp hồ sơ ở đâu?,x\n,{begun} được hỗ trợ gì?,y\n,{begun} nộp hồ sơ cho ai?,z\n,,không có câu hỏi\n"

    file = parse(f"{header}\n,{rows}", suffix=".csv")

    keys = [item.key for item in file.entries]
    assert keys[0] == "nop-ho-so-o-dau"
    assert len(set(keys)) == 3
    assert all(key.startswith("hop-tac-xa-nong-nghiep-moi-thanh-") for key in keys[1:])
    assert [item.key for item in parse(f"{header}\n,{rows}", suffix=".csv").entries] == keys
    fatal = [(problem.place, problem.message) for problem in file.problems if problem.is_fatal]
    assert fatal == [("row 5", "question is required")], "the key would be made from it"


def test_a_question_that_comes_twice_without_a_key_is_refused_once():
    text = "question,answer\nNộp hồ sơ ở đâu?,x\nNop ho so o dau,y\n"

    assert problems_of(text, suffix=".csv")[0] == (
        "row 3: nop-ho-so-o-dau: the key was used before, at row 2; this one is left out"
    )


def test_csv_article_described_twice_differently_is_reported():
    text = "key,question,answer,article,article_title\nk1,Một?,x,a1,Bài\nk2,Hai?,x,a1,Khác\n"

    assert problems_of(text, suffix=".csv") == ["row 3: the title of article 'a1' differs from row 2, which is used"]


def test_csv_cells_beyond_the_columns_and_nameless_articles_are_reported():
    text = "key,question,answer,article,article_title\nk1,Một?,x,,Bài,thừa\n"

    assert [problem.partition(": ")[0] for problem in problems_of(text, suffix=".csv")] == ["row 2", "row 2"]


# ------------------------------------------------------------------ size


def test_ten_thousand_entries_are_read_quickly():
    """Measured 1.7 s; the limit of the interface is 3 s on a quiet machine, so processor time is what counts here."""
    entries = tuple(
        an_entry_item(
            key=f"k{number}",
            question=f"Nghị quyết số {number} hỗ trợ những hoạt động nào trên địa bàn tỉnh?",
            variants=(f"Nội dung hỗ trợ {number}", f"Danh mục hoạt động {number}", f"Được hỗ trợ gì {number}?"),
            answer="Chính sách hỗ trợ gồm nghiên cứu và phát triển, đổi mới công nghệ. " * 5,
        )
        for number in range(10_000)
    )
    text = write_yaml(a_file(*entries))

    began = time.process_time()
    snapshot = snapshot_of(parse(text))

    assert len(snapshot.entries) == 10_000
    assert time.process_time() - began < 3.0


def test_a_long_answer_is_accepted_with_a_warning():
    file = parse(f"entries:\n- {{key: a, question: Hỏi?, answer: {'dài ' * 200}}}")

    assert [entry.key for entry in file.entries] == ["a"]
    assert [problem.message for problem in file.problems] == [
        "has a long answer (799 characters): put what exceeds 500 in answer_full"
    ]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ("buttons: ['Gọi | phone | abc']", "does not suit its kind"),
        ("buttons: [a | handoff, b | handoff, c | handoff, d | handoff]", "must not be more than 3"),
        ("on_expiry: successor", "needs the key of another entry"),
        ("on_expiry: forget", "on_expiry"),
    ],
)
def test_an_entry_with_an_impossible_new_field_is_refused(fields, complaint):
    with pytest.raises(KnowledgeError, match=complaint):
        parse(f"entries:\n- {{key: a, question: Hỏi?, answer: Đáp., {fields}}}")
