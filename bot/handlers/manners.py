"""What is said besides questions: laughter, wishes, complaints, "are you a machine?", "your number?", English."""

from __future__ import annotations

from functools import cache

from bot.fragments import ANNOUNCING
from bot.handlers.composing import PERSON, Office, featured, is_recent, remembering
from bot.handlers.faq import context_of
from bot.handlers.saying import Utterance, is_just, is_signs_only, says, utterance_of
from bot.handlers.smalltalk import courtesy_of, intent_in, wants_call
from bot.messages import Choice, HandoffRequest, Link, Mode, Outcome, OutcomeKind, Reply, Trace, Turn
from bot.phrases import phrase, words
from knowledge.base import Knowledge
from knowledge.matching.model import Verdict
from knowledge.matching.normalizer import words as words_of

# A message that may be several of these is taken for the first.
INTENTS = ("grievance", "robot", "contact", ANNOUNCING, "complaint", "unfair", "hurry", "wish", "cheer", "laugh")
_OFFERING_A_PERSON = frozenset({"robot", "complaint", "unfair", "hurry", "grievance", "contact"})
_NEEDING_NO_ANSWER = frozenset({"thanks", "bye", "ack", "cancel", "wish", "cheer", "laugh", "reply"})
_ENGLISH_SHARE = 1 / 3  # of the words, from which a text is taken for English
_FEWEST_ENGLISH = 2


class Manners:
    """Answers a message only when nothing else is in it; what asks something as well is a question."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def __call__(self, turn: Turn, knowledge: Knowledge) -> Outcome | None:
        """Return the outcome when the message is an intent of ours; none of them is a miss."""
        text = turn.update.text
        heard = Utterance() if turn.update.payload else utterance_of(text)
        courtesy = intent_in(turn)
        if turn.mode is Mode.WAITING and (courtesy == "greet" or says(heard, "manners.calling")):
            return _noted(turn)
        is_right = courtesy == "cancel" and _is_right(heard)
        is_announcing = courtesy in {"ack", "cancel"} and says(heard, f"manners.{ANNOUNCING}")
        if courtesy is not None and not is_right and not is_announcing:
            return None
        if wants_call(heard):
            return None  # small talk puts them through: "gọi điện thoại cho em" asks for no number
        intent = _intent(text, heard)
        if intent == "contact" and _is_answered(turn, knowledge):
            return None
        return self._outcome(turn, intent, knowledge) if intent else None

    def _outcome(self, turn: Turn, intent: str, knowledge: Knowledge) -> Outcome:
        choices = featured(knowledge.snapshot, on=turn.on) if intent == ANNOUNCING else ()
        if intent in _OFFERING_A_PERSON and turn.mode is not Mode.WAITING:
            choices = (Choice(title=phrase("manners.person"), short_title=phrase("manners.person"), payload=PERSON),)
        reply = Reply(text=self._text(intent), choices=choices, links=self._links(intent))
        return Outcome(
            kind=OutcomeKind.SMALLTALK,
            trace=_trace(intent),
            reply=reply,
            state=remembering(reply, turn.state, at=turn.at, entry=turn.state.entry) if choices else turn.state,
            dislikes=intent == "complaint",
        )

    def _text(self, intent: str) -> str:
        if intent == "contact" and self._office.reached() == self._office.title:
            intent = "contact_unknown"
        key = {"cheer": "smalltalk.thanks_reply", "reply": "smalltalk.ack_reply"}.get(intent, f"manners.{intent}_reply")
        return phrase(key, office=self._office.reached())

    def _links(self, intent: str) -> tuple[Link, ...]:
        return self._office.links() if intent in {"grievance", "contact", "english"} else ()


def _intent(text: str, heard: Utterance) -> str:
    found = next((intent for intent in INTENTS if says(heard, f"manners.{intent}")), "")
    if not found and (is_just(heard, "manners.assent") or is_just(heard, "manners.dissent")):
        return "reply"
    if not found and is_signs_only(text):
        return "laugh"
    return found or ("english" if is_english(text) else "")


def is_courtesy(text: str) -> bool:
    """Tell whether a text is thanks, a goodbye, a yes and the like, to which nobody need answer anything."""
    heard = utterance_of(text)
    return courtesy_of(text) in _NEEDING_NO_ANSWER or _intent(text, heard) in _NEEDING_NO_ANSWER


def is_english(text: str) -> bool:
    """Tell whether a text is surely English: it has several function words, one at least that is no Vietnamese."""
    said = words_of(text)
    forms = [word.form for word in said]
    if any(word.is_marked for word in said) or not _listed("vietnamese").isdisjoint(forms):
        return False
    telling = sum(form in _listed("english_telling") for form in forms)
    english = telling + sum(form in _listed("english") for form in forms)
    return telling > 0 and english >= max(_FEWEST_ENGLISH, len(forms) * _ENGLISH_SHARE)


def _is_right(heard: Utterance) -> bool:
    """Tell whether a person says that it is right: without its marks, "đúng" looks like "dừng"."""
    return bool(heard.marked) and is_just(heard, "manners.assent")


def _is_answered(turn: Turn, knowledge: Knowledge) -> bool:
    """Tell whether an entry answers it: staff may have written one, or it is about what was told.

    An entry that was only near to what was asked is not what it is about: the reply named the office to turn to. And
    a competition that was spoken of has a contact of its own.
    """
    state = turn.state
    competition = knowledge.snapshot.competitions.get(state.competition) if is_recent(turn) else None
    if competition is not None and competition.contact:
        return True
    match = knowledge.matcher.match(turn.update.text, context=context_of(turn))
    is_untold = bool(match.candidates) and match.candidates[0].entry == state.entry and not state.is_told
    return match.verdict is Verdict.ANSWER and not is_untold


def _noted(turn: Turn) -> Outcome:
    """Say that the request stands; asking once more changes nothing and has it said when somebody will come."""
    return Outcome(
        kind=OutcomeKind.SMALLTALK,
        trace=_trace("calling"),
        reply=Reply(text=phrase("manners.waiting_reply")),
        state=turn.state,
        handoff=HandoffRequest(reason="asked_for_person"),
    )


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(word.form for listed in words(f"manners.{name}") for word in words_of(listed))


def _trace(reason: str) -> Trace:
    return Trace(handler="manners", reason=reason)
