"""Where the mentions of an article belong: decided and written inside the caller's one transaction.

The events around the article are gathered anew (`gather`), reports move where they belong now, and every event
touched is folded anew from its claims.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from db import Session
from db.articles import UnreadArticle
from db.claims import (
    LEAD,
    Claim,
    KnownEvent,
    Report,
    Role,
    claims_of,
    events_of_article,
    find_dated,
    find_follow_ups,
    known_events,
    last_event_of,
    pin_of,
    reports_of,
)
from db.events import (
    EventUpdate,
    NewMention,
    add_mention,
    merge_into,
    move_follow_up,
    move_report,
    relate_events,
    retire_mentions,
    save_event,
    start_event,
)
from db.facts import Analysis, EventFacts, Kind, Mention, Status
from db.marks import TAKING_BACK, word_of
from events.candidates import around, releases_for
from events.compare import TAKEN_BACK, compare
from events.document import document_of
from events.gather import Group, Placed, gather, settle
from events.match import FOLLOW_UP, follow_up
from events.merge import fold
from events.names import names_in
from events.recall import recalled_days
from events.traits import (
    day_keys,
    keys_of,
    people_keys,
    span_of,
    traits_of,
    traits_of_mention,
    undated,
)

LINE_END = "\n"
_RELATED_WINDOW = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What makes events change: the article that came (None: a person's word), when, and whether people may be told."""

    article: int | None
    now: datetime
    may_alert: bool


def place(session: Session, article: UnreadArticle, analysis: Analysis, now: datetime) -> list[int]:
    """Put an article's mentions where they belong; return the events whose facts changed, new ones included.

    The mentions of an earlier reading are retired first; an event that nobody tells of any more is withdrawn. An article
    that tells again comes back to it.
    """
    occasion = Occasion(article.id, now, article.alerting != "silent")
    before, held = events_of_article(session, article.id), last_event_of(session, article.id)
    retire_mentions(session, article.id)
    follow_ups = [recalling(article, analysis, one) for one in analysis.mentions if one.kind is Kind.RELATED]
    claims = tuple(_claim(article, mention) for mention in analysis.mentions if mention.kind is not Kind.RELATED)
    touched: set[int] = set(before)
    for mention in follow_ups:
        touched.update(_follow_up(session, article, analysis, mention, now))
    if not claims:
        return refold(session, touched, known_events(session, touched), occasion)
    report = Report(article.id, claims, held, pin_of(session, article.id), article.copy_of)
    events = around(session, report) | touched | _whatever_the_day(session, article, held)
    return regather(session, events, occasion, (report, article.revision))


def _whatever_the_day(session: Session, article: UnreadArticle, held: int | None) -> set[int]:
    """Return where the original of a copy stands, and the event that an article reported before (`held`)."""
    found = set(events_of_article(session, article.copy_of)) if article.copy_of is not None else set()
    return found | {held} if held is not None else found


def recalling(article: UnreadArticle, analysis: Analysis, mention: Mention) -> Mention:
    """Return a related mention with the release that the title and the first paragraph recall: its day and numbers."""
    title = len(article.title) + 2 if article.title else 0
    end = title + len(article.text.partition(LINE_END)[0])
    head = [
        one
        for one in analysis.background
        if one.kind is Kind.RELEASE and one.evidence and min(row.start for row in one.evidence) < end
    ]
    if not head:
        return mention
    dated = next((one for one in head if one.event_date), head[0])
    counts = [count for one in head for count in one.counts if one is dated or one.event_date is None]
    people = {person.name: person for one in (mention, *head) for person in one.people}
    return replace(
        mention,
        event_date=dated.event_date,
        date_precision=dated.date_precision,
        counts=(*mention.counts, *counts),
        people=tuple(people.values()),
    )


def regather(
    session: Session, events: Collection[int], occasion: Occasion, arrived: tuple[Report, int] | None = None
) -> list[int]:
    """Gather the reports of `events` anew, with one that `arrived` (and its revision); return the events that changed."""
    reports = reports_of(session, events)
    known = known_events(session, events)
    groups = gather([*reports, arrived[0]] if arrived else reports)
    told = [event.id for event in known.values() if event.is_told]
    settlement = settle(groups, told, arrived[0].article if arrived else None)
    touched = {event for event in events if not any(event == one.event for one in reports)}
    for group, event in zip(groups, settlement.events, strict=True):
        event_id = event if event is not None else _start(session, group, occasion.now)
        touched |= _write(session, group, event_id, arrived, occasion.now)
    for event_id, target in settlement.merged.items():  # first: a word on it is then one on the target
        _merge(session, known[event_id], target, occasion)
    return [*refold(session, touched - settlement.merged.keys(), known, occasion), *settlement.merged]


def _start(session: Session, group: Group, now: datetime) -> int:
    claims = [claim for one in group.placed for claim in one.report.claims]
    event_id = start_event(session, fold(claims), claims[0], now)
    for one in group.placed:
        _relate(session, event_id, one.report)
    return event_id


def _write(
    session: Session, group: Group, event_id: int, arrived: tuple[Report, int] | None, now: datetime
) -> set[int]:
    """Move the reports of a group into its event, those that stand there already left alone; return events touched."""
    touched: set[int] = set()
    for index, one in enumerate(group.placed):
        role: Role = "first" if index == 0 else "copy" if one.is_copy else "report"
        is_new = arrived is not None and one.report is arrived[0]
        moves = one.report.event != event_id
        if arrived is not None and is_new:
            _add(session, one, arrived[1], event_id, role, now)
        elif moves or role != one.report.first.role:
            move_report(session, one.report.article, event_id, role, _reasons(one) if moves else None)
        if is_new or moves:
            touched |= {event_id, one.report.event or event_id}
    return touched


def _add(session: Session, one: Placed, revision: int, event_id: int, role: Role, now: datetime) -> None:
    first, *others = one.report.claims
    _store(session, NewMention(replace(first, role=role), revision, event_id, _reasons(one)), now)
    for claim in others:  # a bargain told with a release is that release's (domain.md §1)
        told = {"score": 0.0, "reasons": ["told in one article with the release"]}
        _store(session, NewMention(replace(claim, role=role), revision, event_id, told), now)


def _store(session: Session, new: NewMention, now: datetime) -> None:
    traits, day = traits_of([new.claim]), span_of(new.claim.mention)
    keys = keys_of(traits)
    if day is not None and day.first == day.last:
        keys |= day_keys(traits.kind, ((day.first, number) for number in traits.numbers))
    is_dated = day is not None
    add_mention(session, replace(new, keys=keys if is_dated else keys | undated(keys)), now)


def _reasons(one: Placed) -> dict[str, object]:
    return {"score": one.score, "reasons": list(one.reasons)}


def _merge(session: Session, event: KnownEvent, target: int, occasion: Occasion) -> None:
    """Let an event be part of another: what was sent of it says so from now on, and nothing is sent anew (D-4).

    Where no person says that the two are one, "false" said of the one is not said of the other.
    """
    merge_into(session, event.id, target, leaving=() if occasion.article is None else TAKING_BACK)
    facts = replace(event.facts, status=Status.SUPERSEDED, same_as=target)
    _save(session, event.id, event.facts, facts, (), occasion)


def refold(session: Session, events: Iterable[int], known: Mapping[int, KnownEvent], occasion: Occasion) -> list[int]:
    """Fold events anew and save them; return those whose facts changed.

    One that nobody tells of any more, because its article was rewritten, is taken back; what it said is kept.
    """
    changed = []
    for event_id in sorted(events):
        before = known[event_id].facts if event_id in known else None
        claims = [claim for claim in claims_of(session, event_id) if claim.mention.kind is not Kind.RELATED]
        if claims:
            facts = fold(claims, word_of(session, event_id))
        elif before is not None and before.status not in TAKEN_BACK:
            facts = replace(before, status=Status.RETRACTED)
        else:
            continue
        if _save(session, event_id, before, facts, claims, occasion):
            changed.append(event_id)
    return changed


def _save(
    session: Session,
    event_id: int,
    before: EventFacts | None,
    facts: EventFacts,
    claims: Sequence[Claim],
    occasion: Occasion,
) -> bool:
    change = compare(before, facts)
    published = min((claim.published_at for claim in claims if claim.published_at), default=None)
    update = EventUpdate(event_id, facts, change, occasion.article, published, occasion.may_alert)
    save_event(session, update, occasion.now)
    if before is None or change.fields:
        _attach(session, event_id, facts, claims)
    return before is None or bool(change.fields)


def _follow_up(
    session: Session, article: UnreadArticle, analysis: Analysis, mention: Mention, now: datetime
) -> set[int]:
    """Attach a related article to the release that it follows up, in silence; return that event."""
    claim = replace(_claim(article, mention), role="follow-up")
    names = people_keys(names_in(f"{claim.title or ''}. {claim.lead.partition(LINE_END)[0]}"))
    told = recalled_days(document_of(article), analysis.language) if analysis.language else ()
    keys = keys_of(traits_of_mention(replace(mention, kind=Kind.RELEASE))) | names | day_keys(Kind.RELEASE, told)
    event, reasons = _followed(session, claim, keys)
    add_mention(session, NewMention(claim, article.revision, event, reasons, keys), now)
    return {event} if event is not None else set()


def _followed(session: Session, claim: Claim, keys: frozenset[str]) -> tuple[int | None, dict[str, object]]:
    releases = releases_for(session, claim, keys)
    event, reasons = follow_up(claim.mention, claim.published_at, keys, releases)
    return event, {"score": 0.0, "reasons": list(reasons)}


def _attach(session: Session, event_id: int, facts: EventFacts, claims: Sequence[Claim]) -> None:
    """Attach what follows up a release and came before it, or before these facts of it were known."""
    if facts.kind is not Kind.RELEASE or not claims:
        return
    traits, day = traits_of(claims), facts.event_date
    recalled = day_keys(traits.kind, ((day, number) for number in traits.numbers)) if day is not None else frozenset()
    for one in find_follow_ups(session, event_id, keys_of(traits) | recalled, day, FOLLOW_UP):
        event, reasons = _followed(session, one.claim, one.keys)
        if event != one.event:
            move_follow_up(session, one.id, event, reasons)


def _claim(article: UnreadArticle, mention: Mention) -> Claim:
    return Claim(
        article=article.id,
        url=article.url,
        outlet=article.outlet,
        outlet_kind=article.outlet_kind,
        language=article.language,
        published_at=article.published_at,
        mention=mention,
        title=article.title,
        lead=article.text[:LEAD],
        seen_at=article.first_seen_at,
    )


def _relate(session: Session, event_id: int, report: Report) -> None:
    """Link a new event with steps of the same deal: events near in time that share who talks or what is given."""
    day, traits = span_of(report.first.mention), traits_of(report.claims)
    if day is None:
        return
    ids = [
        one
        for kind in (Kind.RELEASE, Kind.NEGOTIATION)
        for one in find_dated(session, kind, day.first - _RELATED_WINDOW, day.last + _RELATED_WINDOW)
    ]
    for other in known_events(session, set(ids) - {event_id}).values():
        names = traits.guests & set(other.facts.negotiators)
        objects = traits.objects & {concession.object for concession in other.facts.concessions}
        if names or objects:
            relate_events(session, event_id, other.id, f"both name {', '.join(sorted(names | objects))}")
