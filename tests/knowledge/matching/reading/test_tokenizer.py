"""Words by pyvi, and what loading it costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from knowledge.matching.reading.tokenizer import phrases, segment

ROOT = Path(__file__).parents[4]
APART = """
import json, sys
from knowledge.matching.reading.tokenizer import segment
print(json.dumps([segment("Nghị quyết 93 là gì"), sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def test_compound_words_are_found():
    assert segment("Nghị quyết 93 là gì")[0] == "nghị quyết"
    assert ("nghi", "quyet") in phrases(["Nghị quyết 93 là gì"])


def test_text_without_marks_has_no_compound_words():
    assert phrases(["nghi quyet 93"]) == frozenset()


def test_finding_words_does_not_load_what_only_training_needs():
    done = subprocess.run([sys.executable, "-c", APART], cwd=ROOT, capture_output=True, text=True, check=True)

    words, loaded = json.loads(done.stdout)
    assert words == segment("Nghị quyết 93 là gì")
    assert "pyvi" in loaded
    assert not {"sklearn", "joblib", "narwhals"} & set(loaded)
