"""A competition or event as staff write it, and where it stands at a moment. Pure; nothing of it is typed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from knowledge.calendar.moments import Certainty, Window, certainty_of, day_of, start_of, window_of, written
from knowledge.cleaning import clean_line, clean_text

MOST_STAGES = 20
MOST_ALIASES = 30
SHORT_TITLE = 20  # characters of the tightest button
# A stage that was to follow and of which nothing was heard for so long will not follow any more.
SILENCE = timedelta(days=365)

Slug = Annotated[str, AfterValidator(clean_line), Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
"""A key: it stands in addresses and, with that of a stage, in button payloads (200 characters at the tightest)."""
_Key = Annotated[str, AfterValidator(clean_line), Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
_Nothing = BeforeValidator(lambda value: "" if value is None else value)
_Said = Annotated[str, AfterValidator(clean_line), Field(min_length=1, max_length=300)]
_Line = Annotated[str, AfterValidator(clean_line), Field(max_length=1_000), _Nothing]
_Text = Annotated[str, AfterValidator(clean_text), Field(max_length=5_000), _Nothing]
_Written = Annotated[str, BeforeValidator(written)]
_Year = Annotated[int | None, Field(ge=2000, le=2200), BeforeValidator(lambda value: None if value == "" else value)]


class Kind(StrEnum):
    """What it is."""

    CONTEST = "contest"
    EVENT = "event"


class StageState(StrEnum):
    """Where a stage stands at a moment."""

    AHEAD = "ahead"
    OPEN = "open"
    OVER = "over"
    UNKNOWN = "unknown"  # not announced, or somewhere in its month


class Phase(StrEnum):
    """Where a competition stands at a moment."""

    UPCOMING = "upcoming"
    OPEN = "open"
    BETWEEN = "between"  # one stage is over, the next has not begun
    ENDED = "ended"
    UNKNOWN = "unknown"


class Stage(BaseModel):
    """One part of a competition. `takes_entries`: people must act in time, its end is a deadline.

    `starts` and `ends` as in `knowledge.calendar.moments`; both empty: not announced. A day as an end is included.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: _Key
    name: _Said
    takes_entries: bool = False
    starts: _Written = ""
    ends: _Written = ""

    @property
    def certainty(self) -> Certainty:
        """How much is known of its dates."""
        return certainty_of(self.starts, self.ends)

    @property
    def window(self) -> Window | None:
        """When it takes place; None: not announced."""
        return window_of(self.starts, self.ends, stays_open=self.takes_entries)

    def state(self, at: datetime) -> StageState:
        """Return where the stage stands at a moment."""
        window = self.window
        if window is None:
            return StageState.UNKNOWN
        if window.starts_at is not None and at < window.starts_at:
            return StageState.AHEAD
        if window.until is not None and at >= window.until:
            return StageState.OVER
        return StageState.OPEN if self.certainty is Certainty.CONFIRMED else StageState.UNKNOWN

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Stage:
        window = self.window
        if window and window.starts_at and window.until and window.until <= window.starts_at:
            raise PydanticCustomError("ends_first", "ends before it starts")
        return self


class Competition(BaseModel):
    """A contest or event. `series` is common to its editions; `entry` is the key of the entry that tells of it.

    `first_year` and `last_year` are what is known when no date is. `revision` and `revised_at` come from the database.
    """

    model_config = ConfigDict(frozen=True)

    key: Slug
    title: _Said
    short_title: Annotated[str, AfterValidator(clean_line), Field(max_length=SHORT_TITLE), _Nothing] = ""
    kind: Kind = Kind.CONTEST
    series: Annotated[str, AfterValidator(clean_line), Field(max_length=80), _Nothing] = ""
    edition: Annotated[int | None, Field(ge=1, le=999), BeforeValidator(lambda value: value or None)] = None
    first_year: _Year = None
    last_year: _Year = None
    aliases: Annotated[
        tuple[_Said, ...], Field(max_length=MOST_ALIASES), BeforeValidator(lambda value: () if value is None else value)
    ] = ()
    organiser: _Line = ""
    document: _Line = ""
    audience: _Text = ""
    prizes: _Text = ""
    contact: _Line = ""
    stages: Annotated[
        tuple[Stage, ...], Field(max_length=MOST_STAGES), BeforeValidator(lambda value: () if value is None else value)
    ] = ()
    article: _Line = ""
    quote: _Line = ""
    entry: _Line = ""
    revision: int = Field(default=0, exclude=True)
    revised_at: datetime | None = Field(default=None, exclude=True)

    @property
    def family(self) -> str:
        """What its editions have in common."""
        return self.series or self.key

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and last year, as said or as the stages have it; None: unknown."""
        first = self.first_year or self.last_year
        if first is not None:
            return first, self.last_year or first
        bounds = [bound for stage in self.stages if (it := stage.window) for bound in (it.starts_at, it.until)]
        days = [day_of(bound) for bound in bounds if bound is not None]
        return (min(days).year, max(days).year) if days else None

    @property
    def has_dates(self) -> bool:
        """Whether the date of any stage is known."""
        return any(stage.window for stage in self.stages)

    def phase(self, at: datetime) -> Phase:
        """Return where the competition stands at a moment."""
        states = [stage.state(at) for stage in self.stages]
        if StageState.OPEN in states:
            return Phase.OPEN
        dated = [state for stage, state in zip(self.stages, states, strict=True) if stage.window is not None]
        if not dated:
            return self._phase_by_years(at)
        if StageState.AHEAD in dated:
            return Phase.BETWEEN if StageState.OVER in dated else Phase.UPCOMING
        if StageState.UNKNOWN in dated:
            return Phase.BETWEEN if StageState.OVER in dated else Phase.UNKNOWN
        return Phase.BETWEEN if self._goes_on(at) else Phase.ENDED

    def stage(self, key: str) -> Stage | None:
        """Return the stage of a key."""
        return next((stage for stage in self.stages if stage.key == key), None)

    def entry_stage(self, at: datetime) -> Stage | None:
        """Return the stage in which one may hand in: open before coming, coming before unknown, unknown before over."""
        taking = [stage for stage in self.stages if stage.takes_entries]
        order = (StageState.OPEN, StageState.AHEAD, StageState.UNKNOWN, StageState.OVER)
        return min(taking, key=lambda stage: order.index(stage.state(at)), default=None)

    def _phase_by_years(self, at: datetime) -> Phase:
        last = self.last_year or self.first_year
        if last is not None and at >= start_of(date(last + 1, 1, 1)):
            return Phase.ENDED
        if self.first_year is not None and at < start_of(date(self.first_year, 1, 1)):
            return Phase.UPCOMING
        return Phase.UNKNOWN

    def _goes_on(self, at: datetime) -> bool:
        """Tell whether a stage without a date is still to come after all dated ones are over."""
        numbers = [number for number, stage in enumerate(self.stages) if stage.window is not None]
        if numbers[-1] == len(self.stages) - 1:
            return False
        if self.last_year is not None:
            return at < start_of(date(self.last_year + 1, 1, 1))
        ends = [window.until for stage in self.stages if (window := stage.window) and window.until]
        return bool(ends) and at < max(ends) + SILENCE

    @model_validator(mode="after")
    def _is_consistent(self) -> Competition:
        keys = [stage.key for stage in self.stages]
        if repeated := next((key for key in keys if keys.count(key) > 1), None):
            raise PydanticCustomError("same_key", "two stages have the key {key}", {"key": repeated})
        if self.first_year and self.last_year and self.last_year < self.first_year:
            raise PydanticCustomError("years_reversed", "last_year lies before first_year")
        return self


_ORDER = (Phase.OPEN, Phase.UPCOMING, Phase.BETWEEN, Phase.UNKNOWN, Phase.ENDED)
_NEVER = start_of(date(9000, 1, 1))


def by_urgency(competitions: Iterable[Competition], at: datetime) -> list[Competition]:
    """Return competitions as people want to hear of them: open ones by what closes next, then coming ones, then past.

    Past ones follow newest first.
    """

    def rank(competition: Competition) -> tuple[int, float, str]:
        phase = competition.phase(at)
        moment = _last(competition) if phase is Phase.ENDED else _next(competition, at)
        stamp = moment.timestamp()
        return _ORDER.index(phase), -stamp if phase is Phase.ENDED else stamp, competition.key

    return sorted(competitions, key=rank)


def _next(competition: Competition, at: datetime) -> datetime:
    bounds = [bound for stage in competition.stages if (it := stage.window) for bound in (it.starts_at, it.until)]
    return min((bound for bound in bounds if bound is not None and bound > at), default=_NEVER)


def _last(competition: Competition) -> datetime:
    ends = [it.until for stage in competition.stages if (it := stage.window) and it.until]
    year = competition.last_year or competition.first_year
    return max(ends, default=start_of(date(year, 12, 31)) if year else start_of(date(2000, 1, 1)))
