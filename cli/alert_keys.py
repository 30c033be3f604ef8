"""The keys of alerts: `[alerts]` and its destinations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from alerts.destinations import OnUncertain
from alerts.wording import message_languages
from cli.key_types import Secret, Settle, Table
from cli.places import PLACE_KEYS, place_trouble, subscribers_trouble
from cli.quiet import checked_hours, checked_timezone
from db.facts import Kind, Status

Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Nationality = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Chat = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) is int else value)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$")]


def _message_language(value: str) -> str:
    if value not in message_languages():
        raise ValueError(f"messages are written in {', '.join(message_languages())}")
    return value


MessageLanguage = Annotated[str, AfterValidator(_message_language)]


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
    approver: str | None = None
    cap: Annotated[int, Field(ge=0)] = 10
    on_uncertain: OnUncertain = OnUncertain.RESEND
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
    def _approvers_can_be_asked(self) -> AlertsKeys:
        known = {one.name: one for one in self.destination}
        for one in self.destination:
            asked = known.get(one.approver) if one.approver is not None else None
            if one.approver is not None and (not one.approval or asked is None):
                raise ValueError(f"destination {one.name}: approver names a destination, and needs approval = true")
            if asked is not None and (asked.channel != "telegram" or asked.chat is None):
                raise ValueError(f"destination {one.name}: its approver must be on telegram and have a chat")
        return self

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
