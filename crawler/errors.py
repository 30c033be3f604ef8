"""Errors of the crawler, each with its subject: the file, the feed, the page, the address."""

from __future__ import annotations


class CrawlerError(Exception):
    """Something the crawler cannot use; `subject` is what it is about, `trouble` what is wrong with it."""

    def __init__(self, subject: str, trouble: str) -> None:
        super().__init__(subject, trouble)
        self.subject = subject
        self.trouble = trouble

    def __str__(self) -> str:
        return f"{self.subject}: {self.trouble}"


class CatalogueError(CrawlerError):
    """An outlet's table is wrong, or no outlet has the name asked for."""


class FeedError(CrawlerError):
    """A body is not a feed, is too large, or cannot be read as one."""


class PageError(CrawlerError):
    """A page is refused before any parser sees it, or nothing can be taken from it: however often it is tried."""


class AddressError(CrawlerError):
    """An exception of the address guard is not written as `network[:port]`."""


class ExtractionError(CrawlerError):
    """A page hung or crashed its extraction process: only that page is lost."""
