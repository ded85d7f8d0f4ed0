"""Ask the test questions of the knowledge in use: which get the right reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knowledge.base import MatcherLike
from knowledge.behaviour import Question, Reply, is_right, reply_of


def ask_all(matcher: MatcherLike, questions: Sequence[Question]) -> Mapping[Question, tuple[Reply, bool]]:
    """Return the reply to each question and whether it is right. Some milliseconds for each: call it in a thread."""
    replies = {question: reply_of(matcher.match(question.text)) for question in questions}
    return {question: (reply, is_right(question, reply)) for question, reply in replies.items()}
