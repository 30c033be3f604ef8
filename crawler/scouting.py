"""Looks for the doors of an outlet at an address, tries each, and reads some of its articles. Stores nothing.

Every request is Scrapy's, so it passes what a crawl passes: robots.txt, the address guard, one request at a time a site,
caps; every body is parsed in the pool. What is asked for, in this order: the address itself, the feeds that its page
names (else the usual addresses), the sitemaps that robots.txt names (else the usual addresses), a page of articles.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin

from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from w3lib.url import safe_url_string

from crawler.answers import headers_of, page_of, poll_failure, redirects_to
from crawler.archives import MOST_ROBOTS_BYTES, sitemap_steps
from crawler.articles import is_front_page
from crawler.check import failed, readable, unreadable
from crawler.errors import CrawlerError, FeedError
from crawler.finding import Look, look_at
from crawler.finds import FEEDS, SITEMAPS, FoundOutlet, Origin, Sample, Tried, kind_of, preferred, preview_of
from crawler.guard import MAX_PAGE_BYTES, MAX_SITEMAP_BYTES
from crawler.guessing import timezone_of
from crawler.items import EntryItem
from crawler.outlets import Outlet
from crawler.polling import Answer, answer_of_status, is_challenge
from crawler.pool import ExtractionPool, PageTask
from crawler.reading import Door, read_entries
from crawler.urls import is_web_address
from crawler.work import utc_now

Download = Callable[[Request], Awaitable[Response]]

USUAL_FEEDS = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json")
USUAL_SITEMAPS = ("news-sitemap.xml", "sitemap-news.xml", "sitemap_news.xml", "sitemap.xml", "sitemap_index.xml")
SAMPLES = 5
_MOST_ASKED = 8  # articles, until five of them can be read
_FOUND = 200
_BEGINNING = datetime.min.replace(tzinfo=UTC)


class NoAnswerError(CrawlerError):
    """An address could not be had; `answer` is what that means."""

    def __init__(self, url: str, answer: Answer) -> None:
        super().__init__(url, answer.error or "no answer")
        self.answer = answer


class Scout:
    """Finds one outlet; `download` sends a request past all guards, `tell` is told what is asked for."""

    def __init__(
        self, download: Download, pool: ExtractionPool, known: Sequence[Outlet], tell: Callable[[str], None]
    ) -> None:
        self._download = download
        self._pool = pool
        self._known = known
        self._tell = tell

    async def find(self, url: str) -> FoundOutlet:
        """Return what is found at an absolute http(s) address; what is wrong with it is told in what is returned."""
        try:
            response = await self._fetch(preview_of(url))
            look = await self._look(response)
        except NoAnswerError as error:
            is_unreachable = error.answer.outcome == "failed" and error.answer.status is None
            return FoundOutlet(url, trouble=error.trouble, is_unreachable=is_unreachable)
        except CrawlerError as error:
            return FoundOutlet(url, trouble=error.trouble)
        home = (response, look) if look.homepage == response.url else await self._home(response, look)
        tried = await self._try_doors(response, look, home)
        return await self._outlet(url, look, home, tried)

    async def _outlet(
        self, url: str, look: Look, home: tuple[Response, Look] | None, tried: Sequence[Tried]
    ) -> FoundOutlet:
        doors = preferred(tried)
        about = home[1] if home else look
        titles = (about.name, *(door.title for door in doors), about.title, look.title)
        offsets = (*(door.offset for door in doors), about.offset)
        language = look.language or about.language
        offset = next((offset for offset in offsets if offset), None)
        zone = timezone_of(url, [language] if language else (), offset, self._known, utc_now())
        samples = await self._samples(doors[0].entries, zone) if doors else ()
        is_list = any(door.type in ("section", "telegram") for door in doors)
        return FoundOutlet(
            asked=url,
            homepage=home[0].url if home and is_list else urljoin(home[0].url, "/") if home else None,
            title=next((title for title in titles if title), None),
            language=language,
            offset=offset,
            tried=tuple(replace(one, entries=()) for one in tried),
            doors=tuple(replace(door, entries=()) for door in doors),
            samples=samples,
            trouble=_trouble(doors, samples),
        )

    async def _home(self, response: Response, look: Look) -> tuple[Response, Look] | None:
        """Return the page that a list belongs to: the one it names, else the front page; None if it cannot be had."""
        try:
            page = await self._fetch(look.homepage or urljoin(response.url, "/"))
            seen = await self._look(page)
        except CrawlerError:
            return None
        return (page, seen) if seen.type == "section" else None

    async def _try_doors(self, response: Response, look: Look, home: tuple[Response, Look] | None) -> Sequence[Tried]:
        given = await self._read(response, look.type, "given")
        if look.type == "telegram":
            return (given,)
        base = home[0].url if home else response.url
        tried = [] if look.type == "section" else [given]
        if look.type not in FEEDS:
            tried += await self._try_feeds(home[1].feeds if home else (), base)
        if look.type not in SITEMAPS:
            tried += await self._try_sitemaps(base)
        if home is not None:
            tried.append(await self._read(home[0], "section", "the page itself"))
        return tried

    async def _try_feeds(self, named: Sequence[str], base: str) -> list[Tried]:
        tried = [await self._try(url, "rss", "named by the page") for url in named]
        if not any(one.is_usable for one in tried):
            tried += await self._try_usual("rss", USUAL_FEEDS, base, [one.url for one in tried])
        return tried

    async def _try_sitemaps(self, base: str) -> list[Tried]:
        try:
            robots = await self._fetch(urljoin(base, "/robots.txt"), MOST_ROBOTS_BYTES)
            named = [step.address for step in sitemap_steps(robots.body)]
        except NoAnswerError:
            named = []
        tried = [await self._try(url, "news_sitemap", "robots.txt") for url in named]
        if not any(one.is_usable for one in tried):
            tried += await self._try_usual("news_sitemap", USUAL_SITEMAPS, base, named)
        return tried

    async def _try_usual(self, type_: str, names: Sequence[str], base: str, but: Sequence[str]) -> list[Tried]:
        """Try the usual addresses of a site, up to the first that will do."""
        tried: list[Tried] = []
        for url in (urljoin(base, f"/{name}") for name in names):
            if url not in but:
                tried.append(await self._try(url, type_, "usual address"))
                if tried[-1].is_usable:
                    break
        return tried

    async def _try(self, url: str, type_: str, origin: Origin) -> Tried:
        address = safe_url_string(url)
        try:
            response = await self._fetch(address)
        except NoAnswerError as error:
            return Tried(failed("", type_, address, error.answer), origin)
        return await self._read(response, type_, origin, address)

    async def _read(self, response: Response, type_: str, origin: Origin, asked: str | None = None) -> Tried:
        """Read what came as an entry point of this type or one like it; one that moved for good is taken where it is."""
        url = response.url if asked is None or redirects_to(response) else asked
        try:
            look = await self._look(response)
            if kind_of(look.type) != kind_of(type_):  # of a sitemap it is not told yet whether it has news
                raise FeedError(url, f"it answers with something else: {look.type}")
            found, entries = await self._entries(response, look.type)
        except CrawlerError as error:
            return Tried(unreadable("", type_, url, response, error), origin)
        checked = readable("", found, url, response, entries)
        if checked.verdict == "moved":  # and is taken where it is now
            checked = replace(checked, verdict="alive", trouble=None)
        return Tried(checked, origin, entries, look.title, look.offset)

    async def _entries(self, response: Response, type_: str) -> tuple[str, tuple[EntryItem, ...]]:
        """Return the type and the entries; a sitemap without news is an ordinary one."""
        if type_ not in SITEMAPS:
            return type_, (await read_entries(response, Door(type_), self._pool, self._download)).entries
        download = _remembering(self._download)  # an index leads to the same sitemaps whatever they are read as
        try:
            news = await read_entries(response, Door("news_sitemap"), self._pool, download)
        except FeedError:
            pages = await read_entries(response, Door("sitemap"), self._pool, download)
            return "sitemap", pages.entries
        return "news_sitemap", news.entries

    async def _samples(self, entries: Sequence[EntryItem], zone: str) -> tuple[Sample, ...]:
        newest = sorted(entries, key=lambda entry: entry.published_at or _BEGINNING, reverse=True)
        samples: list[Sample] = []
        for entry in newest[:_MOST_ASKED]:
            samples.append(await self._sample(entry, zone))
            if sum(one.trouble is None for one in samples) == SAMPLES:
                break
        return tuple(samples)

    async def _sample(self, entry: EntryItem, zone: str) -> Sample:
        if entry.is_article:
            return _told_by(entry, entry.content or "")
        try:
            response = await self._fetch(entry.url, MAX_PAGE_BYTES)
            page = page_of(response, entry.url)
            task = PageTask(page.body, page.final_url, page.charset, zone, (), entry.title)
            found = await self._pool.extract(task)
        except CrawlerError as error:
            return Sample(entry.url, entry.title, trouble=error.trouble)
        if is_front_page(entry.url, response.url):
            return Sample(entry.url, entry.title, trouble=f"redirected to a front page: {response.url}")
        return Sample(
            url=entry.url,
            title=found.title.value,
            text=found.text.value or "",
            published_at=found.published.value or entry.published_at,
            precision=found.precision or entry.published_precision,
            language=found.language.value,
            trouble=None if found.text.value else "no text found on the page",
        )

    async def _fetch(self, url: str, limit: int = MAX_SITEMAP_BYTES) -> Response:
        """Return the answer of an address. Raises NoAnswerError: not to be asked, no answer, another than 200."""
        if not is_web_address(url):
            raise NoAnswerError(url, Answer("refused", None, "no http(s) address"))
        self._tell(url)
        request = Request(url, NO_CALLBACK, meta={"download_maxsize": limit}, dont_filter=True)
        try:
            response = await self._download(request)
        except Exception as error:  # Scrapy's download errors have no class of their own
            raise NoAnswerError(url, poll_failure(error, request)) from error
        is_bot_check = is_challenge(headers_of(response), response.body)
        if response.status != _FOUND or is_bot_check:
            raise NoAnswerError(url, answer_of_status(response.status, is_challenge=is_bot_check))
        return response

    async def _look(self, response: Response) -> Look:
        arguments = (response.body, response.url, headers_of(response).get("content-type"))
        return await self._pool.run(response.url, look_at, arguments)


def _remembering(download: Download) -> Download:
    """Return what asks for each address once."""
    known: dict[str, Response] = {}

    async def fetch(request: Request) -> Response:
        if request.url not in known:
            known[request.url] = await download(request)
        return known[request.url]

    return fetch


def _told_by(entry: EntryItem, text: str) -> Sample:
    return Sample(entry.url, entry.title, text, entry.published_at, entry.published_precision)


def _trouble(doors: Sequence[Tried], samples: Sequence[Sample]) -> str | None:
    if not doors:
        return "no feed, no sitemap and no list of articles"
    is_any = any(sample.trouble is None for sample in samples)
    return None if is_any else "none of its articles could be read"
