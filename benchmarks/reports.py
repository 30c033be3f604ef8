"""Reports of releases for the kill trials: told by the newsroom's stories, each figure of one event and one state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from db.articles import NewArticle
from newsroom.stories import find_story, tell

LANGUAGES = ("uk", "ru", "en")
EVENTS = 40
APART = timedelta(days=45)  # no window of an event reaches so far
FIRST_FIGURE, FIGURES_APART, GROWTH = 131, 7, 3  # so that every figure is of one event and one state of it


@dataclass(frozen=True, slots=True)
class Report:
    """An article: of which event, with which figure, in which story."""

    event: int
    figure: int
    story: str


def reports(random: Random) -> Iterator[Report]:
    """Yield the articles of a round: each release, and after most of them that there were more people."""
    for event in range(EVENTS):
        figure = figure_of(event)
        telling = random.choice(("release", "arrival"))
        yield Report(event, figure, f"{telling}-{random.choice(LANGUAGES)}")
        if random.random() < 0.7:  # noqa: PLR2004  most
            yield Report(event, figure + GROWTH, f"more-{random.choice(LANGUAGES)}")


def figure_of(event: int) -> int:
    """Return how many people were freed, by the first report of an event."""
    return FIRST_FIGURE + event * FIGURES_APART


def article_of(report: Report) -> NewArticle:
    """Return the article of a report; it is to be announced although its day is long past."""
    day = date.today() - APART * (report.event + 1)  # noqa: DTZ011  any day will do
    told = tell(find_story(report.story), day, {"released": report.figure, "more": report.figure})
    address = f"paper.example/{report.story}/{day}"
    return NewArticle(
        url=f"https://{address}",
        url_key=address,
        title=told.title,
        text="\n".join(told.paragraphs),
        outlet="paper",
        language=told.language,
        published_at=datetime.combine(day, time(15), UTC),
        published_precision="instant",
        alerting="forced",
    )
