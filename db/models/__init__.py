"""The tables, in the order of the path: outlet, entry point, entry, page, article, mention, event, alert, delivery.

Rows stay inside `db`: other packages get frozen values (`db.facts`, `db.views`).
A step's queue is a WHERE clause; the columns that make it are indexed. Work on a row is owned by a lease
(`db.leases`), fenced by `generation`. A file a noun; all of them are imported here, so that whoever needs the whole
schema has it.
"""

from db.models.alerts import AlertRow, DeliveryAttemptRow, DeliveryRow
from db.models.articles import ArticleRevisionRow, ArticleRow, SketchBandRow
from db.models.base import Base, Leased
from db.models.destinations import DestinationRow, SilenceRow, SubscriptionRow, WatchRow
from db.models.entry_points import EntryPointRow, GapRow, PollRow, PublishingRow, PushRow
from db.models.events import EventChangeRow, EventMarkRow, EventRelationRow, EventRow, PinRow
from db.models.mentions import HeldCountRow, MentionKeyRow, MentionRow, OpinionRow
from db.models.outlets import HostRow, OutletAlarmRow, OutletHealthRow, OutletRow
from db.models.pages import FeedEntryRow, PageRow
from db.models.processes import NoteRow, WorkerRow
from db.models.withheld import WithheldNameRow

__all__ = [
    "AlertRow",
    "ArticleRevisionRow",
    "ArticleRow",
    "Base",
    "DeliveryAttemptRow",
    "DeliveryRow",
    "DestinationRow",
    "EntryPointRow",
    "EventChangeRow",
    "EventMarkRow",
    "EventRelationRow",
    "EventRow",
    "FeedEntryRow",
    "GapRow",
    "HeldCountRow",
    "HostRow",
    "Leased",
    "MentionKeyRow",
    "MentionRow",
    "NoteRow",
    "OpinionRow",
    "OutletAlarmRow",
    "OutletHealthRow",
    "OutletRow",
    "PageRow",
    "PinRow",
    "PollRow",
    "PublishingRow",
    "PushRow",
    "SilenceRow",
    "SketchBandRow",
    "SubscriptionRow",
    "WatchRow",
    "WithheldNameRow",
    "WorkerRow",
]
