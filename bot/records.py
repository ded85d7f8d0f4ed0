"""Values to JSON and back, for the columns that hold them whole."""

from __future__ import annotations

from typing import Any

import msgspec
from pydantic import TypeAdapter

from bot.messages import DialogueState, InboundUpdate, Reply, Slip, Trace

_UPDATE = msgspec.json.Decoder(InboundUpdate)
_STATE = TypeAdapter(DialogueState)
_REPLY = TypeAdapter(Reply)
_TRACE = TypeAdapter(Trace)
_SLIP = TypeAdapter(Slip)


def dump_update(update: InboundUpdate) -> str:
    """Return the update as JSON text, without its empty fields."""
    return msgspec.json.encode(update).decode()


def load_update(text: str) -> InboundUpdate:
    """Return the update that `dump_update` wrote."""
    return _UPDATE.decode(text)


def dump_state(state: DialogueState) -> dict[str, Any]:
    """Return the state as a JSON object."""
    return _object(_STATE.dump_python(state, mode="json", exclude_defaults=True))


def load_state(value: dict[str, Any]) -> DialogueState:
    """Return the state that `dump_state` wrote."""
    return _STATE.validate_python(value)


def dump_reply(reply: Reply) -> dict[str, Any]:
    """Return the reply as a JSON object."""
    return _object(_REPLY.dump_python(reply, mode="json", exclude_defaults=True))


def dump_trace(trace: Trace) -> dict[str, Any]:
    """Return the trace as a JSON object."""
    return _object(_TRACE.dump_python(trace, mode="json", exclude_defaults=True))


def dump_slip(slip: Slip) -> dict[str, Any]:
    """Return the slip as a JSON object."""
    return _object(_SLIP.dump_python(slip, mode="json", exclude_defaults=True))


def load_slip(value: dict[str, Any]) -> Slip:
    """Return the slip that `dump_slip` wrote."""
    return _SLIP.validate_python(value)


def _object(value: Any) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value
