"""The keys people write in the settings: one frozen table class a TOML table, unknown keys are errors.

`settings.toml` ships with all of them; `cli.settings` reads and checks. Messages of validators never repeat a
value: it may be a secret in the wrong place.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator, ValidationError, model_validator

from cli.alert_keys import AlertsKeys
from cli.key_types import Duration, Secret, SecretReference, Settle, Table
from crawler import AddressError
from crawler.addresses import parse_allowed
from web.access import is_loopback


def _selection(value: Any) -> tuple[str, ...] | Literal["all"]:
    if value == "all":
        return "all"
    if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise ValueError('give "all" or a list of names')


def _addresses(values: tuple[str, ...]) -> tuple[str, ...]:
    try:
        parse_allowed(values)
    except AddressError:
        raise ValueError('give networks, with a port or without: ["127.0.0.0/8:8900"]') from None
    return values


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 <= int(port) <= 65535:  # noqa: PLR2004 (the largest port)
        raise ValueError('give an address and a port, such as "127.0.0.1:8320"')
    return value


def _page_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_whole, parts = False, urlsplit("")
    if value and (not is_whole or parts.path.strip("/") or parts.query or parts.fragment):
        raise ValueError('give where others find the page, without a path, such as "https://volya.example.org"')
    return value.rstrip("/")


OutletSelection = Annotated[tuple[str, ...] | Literal["all"], PlainValidator(_selection)]

PATIENT = timedelta(seconds=30)  # at least this before a page that could not be fetched is asked for again
POLITE = timedelta(seconds=2)  # at least this between two requests of one host (SEC-28)


class DbKeys(Table):
    """`[db]`."""

    url: str = "auto"


def _own_outlets(tables: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    try:
        for table in tables:
            if isinstance(table.get("proxy"), dict):
                SecretReference.model_validate(table["proxy"])
    except ValidationError:
        raise ValueError('give as proxy an address, { env = "NAME" } or { file = "/path" }') from None
    return tables


class CrawlerKeys(Table):
    """`[crawler]`; the tables of own outlets have the form of the catalogue and are checked with it.

    Their `proxy` alone may be a reference to a secret, which the catalogue knows nothing of.
    """

    contact: str = ""
    outlets: OutletSelection = "all"
    allow_addresses: Annotated[tuple[str, ...], AfterValidator(_addresses)] = ()
    proxy: str = ""
    delay: Settle = "auto"
    timeout: Duration = timedelta(seconds=30)
    retry: Duration = PATIENT
    outlet: Annotated[tuple[dict[str, Any], ...], AfterValidator(_own_outlets)] = ()

    @property
    def tables(self) -> tuple[dict[str, Any], ...]:
        """The tables of own outlets as the catalogue takes them: without proxies that are secrets."""
        return tuple(
            {key: value for key, value in table.items() if key != "proxy" or not isinstance(value, dict)}
            for table in self.outlet
        )

    @property
    def secret_proxies(self) -> dict[str, SecretReference]:
        """Where the proxies of own outlets stand that are secrets, by the outlet's name."""
        told = {str(table.get("name")): table.get("proxy") for table in self.outlet}
        return {name: SecretReference.model_validate(proxy) for name, proxy in told.items() if isinstance(proxy, dict)}

    @model_validator(mode="after")
    def _is_polite(self) -> CrawlerKeys:
        if self.delay != "auto" and self.delay < POLITE and not self.allow_addresses:
            raise ValueError("a delay under 2s is for outlets of your own only: name them in allow_addresses")
        if self.retry < PATIENT and not self.allow_addresses:
            raise ValueError("a retry under 30s is for outlets of your own only: name them in allow_addresses")
        return self


SHORTEST_ANSWER, LONGEST_ANSWER = timedelta(seconds=1), timedelta(seconds=30)  # longer, and the news would wait


def _endpoint(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_whole, parts = False, urlsplit("")
    if value and (not is_whole or parts.query or parts.fragment):
        raise ValueError('give the base address of the API, such as "https://api.example.org/v1"')
    return value


class AdjudicatorKeys(Table):
    """`[events.adjudicator]`: a model that is asked about thin decisions. Without `url` nobody is asked."""

    url: Annotated[str, AfterValidator(_endpoint)] = ""
    model: Annotated[str, Field(pattern=r"^[\w./:@+-]{0,100}$")] = ""
    key: Secret | None = None
    timeout: Duration = timedelta(seconds=8)
    rate: Annotated[int, Field(ge=1, le=600)] = 10

    @property
    def host(self) -> str:
        """Where it is, for people."""
        return urlsplit(self.url).hostname or ""

    @model_validator(mode="after")
    def _can_be_asked(self) -> AdjudicatorKeys:
        if (self.url or self.model or self.key) and not (self.url and self.model):
            raise ValueError("a second opinion needs url and model")
        if self.key is not None and self.url.startswith("http:") and not is_loopback(self.host):
            raise ValueError("a key goes to another machine by https only")
        if not SHORTEST_ANSWER <= self.timeout <= LONGEST_ANSWER:
            raise ValueError("give a timeout of 1s to 30s")
        return self


class EventsKeys(Table):
    """`[events]`."""

    adjudicator: AdjudicatorKeys = AdjudicatorKeys()


class WebKeys(Table):
    """`[web]`; beyond loopback the page needs a token (SEC-22). `address` is where others find it, if they can.

    With `push`, hubs of outlets are told that address.
    """

    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8320"
    token: Secret | None = None
    address: Annotated[str, AfterValidator(_page_address)] = ""
    push: bool = True

    @property
    def host(self) -> str:
        """The address to listen on, without brackets."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port to listen on; 0 lets the system choose."""
        return int(self.listen.rpartition(":")[2])

    @model_validator(mode="after")
    def _token_beyond_loopback(self) -> WebKeys:
        if self.token is None and not is_loopback(self.host):
            raise ValueError("listening beyond this machine needs web.token (32 bytes or more)")
        return self


class Settings(Table):
    """Everything that can be set. Built-in values make a working program: a SQLite file, the whole catalogue."""

    db: DbKeys = DbKeys()
    crawler: CrawlerKeys = CrawlerKeys()
    events: EventsKeys = EventsKeys()
    alerts: AlertsKeys = AlertsKeys()
    web: WebKeys = WebKeys()
