"""What may be asked: the parameters of each list, declared once, to check them and to describe them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, ErrorDetails, core_schema
from starlette.datastructures import QueryParams

from alerts.wording import message_languages
from db.facts import Decision, Polarity, Status
from db.search import Order
from db.status import OUTLET_STATES
from web.api import cursors
from web.api.problems import BadParameter, BadRequestError

LIMIT = 50
FEED_LIMIT = 30
MOST = 200
DELIVERY_STATES = ("pending", "sending", "sent", "uncertain", "superseded", "cancelled", "dead", "held")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CURSOR = "Where to go on: only as `next` gives it."
Query = TypeVar("Query", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A text that must be one of these words."""

    words: tuple[str, ...]

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check it so."""
        return core_schema.literal_schema(list(self.words))


def _whole(value: Any) -> Any:
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError("give a whole number in digits")
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("give a day as YYYY-MM-DD")
    return value


Limit = Annotated[int, Field(ge=1, le=MOST), BeforeValidator(_whole)]
Many = Annotated[int, Field(ge=1, le=10**6), BeforeValidator(_whole)]
Id = Annotated[int, Field(ge=1, le=cursors.LAST_ID), BeforeValidator(_whole)]
Day = Annotated[date, BeforeValidator(_day)]
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Kind = Literal["release", "negotiation"]


class Piece(BaseModel):
    """What every list takes: how much of it is wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[Limit, Field(description="At most so many at once.")] = LIMIT


class EventsWanted(BaseModel):
    """Which events: of the list, of feeds, of exports."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Annotated[Kind | None, Field(description="What happened.")] = None
    status: Annotated[Status | None, Field(description="How well it is established.")] = None
    polarity: Annotated[Polarity | None, Field(description="Told as being so, or as refused and denied.")] = None
    since: Annotated[Day | None, Field(description="On this day or later.")] = None
    until: Annotated[Day | None, Field(description="On this day or earlier.")] = None
    person: Annotated[Line | None, Field(description="Naming this person, in any spelling, or a part of the name.")] = (
        None
    )
    nationality: Annotated[Country | None, Field(description="Telling of people of this country (as LT).")] = None
    min_released: Annotated[Many | None, Field(description="At least so many said to be released.")] = None
    language: Annotated[
        str | None, OneOf(message_languages()), Field(description="Of titles; without it as in the settings.")
    ] = None


class FeedQuery(EventsWanted, Piece):
    """Which events, and how many: fewer than in a list, for an entry tells all of an event."""

    limit: Annotated[int, Field(ge=1, le=50, description="At most so many."), BeforeValidator(_whole)] = FEED_LIMIT


class EventQuery(EventsWanted, Piece):
    """Which events, how many, and where to go on."""

    cursor: Annotated[str | None, Field(pattern=cursors.EVENTS.pattern, description=_CURSOR)] = None


class OneEventQuery(BaseModel):
    """How one event is to be told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Annotated[
        str | None, OneOf(message_languages()), Field(description="Of titles; without it as in the settings.")
    ] = None


class ArticleQuery(Piece):
    """Which articles."""

    cursor: Annotated[str | None, Field(pattern=cursors.ARTICLES.pattern, description=_CURSOR)] = None
    outlet: Annotated[Line | None, Field(description="Of this outlet: its name.")] = None
    language: Annotated[str | None, Field(pattern="^[a-z]{2,3}$", description="In this language (as uk).")] = None
    kind: Annotated[Kind | None, Field(description="What its news is.")] = None
    decision: Annotated[Decision | None, Field(description="What it is to us.")] = None
    since: Annotated[Day | None, Field(description="Published on this day (UTC) or later.")] = None
    until: Annotated[Day | None, Field(description="Published on this day (UTC) or earlier.")] = None


class SearchQuery(Piece):
    """What is looked for."""

    q: Annotated[
        str,
        Field(
            min_length=1,
            max_length=200,
            pattern=r"^[^\x00-\x1f\x7f]*[^\W_][^\x00-\x1f\x7f]*$",
            description='Words, as on the page of articles: "a phrase", -not, outlet:, after: …',
        ),
    ]
    order: Annotated[Order, Field(description="The best first among the newest thousand, or the newest first.")] = (
        "best"
    )
    cursor: Annotated[str | None, Field(pattern=cursors.SEARCH_PATTERN, description=_CURSOR)] = None


class OutletQuery(Piece):
    """Which outlets."""

    cursor: Annotated[str | None, Field(pattern=cursors.NAMES_PATTERN, description=_CURSOR)] = None
    state: Annotated[str | None, OneOf(OUTLET_STATES), Field(description="How the best of its entry points is.")] = None
    country: Annotated[Country | None, Field(description="Of this country (as BY).")] = None


class DeliveryQuery(Piece):
    """Which deliveries."""

    cursor: Annotated[str | None, Field(pattern=cursors.DELIVERIES.pattern, description=_CURSOR)] = None
    state: Annotated[
        str | None, OneOf(DELIVERY_STATES), Field(description="Where it stands; held: something keeps it back.")
    ] = None
    destination: Annotated[Line | None, Field(description="To this destination: its name.")] = None
    event: Annotated[Id | None, Field(description="Telling of this event.")] = None


class PersonQuery(Piece):
    """Which people."""

    cursor: Annotated[str | None, Field(pattern=cursors.PEOPLE.pattern, description=_CURSOR)] = None
    name: Annotated[Line | None, Field(description="Of this name, in any spelling, or a part of it.")] = None


class NoQuery(BaseModel):
    """Nothing may be asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def parsed(kind: type[Query], given: QueryParams) -> Query:
    """Return the parameters of a request, checked. Raises BadRequestError, which names each bad one."""
    pairs = given.multi_items()
    twice = sorted({name for name, _ in pairs if len(given.getlist(name)) > 1})
    if twice:
        raise BadRequestError([BadParameter(name, "is given more than once") for name in twice])
    try:
        return kind.model_validate(dict(pairs))
    except ValidationError as error:
        raise BadRequestError(list(_wrongs(error.errors(), sorted(kind.model_fields)))) from error


def _wrongs(errors: Sequence[ErrorDetails], known: Sequence[str]) -> Iterator[BadParameter]:
    for error in errors:
        name = str(error["loc"][0])
        if error["type"] == "extra_forbidden":
            there_are = f"there are: {', '.join(known)}" if known else "there are none"
            yield BadParameter(name[:80], f"no parameter has this name; {there_are}")
        else:
            yield BadParameter(name, error["msg"].removeprefix("Value error, "))
