"""The terms: the closed sets of words in which mentions and events are told."""

from __future__ import annotations

from enum import StrEnum

STOCK_AUTHORITY = "Viasna"  # believed on how many are held; other counters' figures never trigger (D-21)


class Kind(StrEnum):
    """What a mention is about. `related` never alerts."""

    RELEASE = "release"
    NEGOTIATION = "negotiation"
    RELATED = "related"


class Decision(StrEnum):
    """What an article is to us as a whole."""

    EVENT = "event"
    RELATED = "related"
    NONE = "none"


class Modality(StrEnum):
    """How real the text says a thing is. Only `completed` can confirm a release."""

    COMPLETED = "completed"
    ANNOUNCED = "announced"
    PLANNED = "planned"
    POSSIBLE = "possible"
    UNDER_DISCUSSION = "under_discussion"
    DEMANDED = "demanded"
    DENIED = "denied"


class Polarity(StrEnum):
    """Whether a thing is told as being so (positive) or refused and denied (negative)."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


class Status(StrEnum):
    """How well an event is established; the first four are a ladder, the last three are side states."""

    RUMOURED = "rumoured"
    REPORTED = "reported"
    ANNOUNCED = "announced"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    RETRACTED = "retracted"
    SUPERSEDED = "superseded"


class CountRole(StrEnum):
    """What a number counts; numbers of different roles are never compared or added."""

    RELEASED = "released"
    PARDONED = "pardoned"
    POLITICAL = "political"
    LEFT_COUNTRY = "left_country"
    SUBSET = "subset"
    HELD = "held"
    PLANNED = "planned"
    DEMANDED = "demanded"
    CUMULATIVE = "cumulative"
    NEWLY_RECOGNISED = "newly_recognised"


class Qualifier(StrEnum):
    """How exactly the text gives a number."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    OVER = "over"
    ABOUT = "about"
    UP_TO = "up_to"
    VAGUE = "vague"


class Outcome(StrEnum):
    """What became of a named person."""

    FREED = "freed"
    DEPORTED = "deported"
    REFUSED_TO_LEAVE = "refused_to_leave"
    RETURNED_TO_PRISON = "returned_to_prison"
    NOT_INCLUDED = "not_included"


class Precision(StrEnum):
    """How exactly an event date is known."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Step(StrEnum):
    """How far a concession has come."""

    DEMANDED = "demanded"
    DISCUSSED = "discussed"
    ANNOUNCED = "announced"
    LEGALLY_EFFECTIVE = "legally_effective"


class Verdict(StrEnum):
    """What a person says of an event; stronger than any article."""

    CONFIRMED = "confirmed"
    FALSE = "false"
    NOT_NEWS = "not-news"
