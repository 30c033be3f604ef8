"""The tables, in the order of the path: outlet, entry point, entry, page, article, mention, event, alert, delivery.

Rows stay inside this package: other packages get frozen values (`db.facts`, `db.views`).
A step's queue is a WHERE clause; the columns that make it are indexed. Work on a row is owned by a lease
(`db.leases`), fenced by `generation`. One long file, for the tables are read together.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.types import CompressedBytes, Json, UtcDateTime


class Base(DeclarativeBase):
    """All tables; names of constraints are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own convention)
        datetime: UtcDateTime,
        date: Date,
        str: Text,
        dict[str, Any]: Json,
        list[Any]: Json,
    }


class Leased:
    """Columns of a row that one worker at a time may own: until `lease_until`, fenced by `generation`."""

    id: Mapped[int] = mapped_column(primary_key=True)
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    generation: Mapped[int] = mapped_column(default=0)


class OutletRow(Base):
    """An outlet of the catalogue or of the settings, copied here at start so that every step can know it."""

    __tablename__ = "outlets"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(String(20))
    languages: Mapped[list[Any]]
    timezone: Mapped[str] = mapped_column(String(60))
    country: Mapped[str | None] = mapped_column(String(2))
    priority: Mapped[int]
    is_enabled: Mapped[bool]


class EntryPointRow(Leased, Base):
    """A feed, sitemap, section page or channel. Queue: `next_check_at <= now`, enabled, lease free."""

    __tablename__ = "entry_points"
    __table_args__ = (UniqueConstraint("outlet", "url"),)

    outlet: Mapped[str] = mapped_column(ForeignKey("outlets.name"))
    type: Mapped[str] = mapped_column(String(30))
    url: Mapped[str]
    position: Mapped[int]
    is_enabled: Mapped[bool]
    is_stand_in: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # asked while those before are dead
    links: Mapped[str | None]  # a selector of the links of a section page
    check_every: Mapped[int | None]  # seconds, fixed by the outlet; None: the rhythm adapts
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    body_hash: Mapped[str | None] = mapped_column(String(64))
    last_full_fetch_at: Mapped[datetime | None]
    ttl: Mapped[int | None]  # seconds for which the feed says a copy may be kept
    skipped_hours: Mapped[list[Any] | None]  # hours of the week (0: Monday 0:00 UTC) in which it says it is not updated
    next_check_at: Mapped[datetime] = mapped_column(index=True)
    # How it answered last: new, alive, moved, degraded, challenged, robots-denied, blocked, gone; or zombie, where it
    # answers as if it lived. What else time adds (quiet, stale) is judged when somebody looks (`scheduler.health`).
    state: Mapped[str] = mapped_column(String(20), default="new")
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
    last_checked_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_new_at: Mapped[datetime | None]
    items: Mapped[int | None]  # in the newest body that was read
    newest_at: Mapped[datetime | None]  # when the newest dated item in it was published
    redirects_to: Mapped[str | None]  # where the last answer came from, after redirects for good (301, 308)
    moved_to: Mapped[str | None]  # the address that is asked in the place of `url` (F-9)
    hubs: Mapped[list[Any] | None]  # that the newest body announced, in its order
    topic: Mapped[str | None]  # what that body calls itself, and hubs call it
    pushed_at: Mapped[datetime | None]  # a hub told of something new since it was last claimed


class PollRow(Base):
    """The outcome of one poll; the history the rhythm learns from. Queue of `plan`: `planned_at IS NULL`."""

    __tablename__ = "polls"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_point_id: Mapped[int] = mapped_column(ForeignKey("entry_points.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(String(20))  # new, same, unmodified, failed, refused, blocked
    status: Mapped[int | None]
    error: Mapped[str | None]
    items_seen: Mapped[int] = mapped_column(default=0)
    items_new: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(default=0)
    milliseconds: Mapped[int] = mapped_column(default=0)
    retry_after: Mapped[int | None]  # seconds the server asked for
    redirects_to: Mapped[str | None]  # as in the entry point
    fresh_for: Mapped[int | None]  # seconds for which a cache may repeat this answer
    planned_at: Mapped[datetime | None] = mapped_column(index=True)


class PushRow(Base):
    """What a hub was asked to tell us of an entry point, and what came of it (`db.pushes`). Queue: `next_attempt_at`.

    `token` is the part of the callback that nobody can guess, `secret` the key by which the hub signs. Both are ours alone,
    made for this row, and worth no more than a poll of a public feed.
    """

    __tablename__ = "pushes"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_point_id: Mapped[int] = mapped_column(ForeignKey("entry_points.id"), unique=True)
    hub: Mapped[str]
    topic: Mapped[str]
    address: Mapped[str]  # of our page, as the hub was told it
    token: Mapped[str] = mapped_column(String(60))
    secret: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(12))  # new, asked, verified, denied, failed, leaving
    asked_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]  # so long the hub has promised to tell
    next_attempt_at: Mapped[datetime] = mapped_column(index=True)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    last_error: Mapped[str | None]
    pushed_at: Mapped[datetime | None]  # when the last well signed push came
    pushes: Mapped[int] = mapped_column(default=0)  # of these
    forged: Mapped[int] = mapped_column(default=0)  # pushes that were not signed by the secret
    algorithm: Mapped[str | None] = mapped_column(String(10))  # by which the last one was signed


class PublishingRow(Base):
    """How an entry point publishes, learned anew once a day: new items an hour, and their share by hour and weekday."""

    __tablename__ = "publishing"

    entry_point_id: Mapped[int] = mapped_column(ForeignKey("entry_points.id"), primary_key=True)
    rate: Mapped[float]
    by_hour: Mapped[list[Any]]
    by_weekday: Mapped[list[Any]]
    quiet_since: Mapped[datetime]
    learned_at: Mapped[datetime]


class GapRow(Leased, Base):
    """A time that an entry point may have told of while nobody listened. Queue: open, `next_attempt_at <= now`."""

    __tablename__ = "gaps"
    __table_args__ = (Index("ix_gaps_queue", "state", "next_attempt_at"),)

    entry_point_id: Mapped[int] = mapped_column(ForeignKey("entry_points.id"), index=True)
    outlet: Mapped[str] = mapped_column(ForeignKey("outlets.name"), index=True)
    start: Mapped[str]  # the archive it is filled from, as its first address
    reason: Mapped[str] = mapped_column(String(20))  # no overlap, downtime
    since: Mapped[datetime]  # the entry point was last heard then
    found_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))  # open, filled, given up
    note: Mapped[str | None]
    steps: Mapped[list[Any]]  # what is to be read, the next page first (`db.gaps.Step`)
    pages: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)  # that were new
    attempts: Mapped[int] = mapped_column(default=0)  # at the next page
    next_attempt_at: Mapped[datetime]
    last_error: Mapped[str | None]
    closed_at: Mapped[datetime | None]


class OutletHealthRow(Base):
    """What is remembered of an outlet to judge its silence and its yield by (F-15, F-16); grown once an hour.

    `marks`: when it published, in tens of minutes since 1970. `yields`: for each day how many articles came, and how
    many of them were whole. `last_entry`, `last_article`: up to where both were counted.
    """

    __tablename__ = "outlet_health"

    outlet: Mapped[str] = mapped_column(ForeignKey("outlets.name"), primary_key=True)
    marks: Mapped[list[Any]]
    yields: Mapped[dict[str, Any]]
    last_entry: Mapped[int]
    last_article: Mapped[int]
    learned_at: Mapped[datetime]


class OutletAlarmRow(Base):
    """A trouble with an outlet, from its beginning until its end was told: a restart repeats nothing."""

    __tablename__ = "outlet_alarms"

    outlet: Mapped[str] = mapped_column(ForeignKey("outlets.name"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # unreachable, blocked, gone, moved, silent, unread
    since: Mapped[datetime]
    details: Mapped[dict[str, Any]]
    told_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]  # well again; the row goes when that was told


class HostRow(Base):
    """What we know of a host across outlets and workers: until when to keep away, its crawl-delay, its robots.txt."""

    __tablename__ = "hosts"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    not_before: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    crawl_delay: Mapped[float | None]
    robots: Mapped[str | None]
    robots_at: Mapped[datetime | None]


class FeedEntryRow(Leased, Base):
    """One entry of a feed. Queue: no page yet, not parked, `next_attempt_at <= now`, lease free."""

    __tablename__ = "feed_entries"
    __table_args__ = (
        Index("ix_feed_entries_queue", "fetched_at", "next_attempt_at"),
        Index("ix_feed_entries_found", "entry_point_id", "found_at"),
    )

    entry_point_id: Mapped[int] = mapped_column(ForeignKey("entry_points.id"))
    outlet: Mapped[str] = mapped_column(ForeignKey("outlets.name"))
    url: Mapped[str]
    url_key: Mapped[str] = mapped_column(unique=True)
    guid: Mapped[str | None]
    title: Mapped[str | None]
    summary: Mapped[str | None]
    content: Mapped[str | None]
    author: Mapped[str | None]
    published_at: Mapped[datetime | None]
    published_precision: Mapped[str | None] = mapped_column(String(10))  # instant or day
    found_at: Mapped[datetime]
    is_baseline: Mapped[bool] = mapped_column(default=False)  # found by the first poll of its entry point
    fetched_at: Mapped[datetime | None]  # set when its page is stored or the entry is given up
    looks: Mapped[int] = mapped_column(default=0, server_default="0")  # how often it was fetched again (F-18)
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]


class PageRow(Leased, Base):
    """A fetched page. Queue: no article, not parked. Pages with a mention are evidence and are never pruned."""

    __tablename__ = "pages"
    __table_args__ = (
        Index(
            "ix_pages_parked",
            "attempts",
            sqlite_where=text("last_error IS NOT NULL"),
            postgresql_where=text("last_error IS NOT NULL"),
        ),
    )

    feed_entry_id: Mapped[int | None] = mapped_column(ForeignKey("feed_entries.id"), index=True)
    outlet: Mapped[str]
    url: Mapped[str]
    final_url: Mapped[str]
    url_key: Mapped[str] = mapped_column(index=True)
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes | None] = mapped_column(CompressedBytes)
    encoding: Mapped[str | None] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    fetched_at: Mapped[datetime]
    extracted_at: Mapped[datetime | None] = mapped_column(index=True)  # set with its article, or when parked
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    is_evidence: Mapped[bool] = mapped_column(default=False)


class ArticleRow(Leased, Base):
    """An article at its latest revision. Queue of `read`: `read_at IS NULL`, not parked."""

    __tablename__ = "articles"
    __table_args__ = (
        Index("ix_articles_queue", "read_at", "read_attempts"),
        # Everything lists are filtered by, beside the order they have: no row is read that is not shown.
        Index("ix_articles_listed", "id", "decision", "outlet", "language", "published_at"),
    )

    page_id: Mapped[int | None] = mapped_column(ForeignKey("pages.id"))
    outlet: Mapped[str | None] = mapped_column(String(80), index=True)
    url: Mapped[str]
    url_key: Mapped[str] = mapped_column(unique=True)
    canonical_url: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(String(10))
    title: Mapped[str | None]
    text: Mapped[str]
    author: Mapped[str | None]
    section: Mapped[str | None]
    image: Mapped[str | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    published_precision: Mapped[str | None] = mapped_column(String(10))  # instant or day
    modified_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    fields: Mapped[dict[str, Any]]  # each extracted field's source and confidence
    is_partial: Mapped[bool] = mapped_column(default=False)
    alerting: Mapped[str] = mapped_column(String(10), default="normal")  # normal, silent, loaded, forced
    revision: Mapped[int] = mapped_column(default=1)
    text_hash: Mapped[str] = mapped_column(String(64), index=True)
    sketch: Mapped[bytes | None] = mapped_column(LargeBinary)  # of the text as it is now; see db.sketch
    canonical_key: Mapped[str | None] = mapped_column(index=True)  # where its canonical address is at another host
    copy_of: Mapped[int | None] = mapped_column(ForeignKey("articles.id"), index=True)
    copy_reason: Mapped[str | None] = mapped_column(String(12))  # same text, near copy, syndicated
    read_at: Mapped[datetime | None]
    read_attempts: Mapped[int] = mapped_column(default=0)
    read_error: Mapped[str | None]
    decision: Mapped[str | None] = mapped_column(String(10), index=True)
    analysis: Mapped[dict[str, Any] | None]


class ArticleRevisionRow(Base):
    """An earlier text of an article that was rewritten in place."""

    __tablename__ = "article_revisions"
    __table_args__ = (UniqueConstraint("article_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    revision: Mapped[int]
    title: Mapped[str | None]
    text: Mapped[str]
    text_hash: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime]


class SketchBandRow(Base):
    """A band of an original's MinHash sketch: the index in which near copies are looked up.

    One tree holds it (no rowid on SQLite), in the order in which it is asked: a fifth of a table with an index beside it.
    """

    __tablename__ = "sketch_bands"
    __table_args__ = ({"sqlite_with_rowid": False},)

    band: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True)


class MentionRow(Base):
    """A mention, append-only per article revision. `is_current` is false for those of an older revision or lexicon."""

    __tablename__ = "mentions"
    __table_args__ = (
        Index(
            "ix_mentions_current",
            "event_id",
            "id",
            sqlite_where=text("is_current = 1"),
            postgresql_where=text("is_current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), index=True)
    article_revision: Mapped[int]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    modality: Mapped[str] = mapped_column(String(20))
    polarity: Mapped[str] = mapped_column(String(10))
    plover: Mapped[str] = mapped_column(String(10))
    event_date: Mapped[date | None] = mapped_column(index=True)
    root: Mapped[str | None]
    role: Mapped[str] = mapped_column(String(12), default="report")  # first, report, copy, follow-up
    is_current: Mapped[bool] = mapped_column(default=True)
    facts: Mapped[dict[str, Any]]
    spellings: Mapped[list[Any] | None]  # of people: [name, as the article writes it]; None where nobody is named
    match: Mapped[dict[str, Any]]  # why it joined its event or started one
    created_at: Mapped[datetime]


class OpinionRow(Base):
    """A second opinion as it was given, by the SHA-256 of what was asked: no question is asked twice."""

    __tablename__ = "opinions"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    answer: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]


class EventRow(Base):
    """An event at its newest revision, folded from its mentions. Queue: `announced_revision < revision`."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_queue", "announced_revision", "revision"),
        Index("ix_events_listed", "day", "id"),
        Index("ix_events_counted", "kind", "status", "merged_into", "revision", "updated_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(12))
    polarity: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int]
    announced_revision: Mapped[int] = mapped_column(default=0)
    event_date: Mapped[date | None] = mapped_column(index=True)
    last_date: Mapped[date | None]  # the end of a day, week or month known no better
    first_published_at: Mapped[datetime | None]
    day: Mapped[date] = mapped_column(server_default="1970-01-01")  # lists go by it: its date, else first report
    released: Mapped[int | None]  # the most people that anybody says were released
    first_seen_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    is_baseline: Mapped[bool] = mapped_column(default=False)  # told only by articles that must not alert
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("events.id"))


class MentionKeyRow(Base):
    """A fact that a mention is looked up by where no date leads to it ("release:52", "person:…"): the matcher's index."""

    __tablename__ = "mention_keys"

    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True, index=True)


class HeldCountRow(Base):
    """How many are held, as a mention tells it: whose figure, of which day. The history that the timeline draws."""

    __tablename__ = "held_counts"
    __table_args__ = (Index("ix_held_counts_history", "counter", "day", "value", "qualifier", "outlet", "article_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id"), index=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    outlet: Mapped[str | None] = mapped_column(String(80))
    counter: Mapped[str | None]
    day: Mapped[date] = mapped_column(index=True)
    value: Mapped[int]
    qualifier: Mapped[str] = mapped_column(String(10))


class PinRow(Base):
    """A person's word on where an article belongs (merge or split); no match moves it from there."""

    __tablename__ = "pins"

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    at: Mapped[datetime]


class EventChangeRow(Base):
    """What one revision of an event changed, and its full state then: the event's history."""

    __tablename__ = "event_changes"
    __table_args__ = (UniqueConstraint("event_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    revision: Mapped[int]
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    change: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)


class EventRelationRow(Base):
    """Two events that belong together (steps of one deal); stored once, smaller id first."""

    __tablename__ = "event_relations"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    reason: Mapped[str]


class EventMarkRow(Base):
    """A person's word on an event: confirmed, false, not-news, a merge or a split. Stronger than any article."""

    __tablename__ = "event_marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(20))
    by: Mapped[str]
    note: Mapped[str]
    details: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]


class DestinationRow(Leased, Base):
    """A destination of the settings and its health. The address and the token are never stored."""

    __tablename__ = "destinations"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default="enabled")  # enabled, disabled, orphan, left
    reason: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=0)  # destination faults in a row
    first_failure_at: Mapped[datetime | None]
    open_until: Mapped[datetime | None]  # the breaker: nothing is sent before, then one probe
    last_ok_at: Mapped[datetime | None]
    moved_to: Mapped[str | None]
    since: Mapped[datetime]


class AlertRow(Base):
    """The decision to tell of an event's revision; its deliveries are made in the same transaction."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("event_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    revision: Mapped[int | None]
    type: Mapped[str] = mapped_column(String(20))  # created, updated, withdrawn, digest, system
    reason: Mapped[str]
    change: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class DeliveryRow(Base):
    """One alert to one destination (D-2). Queue: state pending or uncertain, `next_attempt_at <= now`."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("destination_id", "event_id", "type", "revision"),
        Index(
            "uq_deliveries_created",
            "destination_id",
            "event_id",
            unique=True,
            sqlite_where=text("type = 'created'"),
            postgresql_where=text("type = 'created'"),
        ),
        Index("ix_deliveries_queue", "destination_id", "state", "next_attempt_at"),
        Index("ix_deliveries_by_state", "state", "id"),
        Index("ix_deliveries_by_destination", "destination_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    revision: Mapped[int | None]
    type: Mapped[str] = mapped_column(String(12))  # created, updated, reply, withdrawn, digest, system
    key: Mapped[str] = mapped_column(String(60), unique=True)
    state: Mapped[str] = mapped_column(String(12), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)  # faults of this message only (D-7)
    next_attempt_at: Mapped[datetime]
    first_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error_code: Mapped[str | None] = mapped_column(String(60))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)  # the bytes of the first attempt, kept for retries (W-1)
    is_approved: Mapped[bool] = mapped_column(default=True)
    is_urgent: Mapped[bool] = mapped_column(default=True, server_default=true())  # goes out in quiet hours too (D-28)
    digest: Mapped[str | None] = mapped_column(String(12))  # why a `created` is told in a digest only
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"), index=True)  # the digest that tells it
    remote_channel: Mapped[str | None]
    remote_id: Mapped[str | None]
    sent_revision: Mapped[int | None]
    created_at: Mapped[datetime]


class DeliveryAttemptRow(Base):
    """One attempt at a delivery (D-6); `response` is at most 1 kB, redacted."""

    __tablename__ = "delivery_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(16))
    status: Mapped[int | None]
    error: Mapped[str | None]
    milliseconds: Mapped[int]
    bytes: Mapped[int]
    response: Mapped[str | None]


class SilenceRow(Base):
    """A silence: no messages on an event, or to a destination, until a time (D-28). Lifted, it ends at that moment."""

    __tablename__ = "silences"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    destination: Mapped[str | None] = mapped_column(String(80))
    until: Mapped[datetime]
    until_change: Mapped[bool] = mapped_column(default=False, server_default=false())  # a major change lifts it
    by: Mapped[str]
    created_at: Mapped[datetime]


class SubscriptionRow(Base):
    """A chat that subscribed itself: the one place where its number stands. Its title and its people are not stored."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("template", "chat"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id"), unique=True)
    template: Mapped[str] = mapped_column(String(80))  # the destination of the settings that it came in by
    chat: Mapped[str] = mapped_column(String(24))
    listed_as: Mapped[str] = mapped_column(String(24))  # the number it was let in by; an upgraded group has a new one
    language: Mapped[str] = mapped_column(String(2))
    since: Mapped[datetime]


class WatchRow(Base):
    """A watched person."""

    __tablename__ = "watches"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    created_at: Mapped[datetime]


class WorkerRow(Base):
    """A running process and its last sign of life."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # service, crawl, read
    pid: Mapped[int]
    host: Mapped[str]
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    status: Mapped[dict[str, Any]]


class NoteRow(Base):
    """A small remembered fact of the program itself (own outage since, baseline done); never a setting."""

    __tablename__ = "notes"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[dict[str, Any]]
    at: Mapped[datetime]
