"""The bytes of deliveries that tell of no single event's news: digests, notices, questions; read, written, fixed (W-1)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.channels.base import AskingChannel, Channel
from alerts.digest_text import Heading, NoticeTelling, as_question, buttons, render_digest, render_notice
from alerts.message import Layout, Message, Telling, event_page, render
from db import Session
from db.announcing import announced_event
from db.attempts import fix_body
from db.deliveries import DueDelivery, Verdict
from db.digests import digest_view, fix_parts
from db.facts import EventChange
from db.notices import Notice, alert_of, notice_of
from db.outbox import waiting_for_approval
from db.questions import QUESTION, event_asked_about
from db.views import EventView

log = logging.getLogger(__name__)

BULLETINS = ("digest", "system", QUESTION)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a bulletin is written: for which channel, in which language, with our page at which address, when."""

    channel: Channel
    language: str
    page: str | None
    now: datetime


def write_bulletin(session: Session, delivery: DueDelivery, desk: Desk) -> bytes | None:
    """Write a digest or a notice and fix its bytes; None where that fails.

    What may have arrived is written anew only where the receiver cannot know a repeat by its key: it then says so.
    """
    is_repeat = delivery.is_uncertain and not desk.channel.has_key
    if delivery.body is not None and delivery.is_uncertain and not is_repeat:
        return delivery.body
    write = _WRITERS[delivery.type]
    body = write(session, delivery, desk, is_repeat)
    if body is not None:
        fix_body(session, delivery, body, None)
    return body


Writer = Callable[[Session, DueDelivery, Desk, bool], bytes | None]


def _notice(session: Session, delivery: DueDelivery, desk: Desk, is_repeat: bool) -> bytes | None:  # noqa: FBT001 (private)
    notice = notice_of(session, delivery.id)
    telling = NoticeTelling(notice.code, notice.details, desk.now, is_repeat)
    return _composed(delivery, desk, lambda: render_notice(telling, desk.language))


def _question(session: Session, delivery: DueDelivery, desk: Desk, is_repeat: bool) -> bytes | None:  # noqa: FBT001 (private)
    """Write the message that waits for a person's word, as a question, with buttons where the channel has them."""
    asked = event_asked_about(session, delivery.id)
    view = announced_event(session, asked[0]) if asked is not None else None
    if asked is None or view is None:
        return None
    telling = Telling(asked[1], EventChange("question"), None, desk.now, event_page(desk.page, view.id), is_repeat)
    body = _composed(delivery, desk, lambda: as_question(render(view, telling, desk.language)))
    if body is None or not isinstance(desk.channel, AskingChannel):
        return body
    return desk.channel.asking(body, buttons(desk.language))


def _digest(session: Session, delivery: DueDelivery, desk: Desk, is_repeat: bool) -> bytes | None:  # noqa: FBT001 (private)
    view = digest_view(session, delivery.id)
    told = tuple(_events(session, view.parts))
    heading = Heading(view.digest, view.details, desk.now, desk.page, is_repeat)
    body = _composed(delivery, desk, lambda: render_digest(heading, [event for _, event in told], desk.language))
    fix_parts(session, {part: event.revision for part, event in told})
    return body


_WRITERS: Mapping[str, Writer] = {"system": _notice, "digest": _digest, QUESTION: _question}


def is_empty(session: Session, delivery: DueDelivery) -> bool:
    """Say whether nothing is left to tell: all events of a digest were taken back or dropped, a question was answered."""
    if delivery.type == QUESTION:
        asked = alert_of(session, delivery.id)
        return all(one.id != asked for one in waiting_for_approval(session))
    return delivery.type == "digest" and not digest_view(session, delivery.id).parts


def trouble_of(session: Session, delivery: DueDelivery, verdict: Verdict, destination: str) -> Notice | None:
    """Return what the operator is told of an attempt (P7): that a destination is switched off, or a message given up."""
    if delivery.type == "system" and verdict.state == "dead":
        return None  # else two destinations that refuse could write to each other for ever
    if verdict.health.state == "disabled":
        reason = verdict.health.reason or ""
        return Notice("destination-disabled", destination, {"name": destination, "reason": reason})
    if verdict.state != "dead":
        return None
    alert = str(alert_of(session, delivery.id))
    details = {"name": destination, "reason": verdict.error_code or "", "alert": alert}
    return Notice("delivery-dead", destination, details)


def _events(session: Session, parts: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, EventView]]:
    for part, event_id in parts:
        view = announced_event(session, event_id)
        if view is not None:
            yield part, view


def _composed(delivery: DueDelivery, desk: Desk, write: Callable[[], Message]) -> bytes | None:
    """Compose on the rung the delivery has come down to; where our own writing fails, lower (F-38)."""
    for layout in (one for one in Layout if one >= delivery.attempts):
        try:
            return desk.channel.compose(write(), layout)
        except Exception:  # a fault of ours in one message must not stop the queue (F-38)
            log.exception("delivery %d cannot be written as %s", delivery.id, layout.name.lower())
    return None
