"""Errors of alerting, each with the destination it is about; none ever holds an address or a secret (SEC-20)."""

from __future__ import annotations


class AlertError(Exception):
    """Something about one destination cannot be done as asked."""

    def __init__(self, destination: str, trouble: str) -> None:
        super().__init__(f"destination {destination}: {trouble}")
        self.destination = destination
        self.trouble = trouble


class UnusableDestinationError(AlertError):
    """Its settings cannot work: no address, a secret that is not one, an unknown language."""


class UnknownDestinationError(AlertError):
    """It has not been stored yet: `sync_destinations` comes before `announce_due`."""


class UnknownLanguageError(Exception):
    """No message can be written in this language: there is no file for it in `alerts/messages`."""

    def __init__(self, language: str) -> None:
        super().__init__(f"no messages in language {language!r}")
        self.language = language
