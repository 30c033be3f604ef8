"""Articles of an outlet that is to be added, with what the rules make of each: rows and JSON. Nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cli.logs import plain
from cli.views import local
from crawler.finds import FoundOutlet, Sample
from db.facts import Analysis, Decision
from db.views import utc
from events import analyse
from events import document as text_of

COLUMNS = ("Published", "In", "Read as", "Article")
_WORDS_SHOWN = 160
_TROUBLE_SHOWN = 120


@dataclass(frozen=True, slots=True)
class ReadSample:
    """An article and its analysis; None where there is no article."""

    sample: Sample
    analysis: Analysis | None

    @property
    def language(self) -> str | None:
        """The language that it is read in; None also for one that Volya does not read."""
        return self.analysis.language if self.analysis else None

    @property
    def reading(self) -> str:
        """What the rules make of it, in a word or two."""
        if self.analysis is None:
            return "–"
        is_event = self.analysis.decision == Decision.EVENT
        return ", ".join(self.analysis.kinds) if is_event else "no news" if self.is_none else self.analysis.decision

    @property
    def is_none(self) -> bool:
        """Whether it is about something else."""
        return self.analysis is not None and self.analysis.decision == Decision.NONE


def read_samples(found: FoundOutlet) -> tuple[ReadSample, ...]:
    """Return the articles with what is made of them."""
    return tuple(ReadSample(sample, None if sample.trouble else _analysis(sample)) for sample in found.samples)


def languages_read(read: Sequence[ReadSample]) -> list[str | None]:
    """Return the languages of the articles that there are."""
    return [one.language for one in read if one.analysis is not None]


def sample_row(read: ReadSample) -> tuple[Any, ...]:
    """Return one article as a row: when, language, reading, and title with first words, or what is wrong."""
    sample = read.sample
    words = plain(" ".join(sample.text.split()), _WORDS_SHOWN)
    told = f"{plain(sample.title or sample.url)}: {words}" if not sample.trouble else _trouble(sample)
    published = _published(sample)
    return published, read.language or sample.language, read.reading, told


def sample_json(read: ReadSample) -> dict[str, Any]:
    """Return one article as an object."""
    sample, analysis = read.sample, read.analysis
    return {
        "url": sample.url,
        "title": sample.title,
        "published": utc(sample.published_at),
        "language": read.language,
        "words": " ".join(sample.text.split())[:_WORDS_SHOWN] or None,
        "decision": analysis.decision if analysis else None,
        "kinds": list(analysis.kinds) if analysis else [],
        "trouble": sample.trouble,
    }


def _trouble(sample: Sample) -> str:
    return f"{plain(sample.url)}: {plain(sample.trouble or '', _TROUBLE_SHOWN)}"


def _published(sample: Sample) -> str:
    if sample.published_at is None:
        return "–"
    return f"{sample.published_at:%Y-%m-%d}" if sample.precision == "day" else local(sample.published_at)


def _analysis(sample: Sample) -> Analysis:
    known: dict[str, object] = {"published_at": sample.published_at, "published_precision": sample.precision}
    return analyse(text_of(sample.title, sample.text, **known))
