"""The command line as an operator uses it, in a directory of its own, on an embedded database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hoidap(tmp_path):
    """Run `hoidap` and return the finished process; each test has its own directory, so its own database."""

    def run(*arguments, stdin="", **environment):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
        return subprocess.run(
            [sys.executable, "-m", "server", *arguments],
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


def test_wrong_use_is_told_apart_from_failure(hoidap, tmp_path):
    (tmp_path / "broken.yaml").write_text("entries: [")

    assert hoidap("ask").returncode == 2
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

    assert hoidap("export", "out.json").returncode == 0
    assert len(json.loads((tmp_path / "out.json").read_text())["entries"]) > 40
    assert hoidap("backup", "copy.db").returncode == 1, "a backup never overwrites"


def test_the_doctor_is_content_with_a_fresh_set_up_and_names_misspelt_settings(hoidap):
    healthy = hoidap("doctor")
    assert healthy.returncode == 0, healthy.stdout
    assert "ok" in healthy.stdout

    ill = hoidap("doctor", HOIDAP_DATABSE__URL="x")
    assert ill.returncode == 1
    assert "HOIDAP_DATABSE__URL" in ill.stdout


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
