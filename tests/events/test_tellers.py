"""Each fact of an event leads back to the articles that tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from db.claims import Claim
from db.facts import Concession, Evidence, Kind, Mention, Modality, Outcome, Person, Polarity, Precision, Step
from events import tellers
from events.merge import fold

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)


def claim(article: int, *quotes: tuple[str, str], minutes: int = 0, role: str = "report", **said: object) -> Claim:
    rows = tuple(Evidence(field, "a.rule", 0, len(quote), quote) for field, quote in quotes)
    mention = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841", evidence=rows)
    mention = replace(mention, **said)  # type: ignore[arg-type]  # a table of cases
    published = NOON + timedelta(minutes=minutes)
    return Claim(article, f"https://a.example/{article}", f"outlet-{article}", None, "en", published, mention, role)  # type: ignore[arg-type]


def test_a_fact_is_told_by_every_article_that_names_it_in_order_of_publication() -> None:
    claims = [
        claim(2, ("transit[0]", "reached Vilnius"), minutes=5, transit=("LT",), negotiators=("John Coale",)),
        claim(1, ("transit[1]", "arrived in Lithuania"), transit=("PL", "LT")),
    ]
    told = tellers(fold(claims), claims)
    assert [(one.article, one.quote, one.outlet) for one in told["transit[1]"]] == [
        (1, "arrived in Lithuania", "outlet-1"),
        (2, "reached Vilnius", "outlet-2"),
    ]
    assert [one.article for one in told["transit[0]"]] == [1]
    assert [(one.article, one.quote) for one in told["negotiators[0]"]] == [(2, "")]


def test_a_person_is_the_same_however_an_article_spells_the_name() -> None:
    claims = [
        claim(1, ("people[0]", "Ihar Losik"), people=(Person("Ihar Losik", Outcome.FREED),)),
        claim(2, ("people[0]", "Игорь Лосик"), minutes=1, people=(Person("Игорь Лосик", Outcome.FREED),)),
    ]
    told = tellers(fold(claims), claims)
    assert [one.quote for one in told["people[0]"]] == ["Ihar Losik", "Игорь Лосик"]


def test_a_concession_is_told_by_whoever_names_its_object_and_a_day_by_whoever_gives_it() -> None:
    day = {"event_date": date(2025, 9, 11), "date_precision": Precision.DAY}
    claims = [
        claim(1, ("concessions[0]", "potash"), concessions=(Concession("potash", None, Step.DISCUSSED),), **day),
        claim(2, minutes=1, concessions=(Concession("potash", "US", Step.ANNOUNCED),), **day),
    ]
    told = tellers(fold(claims), claims)
    assert [one.article for one in told["concessions[0]"]] == [1, 2]
    assert [one.article for one in told["event_date"]] == [1, 2]


def test_a_copy_tells_nothing_and_what_nobody_tells_any_more_has_no_entry() -> None:
    first = claim(1, mediators=("US",))
    facts = fold([first])
    assert tellers(facts, [claim(2, role="copy", mediators=("US",)), claim(3)]) == {}
