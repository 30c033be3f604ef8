"""What searches and registers list of an outlet, at its own address, so that they fail as all else there does (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qs

from newsroom.press import MadeUpOutlet, Publication
from newsroom.registers import (
    DOCUMENTS,
    EXPORT,
    OFAC,
    PRISONERS,
    Act,
    answer_documents,
    render_actions,
    render_list_page,
    render_prisoners,
)
from newsroom.searches import BING, GDELT, GOOGLE, Hit, answer_bing, answer_gdelt, answer_google
from newsroom.serving import Answer

GDELT_SEARCH = f"{GDELT}?query=belarus&mode=artlist&format=json&maxrecords=250&timespan=1d&sort=datedesc"
GOOGLE_SEARCH = f"{GOOGLE}?q=belarus&hl=en&gl=US&ceid=US:en"
BING_SEARCH = f"{BING}?q=belarus&format=rss"
DOCUMENTS_SEARCH = f"{DOCUMENTS}?conditions%5Bterm%5D=Belarus&order=newest"
HELD = 1_100  # by the list of an outlet that has published nothing; each publication is one person more
_FREED = 9
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_HIDDEN = 3  # Google hides the address of every third article

_Query = Mapping[str, Sequence[str]]


def answer_found(
    outlet: MadeUpOutlet, url: str, publications: Sequence[Publication], path: str, query: str = ""
) -> Answer | None:
    """Return what a search or a register answers at an address; None if none is there. `publications` come newest first."""
    return _ANSWERS[path](outlet, url, publications, parse_qs(query)) if path in _ANSWERS else None


def is_hidden(path: str) -> bool:
    """Say whether Google hides the address of the article at `path`: then its headline is all there is."""
    return sum(path.encode()) % _HIDDEN == 0


def title_of_held(publications: int) -> str:
    """Return the title of the article that the list of prisoners is read as after so many publications."""
    return f"Viasna: {HELD + publications:,} political prisoners are held in Belarus"


def _hits(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication]) -> tuple[Hit, ...]:
    return tuple(
        Hit(
            url=f"{url}{one.path}",
            title=one.story.title,
            outlet=outlet.title,
            home=url,
            seen_at=one.published_at,
            language=outlet.language,
            is_hidden=is_hidden(one.path),
        )
        for one in publications
    )


def _gdelt(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication], query: _Query) -> Answer:
    return answer_gdelt({name: values[0] for name, values in query.items()}, _hits(outlet, url, publications))


def _google(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication], query: _Query) -> Answer:
    return answer_google({name: values[0] for name, values in query.items()}, _hits(outlet, url, publications), url)


def _bing(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication], query: _Query) -> Answer:
    return answer_bing(query.get("q", [""])[0], _hits(outlet, url, publications), url)


def _acts(publications: Sequence[Publication]) -> tuple[Act, ...]:
    return tuple(
        Act(one.story.title, one.story.teaser, one.published_at.date(), number=one.story.name, path=one.path)
        for one in publications
    )


def _ofac(_: MadeUpOutlet, __: str, publications: Sequence[Publication], query: _Query) -> Answer:
    return Answer(200, render_actions(_acts(publications), int(query.get("page", ["0"])[0])), _HTML)


def _documents(_: MadeUpOutlet, url: str, publications: Sequence[Publication], query: _Query) -> Answer:
    return answer_documents(query, _acts(publications), url)


def _list_page(_: MadeUpOutlet, __: str, ___: Sequence[Publication], ____: _Query) -> Answer:
    return Answer(200, render_list_page(), _HTML)


def _export(_: MadeUpOutlet, __: str, publications: Sequence[Publication], ___: _Query) -> Answer:
    statuses = ["active"] * (HELD + len(publications)) + ["former"] * _FREED
    return Answer(200, render_prisoners(statuses), {"Content-Type": "text/csv; charset=utf-8"})


_ANSWERS: Mapping[str, Callable[[MadeUpOutlet, str, Sequence[Publication], _Query], Answer]] = {
    GDELT: _gdelt,
    GOOGLE: _google,
    BING: _bing,
    OFAC: _ofac,
    DOCUMENTS: _documents,
    PRISONERS: _list_page,
    EXPORT: _export,
}
