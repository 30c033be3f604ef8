"""The keys people write in the settings: one frozen table class a TOML table, unknown keys are errors.

`settings.toml` ships with all of them; `cli.settings` reads and checks. Messages of validators never repeat a
value: it may be a secret in the wrong place.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from alerts.wording import message_languages
from cli.places import PLACE_KEYS, place_trouble, subscribers_trouble
from cli.quiet import checked_hours, checked_timezone
from crawler import AddressError, parse_duration
from crawler.addresses import parse_allowed
from db.facts import Kind, Status
from web.access import is_loopback


def _settle(value: Any) -> timedelta | Literal["auto"]:
    if value in ("auto", "0s"):
        return "auto" if value == "auto" else timedelta(0)
    try:
        return timedelta(seconds=parse_duration(value))
    except (ValueError, OverflowError):
        raise ValueError('give "auto" or a duration such as "0s", "90s", "5m"') from None


def _duration(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    try:
        return timedelta(seconds=parse_duration(value))
    except (ValueError, OverflowError):
        raise ValueError('give a duration such as "30s", "5m"') from None


def _selection(value: Any) -> tuple[str, ...] | Literal["all"]:
    if value == "all":
        return "all"
    if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise ValueError('give "all" or a list of names')


def _reference(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError('a secret is never written here: give { env = "NAME" } or { file = "/path" }')  # noqa: TRY004 (pydantic takes ValueError)
    return value


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


Duration = Annotated[timedelta, PlainValidator(_duration)]


def _page_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_whole, parts = False, urlsplit("")
    if value and (not is_whole or parts.path.strip("/") or parts.query or parts.fragment):
        raise ValueError('give where others find the page, without a path, such as "https://volya.example.org"')
    return value.rstrip("/")


Settle = Annotated[timedelta | Literal["auto"], PlainValidator(_settle)]
OutletSelection = Annotated[tuple[str, ...] | Literal["all"], PlainValidator(_selection)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Nationality = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Chat = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) is int else value)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$")]

PATIENT = timedelta(seconds=30)  # at least this before a page that could not be fetched is asked for again
POLITE = timedelta(seconds=2)  # at least this between two requests of one host (SEC-28)


class Table(BaseModel):
    """A table of the settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SecretReference(Table):
    """Where a secret stands: in an environment variable or in a file that only its owner may read (SEC-20, SEC-21).

    `shared = true` accepts a file that others may read, for secret stores that mount no other kind.
    """

    env: str | None = None
    file: Path | None = None
    shared: bool = False

    @model_validator(mode="after")
    def _names_one_place(self) -> SecretReference:
        if (self.env is None) == (self.file is None):
            raise ValueError('give either { env = "NAME" } or { file = "/path" }')
        return self


Secret = Annotated[SecretReference, BeforeValidator(_reference)]


class DbKeys(Table):
    """`[db]`."""

    url: str = "auto"


def _message_language(value: str) -> str:
    if value not in message_languages():
        raise ValueError(f"messages are written in {', '.join(message_languages())}")
    return value


MessageLanguage = Annotated[str, AfterValidator(_message_language)]


class CrawlerKeys(Table):
    """`[crawler]`; the tables of own outlets have the form of the catalogue and are checked with it."""

    contact: str = ""
    outlets: OutletSelection = "all"
    allow_addresses: Annotated[tuple[str, ...], AfterValidator(_addresses)] = ()
    proxy: str = ""
    delay: Settle = "auto"
    timeout: Duration = timedelta(seconds=30)
    retry: Duration = PATIENT
    outlet: tuple[dict[str, Any], ...] = ()

    @model_validator(mode="after")
    def _is_polite(self) -> CrawlerKeys:
        if self.delay != "auto" and self.delay < POLITE and not self.allow_addresses:
            raise ValueError("a delay under 2s is for outlets of your own only: name them in allow_addresses")
        if self.retry < PATIENT and not self.allow_addresses:
            raise ValueError("a retry under 30s is for outlets of your own only: name them in allow_addresses")
        return self


class DestinationKeys(Table):
    """`[[alerts.destination]]`: a channel, its address and secrets, and what is sent there. Empty filters: all."""

    name: Name
    channel: Literal[
        "console", "webhook", "slack", "slack-app", "telegram", "discord", "matrix", "ntfy", "email", "apprise"
    ]
    url: Secret | None = None
    secret: Secret | None = None
    token: Secret | None = None
    topic: Secret | None = None
    chat: Chat | None = None
    thread: Annotated[int, Field(ge=1)] | None = None
    base_url: str | None = None
    to: tuple[str, ...] | None = None
    sender: str | None = None
    subscribers: Literal["off", "listed", "anyone"] = "off"
    allow: tuple[Chat, ...] = ()
    most: Annotated[int, Field(ge=1, le=500)] = 200
    kinds: tuple[Literal[Kind.RELEASE, Kind.NEGOTIATION], ...] = ()
    statuses: tuple[Status, ...] = ()
    languages: tuple[Language, ...] = ()
    nationalities: tuple[Nationality, ...] = ()
    people: tuple[str, ...] = ()
    minimum: Annotated[int, Field(ge=1)] | None = None
    language: MessageLanguage | None = None
    approval: bool = False
    cap: Annotated[int, Field(ge=0)] = 10
    quiet: Annotated[str, AfterValidator(checked_hours)] | None = None
    quiet_timezone: Annotated[str, AfterValidator(checked_timezone)] | None = None

    @model_validator(mode="after")
    def _is_quiet_by_some_clock(self) -> DestinationKeys:
        if self.quiet_timezone is not None and self.quiet is None:
            raise ValueError('quiet_timezone is the clock of quiet hours: give quiet too, such as "22:00-07:00"')
        return self

    @model_validator(mode="after")
    def _has_what_its_channel_needs(self) -> DestinationKeys:
        place = {key: getattr(self, key) for key in PLACE_KEYS}
        trouble = place_trouble(self.channel, place, takes_subscribers=self.takes_subscribers)
        if trouble := trouble or subscribers_trouble(self.channel, self.name, self.subscribers, self.allow):
            raise ValueError(trouble)
        return self

    @property
    def takes_subscribers(self) -> bool:
        """Whether chats may subscribe themselves here."""
        return self.subscribers != "off"

    @property
    def has_place(self) -> bool:
        """Whether it is a destination itself, and not only the template of those who subscribe."""
        return not self.takes_subscribers or self.chat is not None


class AlertsKeys(Table):
    """`[alerts]`; without any destination alerts go to the console."""

    language: MessageLanguage = "en"
    settle: Settle = "auto"
    operators: tuple[str, ...] = ()
    destination: tuple[DestinationKeys, ...] = (DestinationKeys(name="console", channel="console"),)

    @model_validator(mode="after")
    def _operators_are_destinations(self) -> AlertsKeys:
        names = {destination.name for destination in self.destination}
        unknown = [name for name in self.operators if name not in names]
        if unknown:
            raise ValueError(f"operators: there is no destination {unknown[0]}; there are {', '.join(sorted(names))}")
        return self

    @model_validator(mode="after")
    def _names_are_unique(self) -> AlertsKeys:
        names = [destination.name for destination in self.destination]
        if len(names) != len(set(names)):
            raise ValueError("two destinations have the same name")
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
    """`[web]`; beyond loopback the page needs a token (SEC-22). `address` is where others find it, if they can."""

    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8320"
    token: Secret | None = None
    address: Annotated[str, AfterValidator(_page_address)] = ""

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
