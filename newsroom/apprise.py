"""A receiver of the forms that Apprise posts: what stands for the services of which it knows a hundred."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from newsroom.receiving import Receiver
from newsroom.serving import Answer, Request


@dataclass(frozen=True, slots=True)
class FormMessage:
    """A message as it came: as text, whatever signs it holds."""

    title: str
    text: str


class FormReceiver(Receiver):
    """Takes what is posted as a form with a message in it; anything else gets 400."""

    @property
    def url(self) -> str:
        """Return the address as Apprise writes it."""
        return f"{self.root.replace('http', 'form', 1)}/CANARY-path"

    @property
    def messages(self) -> tuple[FormMessage, ...]:
        """Return the messages that were taken, oldest first."""
        return tuple(_read(request) for request in self.accepted)

    def answer(self, request: Request) -> Answer:
        """Return 200, or the refusal."""
        return Answer(200, b"ok") if _read(request).text else Answer(400, b"no message")


def _read(request: Request) -> FormMessage:
    fields = parse_qs(request.body.decode(errors="replace"))
    return FormMessage("".join(fields.get("title", [])), "".join(fields.get("message", [])))
