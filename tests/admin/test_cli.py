"""The command line as an operator uses it, in a directory of its own, on an embedded database."""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import sqlite3
import subprocess
from pathlib import Path

import pytest

from admin.asking import Ready, answer_lines
from runtime.backup import backup
from runtime.errors import AppError, DatabaseError
from tests.support.builders import NOW
from tests.support.fakes import knowledge_of
from tests.support.nursery import command

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hoidap(tmp_path):
    """Run `hoidap` and return the finished process; each test has its own directory, so its own database."""

    def run(*arguments, stdin="", **environment):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
        return subprocess.run(
            [*command(), *arguments],
            cwd=tmp_path,
            env={**clean, "PYTHONPATH": str(ROOT), "TERM": "dumb", "COLUMNS": "200", **environment},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_a_question_in_any_spelling_gets_its_answer_and_link_as_json(hoidap):
    done = hoidap("ask", "--json", "--at", "2024-06-01", "nq 93 ap dung cho ai")

    result = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (result["outcome"], result["entry"], result["expired"]) == ("answer", "nq93-doi-tuong", False)
    assert result["reply"]["links"][0].startswith("https://startup.caobang.gov.vn/")
    assert 0.5 < result["confidence"] <= 1
    assert result["candidates"][0]["entry"] == "nq93-doi-tuong"
    assert result["trace"], "the trace says why"


def test_lines_are_answered_in_order_from_a_file_alone(hoidap, tmp_path):
    """An entry may have an empty answer; the date only adds the warning."""
    file = tmp_path / "knowledge.yaml"
    file.write_text(
        "entries:\n"
        "  - {key: one, question: Làm hộ chiếu ở đâu?, answer: ''}\n"
        "  - {key: two, question: Đăng ký kết hôn cần giấy tờ gì?, answer: Tờ khai., valid_until: 2024-12-31}\n"
    )
    lines = "\n".join(json.dumps({"text": text}) for text in ("dang ky ket hon can giay to gi", "làm hộ chiếu ở đâu"))

    done = hoidap("ask", "--jsonl", "--knowledge", str(file), "--at", "2025-01-01", stdin=lines)

    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result["entry"] for result in results] == ["two", "one"]
    assert [result["expired"] for result in results] == [True, False]
    assert not (tmp_path / "var").exists(), "no database is made"


def test_a_file_of_questions_alone_can_be_asked_and_what_is_left_out_is_said(hoidap, tmp_path):
    file = tmp_path / "knowledge.json"
    entries = [{"key": "one", "question": "Làm hộ chiếu ở đâu?"}, {"question": "Đăng ký kết hôn cần giấy tờ gì?"}]
    file.write_text(json.dumps({"entries": entries}))

    done = hoidap("ask", "--jsonl", "--knowledge", str(file), stdin=json.dumps({"text": "lam ho chieu o dau"}))

    assert json.loads(done.stdout)["entry"] == "one"
    assert done.stderr.strip().endswith("key is required")


def test_wrong_use_is_told_apart_from_failure(hoidap, tmp_path):
    (tmp_path / "broken.yaml").write_text("entries: [")

    assert hoidap("ask").returncode == 2
    for empty in ("", "  "):
        done = hoidap("ask", empty)
        assert (done.returncode, done.stdout) == (2, "")
        assert "the question is empty" in done.stderr
    assert hoidap("ask", "x", "--at", "yesterday").returncode == 2
    failed = hoidap("ask", "x", "--knowledge", "broken.yaml")
    assert failed.returncode == 1
    assert failed.stderr.startswith("hoidap: ")
    assert "Traceback" not in failed.stderr


def test_knowledge_goes_out_and_in_unchanged_and_a_dry_run_changes_nothing(hoidap, tmp_path):
    assert hoidap("import", str(ROOT / "knowledge/starter/cao-bang.yaml")).returncode == 0
    assert hoidap("export", "out.yaml").returncode == 0

    again = hoidap("import", "out.yaml")
    assert "changed 0" in again.stdout

    text = (tmp_path / "out.yaml").read_text().replace("hơn 436 triệu", "hơn 800 triệu")
    (tmp_path / "out.yaml").write_text(text)
    dry = hoidap("import", "--dry-run", "out.yaml")
    assert "changed 1" in dry.stdout
    assert "changed 1" in hoidap("import", "out.yaml").stdout, "the dry run changed nothing"


def test_a_backup_is_restored(hoidap, tmp_path):
    hoidap("import", str(ROOT / "knowledge/starter/cao-bang.yaml"))
    assert hoidap("backup", "copy.db").returncode == 0
    (tmp_path / "var/hoidap.db").unlink()

    assert hoidap("restore", "copy.db").returncode == 0
    again = hoidap("restore", "copy.db")
    assert "var/hoidap.db.before-restore-" in again.stdout, "what was there is kept"

    assert hoidap("export", "out.json").returncode == 0
    assert len(json.loads((tmp_path / "out.json").read_text())["entries"]) > 40
    assert hoidap("backup", "copy.db").returncode == 1, "a backup never overwrites"


def test_a_backup_to_nowhere_fails_in_one_line(tmp_path):
    live = tmp_path / "live.db"
    sqlite3.connect(live).close()

    with pytest.raises(DatabaseError, match="cannot be copied"):
        backup(f"sqlite+aiosqlite:///{live}", tmp_path / "none" / "copy.db")


def test_the_doctor_is_content_with_a_fresh_set_up_and_names_misspelt_settings(hoidap):
    hoidap("migrate")
    healthy = hoidap("doctor", HOIDAP_CONTACT__PHONE="0206 385 2567")
    assert healthy.returncode == 0, healthy.stdout
    assert {line[:4] for line in healthy.stdout.splitlines()} == {"ok  "}

    ill = hoidap("doctor", HOIDAP_DATABSE__URL="x")
    assert ill.returncode == 1
    assert "FAIL settings: HOIDAP_DATABSE__URL is not a setting. Check its spelling." in ill.stdout


def test_the_doctor_names_a_misspelt_section_of_the_settings_file(hoidap, tmp_path):
    hoidap("migrate")
    (tmp_path / "settings.toml").write_text("[databse]\npool_size = 5\n")

    assert "FAIL settings: databse in settings.toml is not a setting. Check its spelling." in hoidap("doctor").stdout


def test_the_doctor_makes_nothing_and_says_what_is_not_there(hoidap, tmp_path):
    fresh = hoidap("doctor", HOIDAP_DATABASE__URL="sqlite+aiosqlite:///mistyped/folder/x.db")

    assert fresh.returncode == 0, fresh.stderr
    assert (
        f"warn database: there is none at {tmp_path}/mistyped/folder/x.db yet. `hoidap serve` makes one" in fresh.stdout
    )
    assert "warn contact: " in fresh.stdout, "nobody can reach the office"
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_spends_no_token_that_it_cannot_keep(hoidap, tmp_path):
    needed = ("APP_ID", "OA_ID", "APP_SECRET", "OA_SECRET_KEY", "ACCESS_TOKEN", "REFRESH_TOKEN")

    fresh = hoidap("doctor", **{f"HOIDAP_CHANNELS__ZALO__{name}": "12345" for name in needed})

    assert "warn zalo: not asked: there is no database yet to keep its tokens." in fresh.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HOIDAP_CHANNELS__WEBCHAT__ALLOWED_ORIGINS", "foo", "must be exact origins"),
        ("HOIDAP_CHANNELS__WEBCHAT__TRUSTED_PROXIES", "-1", "greater than or equal to 0."),
        ("HOIDAP_CHANNELS__WEBCHAT__TEXT_LIMIT", "abc", "integer"),
        ("HOIDAP_CHANNELS__ZALO__APP_SECRET", "", "APP_SECRET: must not be empty"),
        ("HOIDAP_LOG_LEVEL", "loud", "must be one of"),
        ("HOIDAP_SECRETS_DIR", "nowhere", "there is no such folder."),
    ],
)
@pytest.mark.parametrize("command", ["doctor", "serve"])
def test_a_setting_that_cannot_work_is_one_line_that_names_it(hoidap, command, name, value, said):
    done = hoidap(command, **{name: value})

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert name in done.stderr
    assert said in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        pytest.param(["--port", "99999"], {}, "hoidap: --port: ", id="port"),
        pytest.param([], {"HOIDAP_HOST": "999.1.1.1"}, "HOIDAP_HOST (or --host): there is no such", id="no address"),
        pytest.param(["--host", "192.0.2.1"], {}, "hoidap: HOIDAP_HOST (or --host): not an address", id="another's"),
    ],
)
def test_an_address_that_cannot_be_listened_on_names_its_setting(hoidap, arguments, environment, said):
    done = hoidap("serve", *arguments, **environment)

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_eval_prints_the_table_and_the_figures(hoidap):
    data = ROOT / "tests/data/eval"
    arguments = ("--questions", str(data / "questions.tsv"), "--unanswerable", str(data / "unanswerable.tsv"))

    table = hoidap("eval", *arguments, "--at", "2024-06-01")
    figures = hoidap("eval", *arguments, "--at", "2024-06-01", "--json")

    assert "Hit@1" in table.stdout
    assert json.loads(figures.stdout)


def test_several_processes_need_postgresql(hoidap):
    done = hoidap("serve", "--processes", "2")

    assert done.returncode == 1
    assert "HOIDAP_DATABASE__URL" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "url", "said"),
    [
        pytest.param(
            ["ask", "x"], "postgresql+psycopg://u:hidden@127.0.0.1:1/none", "HOIDAP_DATABASE__URL", id="no server"
        ),
        pytest.param(["doctor"], "postgresql+psycopg://u:hidden@127.0.0.1:1/none", "HOIDAP_DATABASE__URL", id="doctor"),
        pytest.param(["serve"], "postgresql+psycopg://u:hidden@127.0.0.1:1/none", "HOIDAP_DATABASE__URL", id="serve"),
        pytest.param(["ask", "x"], "sqlite+aiosqlite:///no-database", "HOIDAP_DATABASE__URL", id="no database"),
        pytest.param(["ask", "x"], "sqlite+aiosqlite:////proc/none/x.db", "/proc/none", id="no place for one"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line(hoidap, tmp_path, arguments, url, said):
    (tmp_path / "no-database").write_text("something else entirely, and long enough to look like a page" * 50)

    done = hoidap(*arguments, HOIDAP_DATABASE__URL=url)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert "hidden" not in done.stderr


def test_a_port_in_use_is_one_line(hoidap):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = hoidap("serve", "--port", str(taken.getsockname()[1]))

    assert done.returncode == 1
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_question_set_names_its_line(hoidap, tmp_path):
    (tmp_path / "bad.tsv").write_text("nq93-tong-quan\tclean\tNQ 93 là gì\nonly one column\n")

    done = hoidap("eval", "--questions", "bad.tsv", "--unanswerable", "bad.tsv")

    assert done.returncode == 1
    assert "line 2" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_bad_line_does_not_stop_the_others(hoidap):
    done = hoidap("ask", "--jsonl", stdin='{"text": "nq 93 là gì"}\nnonsense\n{"text": "xin chào"}\n')

    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result.get("outcome") for result in results] == ["answer", None, "smalltalk"]
    assert results[1]["line"] == 2
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("line", "is_bad"),
    [
        (b'{"text": "nq 93 \\ud800"}', False),
        (b'{"text": "\xff\xfe"}', True),
        (b"[" * 100_000, True),
        (b'{"text": null}', True),
    ],
    ids=["half of a surrogate pair", "not UTF-8", "nested too deep", "no text"],
)
def test_no_line_stops_those_after_it(line, is_bad):
    ready = Ready(knowledge=knowledge_of(), handlers=(), at=NOW)
    written = io.StringIO()

    said = contextlib.nullcontext() if not is_bad else pytest.raises(AppError, match="line 1, 1 in all")
    with said:
        answer_lines(ready, [line, b'{"text": "hi"}'], written)

    first, second = map(json.loads, written.getvalue().encode("utf-8").splitlines())
    assert ("error" in first) == is_bad
    assert second["text"] == "hi"


def test_an_answer_is_shown_with_the_line_that_citizens_get(hoidap):
    done = hoidap("ask", "--at", "2024-06-01", "nq 93 ap dung cho ai")

    assert "Theo bài “Dấu ấn của Khoa học" in done.stdout
    assert "ngày 22/01/2024" in done.stdout


def test_a_fresh_database_exports_what_it_would_answer_from(hoidap, tmp_path):
    assert hoidap("export", "out.json").returncode == 0

    assert len(json.loads((tmp_path / "out.json").read_text())["entries"]) > 40


def test_what_is_wrong_with_the_knowledge_is_listed(hoidap, tmp_path):
    (tmp_path / "one.yaml").write_text("entries:\n- {key: a, question: Sở ở đâu?, answer: Ở số 12 Hợp Giang.}\n")

    imported = hoidap("import", tmp_path / "one.yaml")
    listed = hoidap("entries", "problems")

    assert imported.stdout.splitlines()[1:] == ["  a: no source holds 12", "  a: rests on no article"]
    assert listed.returncode == 1
    assert listed.stdout.splitlines() == ["unevidenced\ta\tanswer\t-\t12", "unsourced\ta\tarticle\t-\tSở ở đâu?"]


def test_what_publishing_would_do_is_said_beforehand(hoidap, tmp_path):
    (tmp_path / "two.yaml").write_text(
        "entries:\n- {key: a, question: Sở ở đâu?, answer: Ở Hợp Giang.}\n"
        "- {key: b, question: Lệ phí bao nhiêu?, variants: [Sở ở đâu?], answer: Thu 15 đồng., status: draft}\n"
    )
    hoidap("import", tmp_path / "two.yaml")

    checked = hoidap("entries", "check", "b")

    assert checked.returncode == 1
    lines = [line.split("\t") for line in checked.stdout.splitlines()]
    assert lines[0] == ["unevidenced", "answer", "15 đồng"]
    assert ["lost", "wording", "Sở ở đâu?"] in [line[:3] for line in lines]


def test_the_knowledge_is_written_for_print(hoidap, tmp_path):
    (tmp_path / "one.yaml").write_text("entries:\n- {key: a, question: Sở ở đâu?, answer: Ở Hợp Giang.}\n")
    hoidap("import", tmp_path / "one.yaml")

    hoidap("export", "--for-review", tmp_path / "in.xlsx")

    assert (tmp_path / "in.xlsx").read_bytes().startswith(b"PK")


def test_entries_are_found_taken_back_and_restored(hoidap, tmp_path):
    (tmp_path / "two.yaml").write_text("entries:\n- {key: a, question: Sở ở đâu?, answer: Ở Hợp Giang.}\n")
    hoidap("import", "two.yaml")
    (tmp_path / "two.yaml").write_text("entries:\n- {key: a, question: Sở ở đâu?, answer: Ở Sông Bằng.}\n")
    hoidap("import", "two.yaml")

    listed = hoidap("entries", "list", "so o dau")
    compared = hoidap("entries", "diff", "a", "1", "2")
    restored = hoidap("entries", "restore", "a", "1", "--by", "lan")
    published = hoidap("entries", "publish", "a", "--by", "minh")
    history = hoidap("entries", "history", "a")

    assert listed.stdout == "a\tpublished\t2\tSở ở đâu?\n"
    assert compared.stdout == "answer: Ở[- Hợp Giang-]{+ Sông Bằng+}.\n"
    assert restored.returncode == published.returncode == 0, published.stderr
    assert next(line.split("\t")[2:4] for line in history.stdout.splitlines()) == ["lan", "spoken"]
    assert hoidap("entries", "suspend", "gone").returncode == 1
    with contextlib.closing(sqlite3.connect(tmp_path / "var/hoidap.db")) as database:
        noted = database.execute("SELECT action, subject FROM audit_events WHERE action LIKE 'entries%' ORDER BY id")
        assert noted.fetchall() == [("entries.restore", "entry:a"), ("entries.publish", "entry:a")]


def test_what_was_stopped_is_not_called_spoken(hoidap, tmp_path):
    (tmp_path / "one.yaml").write_text("entries:\n- {key: a, question: Sở ở đâu?, answer: Ở Hợp Giang.}\n")
    hoidap("import", "one.yaml")
    hoidap("entries", "suspend", "a")

    history = hoidap("entries", "history", "a")

    assert history.stdout.split("\t")[3] == "suspended"
