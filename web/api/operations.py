"""The table of what the API answers: address, parameters, answer, handler. Routes and description are made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from db import Database
from web.api import shapes
from web.api.lists import Lists
from web.api.parameters import (
    ArticleQuery,
    DeliveryQuery,
    EventQuery,
    NoQuery,
    OneEventQuery,
    OutletQuery,
    PersonQuery,
    SearchQuery,
)
from web.api.people import People
from web.api.search import Search
from web.api.stats import Stats
from web.everyone import Everyone
from web.judgement import Judgement


@dataclass(frozen=True, slots=True)
class Operation:
    """One address. `shape` is what is answered, or where `is_list` each item of it; `id` is what an address names it by."""

    path: str
    query: type[BaseModel]
    shape: type[BaseModel]
    handler: Callable[[Request], Response]
    is_list: bool = False
    id: type[int | str] | None = None

    @property
    def name(self) -> str:
        """Its name, as the handler's."""
        return self.handler.__name__

    @property
    def summary(self) -> str:
        """What it answers."""
        return (self.handler.__doc__ or "").strip()


def operations(database: Database, language: str, judgement: Judgement, everyone: Everyone) -> tuple[Operation, ...]:
    """Return the table for a database; `language` is that of titles for who asks for none."""
    lists = Lists(database, language, judgement)
    people, stats = People(database, everyone), Stats(database, judgement)
    search = Search(database, judgement)
    return (
        Operation("/v1/events", EventQuery, shapes.Event, lists.events, is_list=True),
        Operation("/v1/events/{id}", OneEventQuery, shapes.Event, lists.event, id=int),
        Operation("/v1/articles", ArticleQuery, shapes.Article, lists.articles, is_list=True),
        Operation("/v1/articles/{id}", NoQuery, shapes.WholeArticle, lists.article, id=int),
        Operation("/v1/search", SearchQuery, shapes.FoundArticle, search.search, is_list=True),
        Operation("/v1/people", PersonQuery, shapes.NamedPerson, people.people, is_list=True),
        Operation("/v1/outlets", OutletQuery, shapes.Outlet, lists.outlets, is_list=True),
        Operation("/v1/outlets/{id}", NoQuery, shapes.Outlet, lists.outlet, id=str),
        Operation("/v1/deliveries", DeliveryQuery, shapes.Delivery, lists.deliveries, is_list=True),
        Operation("/v1/deliveries/{id}", NoQuery, shapes.Delivery, lists.delivery, id=int),
        Operation("/v1/stats", NoQuery, shapes.Stats, stats.stats),
    )
