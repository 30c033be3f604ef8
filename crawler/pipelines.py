"""Where outcomes leave Scrapy for the database: entries and pages first, validators last (`crawler.desk`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import NotConfigured

from crawler.outcomes import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.work import Work


class StorePipeline:
    """Stores each outcome. Without a database (`scrapy crawl`) it is not configured, and items go to the exporter."""

    def __init__(self, work: Work) -> None:
        self._work = work

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        """Take the work from the spider. Raises NotConfigured if it has none."""
        work: Work | None = getattr(crawler.spider, "work", None)
        if work is None:
            raise NotConfigured
        return cls(work)

    async def process_item(self, item: Any) -> Any:
        """Store an outcome; the database is asked in a thread."""
        if isinstance(item, Outcome):
            await self._work.store(item)
        return item
