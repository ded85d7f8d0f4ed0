"""QnABot's export (https://github.com/aws-solutions/qnabot-on-aws): its questions as records of our own.

Read from its JSON: {"qna": [{"qid", "q": [...], "a", "t", "r": {"title", "buttons": [...]}, "type"}]}.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.buttons import LABEL_LENGTH, MOST_BUTTONS
from knowledge.parsing import RawFile, Record
from knowledge.schema import Problem, Status
from runtime.errors import KnowledgeError

_HEAD = re.compile(r"\s*\{\s*\"qna\"\s*:")
_PLAIN = {"", "qna", "text"}  # kinds of item that are a question with an answer; others drive its own dialogues
_FIELDS = frozenset({"key", "topic", "question", "variants", "answer", "short_title", "buttons"})
_USED = {"qid", "q", "a", "t", "r", "type", "alt"}
_SILENT = {"_score", "clientFilterValues", "args", "next", "l", "enableQidIntent", "selected", "refMarkdown"}


def is_qnabot(text: str) -> bool:
    """Tell whether JSON is QnABot's, whatever stands behind."""
    return _HEAD.match(text) is not None


def read(text: str) -> RawFile:
    """Parse the export. New entries become drafts: nothing of theirs has a source here yet."""
    try:
        items = json.loads(text)["qna"]
    except json.JSONDecodeError as error:
        raise KnowledgeError(
            f"The file is not valid JSON at line {error.lineno}: {error.msg}.", hint="Correct it."
        ) from error
    if not isinstance(items, list):
        raise KnowledgeError("`qna` must be a list.", hint="Export it from QnABot again.")
    problems: list[Problem] = []
    entries = [record for number, item in enumerate(items, 1) for record in _entry(item, f"qna {number}", problems)]
    return RawFile(entries=tuple(entries), problems=tuple(problems), new_status=Status.DRAFT, fields=_FIELDS)


def _entry(item: Any, place: str, problems: list[Problem]) -> Iterator[Record]:
    if not isinstance(item, dict) or str(item.get("type") or "") not in _PLAIN:
        kind = item.get("type") if isinstance(item, dict) else None
        problems.append(Problem(message=f"is of the kind {kind!r}, which has no counterpart here", place=place))
        return
    questions = [text for text in _list(item.get("q")) if isinstance(text, str)]
    strange = sorted(item.keys() - _USED - _SILENT)
    problems += [Problem(message=f"the field {name!r} is not used", place=place, is_fatal=False) for name in strange]
    card = item.get("r") if isinstance(item.get("r"), dict) else {}
    assert isinstance(card, dict)
    yield Record(
        place=place,
        fields={
            "key": re.sub(r"\s+", "-", str(item.get("qid") or "").strip()),
            "topic": item.get("t") or "",
            "question": questions[0] if questions else "",
            "variants": questions[1:],
            "answer": item.get("a") or "",
            "short_title": card.get("title") or "",
            "buttons": list(_buttons(card, place, problems)),
        },
    )


def _buttons(card: Mapping[str, Any], place: str, problems: list[Problem]) -> Iterator[str]:
    """Yield links of the card. A button whose value is a text would ask that: it has no counterpart."""
    taken = 0
    for button in _list(card.get("buttons")):
        label, value = (
            (str(button.get(name) or "") for name in ("text", "value")) if isinstance(button, dict) else ("", "")
        )
        if label and value.startswith(("http://", "https://")) and taken < MOST_BUTTONS:
            taken += 1
            yield f"{label[:LABEL_LENGTH].strip()} | url | {value}"
        elif label or value:
            problems.append(Problem(message=f"the button {label!r} is left out", place=place, is_fatal=False))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
