"""Whatever the facts are, every language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import Telling, message_languages, render
from alerts.message import Form
from db.facts import (
    Concession,
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    FieldChange,
    Kind,
    Mark,
    Outcome,
    Person,
    Polarity,
    Precision,
    Qualifier,
    Status,
    Step,
    Verdict,
    to_json,
)
from db.views import EventArticle, EventView

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)


NAMES = st.sampled_from(
    ["Alexander Lukashenko", "John Coale", "Viasna", "Ihar Losik", "Jan {n} Kruk", "Kruk}", "<b>", ""]
)
NUMBER = st.integers(0, 130) | st.integers(0, 10**7)
CODES = st.sampled_from(["US", "GB", "EU", "LT", "VA", "XX", "ZZ"])
DAYS = st.dates(date(1994, 7, 1), date(2030, 12, 31))
COUNTS = st.builds(
    EventCount,
    role=st.sampled_from(CountRole),
    value=st.none() | NUMBER,
    value_max=st.none() | NUMBER,
    qualifier=st.sampled_from(Qualifier),
    nationality=st.none() | CODES,
    of_count=st.none() | NUMBER,
    counter=st.none() | NAMES,
    as_of=st.none() | DAYS,
)
CONCESSIONS = st.builds(
    Concession,
    object=st.sampled_from(["potash", "belavia", "unheard_of"]),
    giver=st.none() | CODES,
    step=st.sampled_from(Step),
)


def several(values: st.SearchStrategy[Any], most: int = 12) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=most).map(tuple)


FACTS = st.builds(
    EventFacts,
    kind=st.sampled_from(Kind),
    status=st.sampled_from(Status),
    polarity=st.sampled_from(Polarity),
    event_date=st.none() | DAYS,
    date_precision=st.none() | st.sampled_from(Precision),
    counts=several(COUNTS),
    nationalities=st.dictionaries(CODES, NUMBER),
    people=several(st.builds(Person, name=NAMES, outcome=st.sampled_from(Outcome))),
    negotiators=several(NAMES),
    mediators=several(CODES),
    transit=several(CODES),
    concessions=several(CONCESSIONS, 6),
    roots=several(NAMES),
    conflicts=st.just(()),
    mark=st.none() | st.builds(Mark, verdict=st.sampled_from(Verdict), by=NAMES, note=NAMES, at=st.just(NOW)),
    split_from=st.none() | st.integers(1, 99),
    same_as=st.none() | st.integers(1, 99),
)


def difference(before: EventFacts, after: EventFacts) -> EventChange:
    """Every field that differs, as JSON, as an update may hold it; and a number by its role."""
    pairs = [(field, to_json(getattr(before, field)), to_json(getattr(after, field))) for field in before.__slots__]
    numbers = [(one.role.value, None, {"value": one.value, "qualifier": one.qualifier.value}) for one in after.counts]
    fields = tuple(FieldChange(*row) for row in [*pairs, *numbers] if row[1] != row[2])
    return EventChange("changed", fields, is_material=True)


@given(
    before=FACTS,
    after=FACTS,
    kind=st.sampled_from(["created", "updated", "withdrawn"]),
    form=st.sampled_from(Form),
    reports=st.integers(0, 9),
    whole=st.none() | FACTS,
)
@settings(max_examples=120, deadline=None)
def test_every_language_writes_whatever_there_is_to_tell(
    before: EventFacts, after: EventFacts, kind: str, form: Form, reports: int, whole: EventFacts | None
) -> None:
    of_whole = view_of(whole) if whole is not None else None
    telling = Telling(kind, difference(before, after), 2, NOW, is_possible_repeat=True, form=form, whole=of_whole)
    written = {language: render(view_of(after, reports), telling, language) for language in message_languages()}
    assert all(one.title and one.headline for one in written.values())
    assert all(len(line) <= 300 and "\n" not in line and line.strip() for one in written.values() for line in one.lines)
    assert {len(one.lines) for one in written.values()} == {len(written["en"].lines)}


def view_of(facts: EventFacts, reports: int = 1) -> EventView:
    rows = (EventArticle(i, f"https://outlet{i}.example/1", "o", "uk", "T", NOW, "report") for i in range(reports))
    return EventView(7, 3, NOW, NOW, facts, tuple(rows))
