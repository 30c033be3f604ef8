"""Scrapy's settings: constants only. Scrapy's defaults are unsafe and impolite; each that matters is set here.

The worker puts the operator's values over these (`crawler.worker.scrapy_settings`); `scrapy crawl` uses them plain.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from crawler.guard import MAX_FEED_BYTES

try:
    VERSION = version("volya")
except PackageNotFoundError:  # run from a checkout that is not installed
    VERSION = "0"

BOT_NAME = "volya"
SPIDER_MODULES = ["crawler.spiders"]
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# Who we are, and manners (SEC-28): robots.txt obeyed, one request at a time a site, at least two seconds apart.
USER_AGENT = f"Volya/{VERSION}"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Volya"
CONCURRENT_REQUESTS = 64
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 2  # so many tasks are made for every response; ours yield one item each (`scrapy crawl`: many)
DOWNLOAD_DELAY = 2.5
DOWNLOAD_DELAY_JITTER = 0.2
DOWNLOAD_SLOTS = {"gdeltproject.org": {"delay": 8.0}}  # it allows one request in 5 seconds, and refused at exactly 5
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "application/rss+xml, application/atom+xml, text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5"
}

# The network (SEC-1, SEC-2, SEC-6, SEC-8).
TWISTED_DNS_RESOLVER = "crawler.resolver.GuardedResolver"
DNSCACHE_ENABLED = False  # every connection is resolved and checked anew
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
DOWNLOAD_VERIFY_CERTIFICATES = True
HTTPPROXY_ENABLED = False  # a proxy comes from the settings file only, never from the environment (D-15)
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # since 2.19 Scrapy would listen on loopback and run code it is sent
# Not even loaded: the one brings a web server with it, the other a shell.
EXTENSIONS = {"scrapy.extensions.remote_control.RemoteControl": None, "scrapy.extensions.telnet.TelnetConsole": None}
VOLYA_ALLOW_ADDRESSES: list[str] = []
VOLYA_PROXY = ""
VOLYA_OUTLET_PROXIES: list[str] = []

# Limits (SEC-4, SEC-7): sizes are after decompression; pages ask for less in their request.
DOWNLOAD_MAXSIZE = MAX_FEED_BYTES
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30
DNS_TIMEOUT = 10
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
# It would drop a request with a long address in silence: its entry would count as in flight for ever. The spider refuses it.
SPIDER_MIDDLEWARES = {"scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None}

# Immediate retries are for hiccups only; a name that does not resolve or a host that asks to wait is tried later.
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 504, 522, 524, 408]
RETRY_EXCEPTIONS = ["scrapy.exceptions.DownloadFailedError", "scrapy.exceptions.ResponseDataLossError"]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"

DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # what is due says the database
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.RobotsMiddleware": 100,
    "crawler.middlewares.ConditionalMiddleware": 410,
    "crawler.manners.BackOffMiddleware": 545,
    "crawler.middlewares.AddressMiddleware": 560,  # above the retry (550): it sees exceptions first
    "crawler.manners.SiteMiddleware": 570,
}
ITEM_PIPELINES = {"crawler.pipelines.StorePipeline": 300}

MEMUSAGE_ENABLED = False
LOGSTATS_INTERVAL = 0
STATS_DUMP = False
