"""Errors of the service, each with its subject and what to do."""

from __future__ import annotations


class ServiceError(Exception):
    """The service cannot start or go on; `subject` is the part that cannot (an address, a program)."""

    def __init__(self, subject: str, trouble: str) -> None:
        super().__init__(f"{subject}: {trouble}")
        self.subject = subject
        self.trouble = trouble


class PortTakenError(ServiceError):
    """Another program listens on the address of the web page."""
