"""WHEN: what is done how often, and the one long-lived service that does it.

`jobs` is the table of jobs and draws the path of the data; `rhythm` and `planning` decide when an entry point is
looked at again; `service` starts and stops the parts in order; `child` keeps the crawl process; `reader` is one more
process that reads. Everything they need from crawling, reading, alerting and the web is handed to them as values and
callables (`parts`).
"""

from scheduler.child import ChildPlan
from scheduler.errors import PortTakenError, ServiceError
from scheduler.parts import ServiceParts, ServiceStatus, WebParts
from scheduler.planning import plan_due
from scheduler.reader import Reader, ReaderParts
from scheduler.service import Service
from scheduler.subscribing import PushParts

__all__ = [
    "ChildPlan",
    "PortTakenError",
    "PushParts",
    "Reader",
    "ReaderParts",
    "Service",
    "ServiceError",
    "ServiceParts",
    "ServiceStatus",
    "WebParts",
    "plan_due",
]
