"""Ties: of several events that fit a report, which one it tells of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from db.claims import Claim, Report
from db.facts import Count, CountRole, Mention
from events.gather import Placed, gather

APRIL = (1, {"event_date": date(2025, 4, 11), "root": "BelTA"}, "Journalist Ihar Losik is out.")
SEPTEMBER = (2, {"event_date": date(2025, 9, 11), "root": "Viasna"}, "Lawyer Maksim Znak is out.")
UNDATED = {"event_date": None, "date_precision": None}
THIRTY = (Count(CountRole.RELEASED, 30),)


@pytest.fixture(scope="session")
def placed(release: Mention, claim_of: Callable[..., Claim]) -> Callable[[str, str], tuple[int, Placed]]:
    """Return a function that puts an undated report of thirty by its root and lead: with which one, and why."""

    def report(number: int, told: dict[str, object], lead: str) -> Report:
        claim = claim_of(replace(release, counts=THIRTY, **told), number)
        day = claim.mention.event_date
        at = claim.published_at and day and claim.published_at + (day - claim.published_at.date())
        return Report(number, (replace(claim, published_at=at, title="Thirty freed", lead=lead),))

    def placed(root: str, lead: str) -> tuple[int, Placed]:
        groups = gather([report(*APRIL), report(*SEPTEMBER), report(3, {**UNDATED, "root": root}, lead)])
        [home] = [group for group in groups if 3 in group.articles]
        return home.articles[0], home.placed[-1]

    return placed


@pytest.mark.parametrize(
    ("root", "lead", "home"),
    [
        ("DW", "Журналист Игорь Лосик на свободе.", 1),
        ("DW", "Адвокат Максім Знак на волі.", 2),
        ("BelTA", "Адвокат Максім Знак на волі.", 1),
        ("Viasna", "Журналист Игорь Лосик на свободе.", 2),
    ],
)
def test_words_decide_between_events_that_fit_equally_well_and_outweigh_no_fact(
    placed: Callable[[str, str], tuple[int, Placed]], root: str, lead: str, home: int
) -> None:
    article, why = placed(root, lead)
    assert article == home
    assert ("of several that fit, its words are the nearest" in why.reasons) is (root == "DW")
