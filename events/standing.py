"""Sentences on where an article stands, what else came into question, and how an event became what it is. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from db.facts import EventChange, Kind
from db.marks import MERGE, SPLIT, Said
from db.views import ArticleView, ChangeView, MatchView
from events.considering import Considered
from events.gather import PUT_HERE
from events.match import THRESHOLD

_SILENT = "another source"  # what a change is called that tells nothing new


def joined(view: ArticleView, considered: Sequence[Considered] = ()) -> Iterator[str]:
    """Tell of each mention which event it belongs to and why, then of the events that it did not join."""
    told: set[int | None] = {None}
    home = {one.event: one for one in considered if one.is_match}
    for match in view.matches:
        yield _joined(match, home.get(match.event or 0), is_told=match.event in told)
        told.add(match.event)
    said = " ".join(reason for match in view.matches for reason in match.reasons)
    for one in considered:
        if not one.is_match and f"not event {one.event}:" not in said:
            yield f"It did not join event {one.event}, {_against(one)}."


def _joined(match: MatchView, home: Considered | None, *, is_told: bool) -> str:
    reasons = "; ".join(match.reasons)
    if match.event is None:
        what = "It follows up" if match.kind == Kind.RELATED else f"Its {match.kind} belongs to"
        return f"{what} no event: {reasons}."
    if is_told:
        return f"Its {match.kind} belongs to event {match.event}, too: {reasons}."
    if match.role == "first" and (match.score or PUT_HERE in match.reasons):
        by = "" if match.score else f": {PUT_HERE}"
        return f"It is the first that tells of event {match.event}{by}."
    if match.role == "first":
        return f"It was the first to tell of event {match.event}; nothing earlier fitted: {reasons}."
    why, score = (home.reasons, home.score) if home is not None else (match.reasons, match.score)
    return f"It joined event {match.event} as a {match.role}, because: {'; '.join(why)}{_scored(score)}."


def neighbour(one: Considered) -> str:
    """Tell of an event that another was compared with why the two are not the same."""
    return f"Also considered: event {one.event}, not the same, {_against(one)}."


def _against(one: Considered) -> str:
    intro = "because"
    if one.score >= THRESHOLD:
        intro = "though much speaks for it"
    elif one.score > 0:
        intro = "because too little speaks for it"
    return f"{intro}: {'; '.join(one.reasons)}{_scored(one.score)}"


def _scored(score: float) -> str:
    return f" (score {score:g}, {THRESHOLD:g} needed)" if score else ""


def history(event_id: int, changes: Sequence[ChangeView], words: Sequence[Said] = ()) -> Iterator[str]:
    """Tell the revisions of an event and what people said of it, in the order of time."""
    told: set[int] = set()
    for change in changes:
        for number, said in enumerate(words):
            if said.at < change.at and number not in told:
                told.add(number)
                yield f"{said.at:%Y-%m-%d %H:%M} UTC: {_word(event_id, said)}"
        now = [number for number, said in enumerate(words) if said.at == change.at and number not in told]
        told.update(now)
        here = "; ".join(_word(event_id, words[number]) for number in now)
        yield f"revision {change.revision}, {change.at:%Y-%m-%d %H:%M} UTC: {_change(change, here)}"
    for number, said in enumerate(words):
        if number not in told:
            yield f"{said.at:%Y-%m-%d %H:%M} UTC: {_word(event_id, said)}"


def _change(view: ChangeView, word: str) -> str:
    change = view.change
    weight = "a major change" if change.is_major else "worth an update" if change.is_material else "no news"
    what = [part for part in (word, _what(change)) if part]
    if word and change.reason == _SILENT:
        what = [word]
    by = f", by article {view.article}" if view.article else ""
    return f"{'; '.join(what)} ({weight}){by}"


def _what(change: EventChange) -> str:
    """Return what a revision changed; that an event became part of another is more than that its status changed."""
    into = next((one.after for one in change.fields if one.field == "same_as"), None)
    return f"it is part of event {into} from here on" if into is not None else change.reason


def _word(event_id: int, said: Said) -> str:
    note = f": “{said.note}”" if said.note else ""
    return f"{said.by} {_act(event_id, said)}{note}"


def _act(event_id: int, said: Said) -> str:
    details = said.details or {}
    where, articles = details.get("event", event_id), ", ".join(map(str, details.get("articles", ())))
    if said.what == SPLIT and where == event_id:
        return f"split it from event {details.get('from')}"
    if said.what == SPLIT:
        return f"split what article{'s' if ',' in articles else ''} {articles} told from it, into event {where}"
    if said.what == MERGE:
        others = [number for number in details.get("events", ()) if number != event_id]
        return f"merged it with event {', '.join(map(str, others))}"
    return f"marked it as {said.what}"
