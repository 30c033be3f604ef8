"""FETCH: everything that touches the outside web's bytes, and the one place where they are parsed.

Feed -> entry -> page -> article. Outlets are data (`outlets`); feeds, addresses, guards and extraction are pure
(`feeds`, `urls`, `addresses`, `guard`, `extract`) and run in processes that can be killed (`pool`); one long-lived
Scrapy spider fetches what the database says is due (`spiders.feed`, `worker`), and what was found is stored with
the feed's validators last (`pipelines`). Scrapy is loaded only by `worker`, `middlewares`, `resolver`,
`pipelines`, `spiders`, and what asks for a person (`check`, `find`), so that importing a name of this package costs little.
"""

from crawler.errors import (
    AddressError,
    CatalogueError,
    CrawlerError,
    ExtractionError,
    FeedError,
    PageError,
)
from crawler.keys import key_rules
from crawler.outlets import EntryPoint, Outlet, load_outlets, select_outlets
from crawler.tables import parse_duration
from crawler.urls import KeyRules, is_web_address, site_of, url_key

__all__ = [
    "AddressError",
    "CatalogueError",
    "CrawlerError",
    "EntryPoint",
    "ExtractionError",
    "FeedError",
    "KeyRules",
    "Outlet",
    "PageError",
    "is_web_address",
    "key_rules",
    "load_outlets",
    "parse_duration",
    "select_outlets",
    "site_of",
    "url_key",
]
