"""What the page of articles tells: what was asked in a form, and what was found with the words marked. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from alerts.addresses import is_link, shown_address
from db.excerpts import Excerpt
from db.search import Hit, Order
from db.text import clean_line
from web.highlight import Piece, Span, split_marked
from web.telling import TITLE_LIMIT

PATH = "/articles"
WORDS_LIMIT = 1_000
# The fields of the form and the filters they stand for; `language` in an address is that of the page.
FILTERS = {"outlet": "outlet", "in": "language", "kind": "kind", "after": "after", "before": "before"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form holds: words, filters by field, the order, and where to go on."""

    words: str
    fields: Mapping[str, str]
    order: Order
    cursor: str | None

    @property
    def filters(self) -> dict[str, str]:
        """The filters under the names that a search knows."""
        return {FILTERS[name]: value for name, value in self.fields.items()}

    @property
    def is_nothing(self) -> bool:
        """Whether everything is asked for."""
        return not self.words and not any(self.fields.values())

    def address(self, cursor: str | None = None) -> str:
        """Return the address of a page of the same search: the first one, or the one at a cursor."""
        given = {"q": self.words, **self.fields, "order": self.order, "cursor": cursor or ""}
        return f"{PATH}?{urlencode({name: value for name, value in given.items() if value})}"


@dataclass(frozen=True, slots=True)
class Found:
    """An article in the list. `link` None: it has no address of the web."""

    id: int
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    is_cut_before: bool
    is_cut_after: bool
    link: str | None
    outlet: str
    language: str | None
    published_at: datetime | None
    kinds: tuple[str, ...]


def read_form(parameters: Mapping[str, str]) -> Asked:
    """Return what the parameters of an address ask; what is too long for a search is left for it to refuse."""
    return Asked(
        words=clean_line(parameters.get("q", ""), WORDS_LIMIT + 1),
        fields={name: clean_line(parameters.get(name, ""), TITLE_LIMIT) for name in FILTERS},
        order="newest" if parameters.get("order") == "newest" else "best",
        cursor=parameters.get("cursor") or None,
    )


def tell_hit(hit: Hit, outlets: Mapping[str, str]) -> Found:
    """Return a hit as the list shows it; `outlets` are what people call them."""
    view = hit.article
    return Found(
        id=view.id,
        title=_pieces(hit.title),
        excerpt=_pieces(hit.excerpt),
        is_cut_before=hit.excerpt.is_cut_before,
        is_cut_after=hit.excerpt.is_cut_after,
        link=shown_address(view.link) if is_link(view.link) else None,
        outlet=clean_line(outlets.get(view.outlet or "") or view.outlet or "", TITLE_LIMIT),
        language=view.language,
        published_at=view.published,
        kinds=view.kinds,
    )


def _pieces(excerpt: Excerpt) -> tuple[Piece, ...]:
    return split_marked(excerpt.text, (Span(start, end, 0) for start, end in excerpt.spans))
