"""`/metrics`: figures for Prometheus, in its text format. No text of an outlet is in them: names and words of ours alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from db import Database
from db.figures import Figures, figures_at
from web.health import Status


class Metrics:
    """Handler of the figures: they are asked for anew each time, so that no process has to count along."""

    def __init__(
        self, database: Database, status: Callable[[], Status], clock: Callable[[], datetime] | None = None
    ) -> None:
        self._database = database
        self._status = status
        self._clock = clock or (lambda: datetime.now(UTC))

    def show(self, _request: Request) -> Response:
        """Tell the figures of this moment."""
        now = self._clock()
        with self._database.read() as session:
            figures = figures_at(session, now)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Told([*families(figures, now), *health_families(self._status())]))
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


class _Told(Collector):
    """Figures that are known already, as the library takes them."""

    def __init__(self, told: list[GaugeMetricFamily]) -> None:
        self._told = told

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield them."""
        yield from self._told


def families(figures: Figures, now: datetime) -> Iterator[GaugeMetricFamily]:
    """Yield what the database knows, a family a kind of figure (pure)."""
    for what, number in figures.stored.items():
        yield GaugeMetricFamily(f"volya_{what}", f"Number of {what} stored.", value=number)
    yield GaugeMetricFamily("volya_database_size_bytes", "Size of the database.", value=figures.bytes)
    queues = figures.queues
    told = "What is due in the queue of a step."
    yield _by("volya_queue_waiting", told, ("queue",), (((one.name,), one.waiting) for one in queues))
    told = "What was given up in a step after all attempts."
    yield _by("volya_queue_given_up", told, ("queue",), (((one.name,), one.parked) for one in queues))
    told = "Since when the first in a queue is due; 0: nothing is."
    yield _by("volya_queue_oldest_seconds", told, ("queue",), (((q.name,), _age(q.oldest_at, now)) for q in queues))
    yield from _delivery_families(figures, now)
    told = "Polls of entry points in the last hour by outcome."
    yield _by("volya_polls_last_hour", told, ("outcome",), (((key,), n) for key, n in figures.polls.items()))
    told = "Entry points that are on, by how they answered last."
    yield _by("volya_entry_points", told, ("state",), (((key,), n) for key, n in figures.entry_points.items()))


def _delivery_families(figures: Figures, now: datetime) -> Iterator[GaugeMetricFamily]:
    by_name, by_state = ("destination",), ("destination", "state")
    places = figures.destinations
    yield _by("volya_deliveries", "Deliveries by destination and state.", by_state, figures.deliveries.items())
    told = "Age of the oldest delivery that is not sent; 0: none."
    ages = (((name,), _age(figures.unsent_since.get(name), now)) for name in places)
    yield _by("volya_oldest_undelivered_seconds", told, by_name, ages)
    told = "The state of each destination, as a label."
    yield _by("volya_destination_state", told, by_state, (((name, state), 1) for name, (state, _) in places.items()))
    told = "1: it is ill, and nothing is sent there for a while."
    yield _by("volya_destination_paused", told, by_name, (((name,), is_open) for name, (_, is_open) in places.items()))


def health_families(status: Status) -> Iterator[GaugeMetricFamily]:
    """Yield how the service is (pure); what it does not know of itself is left out."""
    is_ready = not status.faults and not status.reasons
    yield GaugeMetricFamily("volya_ready", "1: every part of the service works, as /readyz says.", value=is_ready)
    crawl = status.details.get("crawl")
    if crawl is not None:
        yield GaugeMetricFamily("volya_crawl_process_alive", "1: the crawl process runs.", value=crawl["alive"])
        yield GaugeMetricFamily("volya_crawl_process_starts", "How often it was started.", value=crawl["starts"])
    network = status.details.get("network")
    if network is not None:
        yield GaugeMetricFamily("volya_network_up", "0: our own network is down.", value=network == "up")


def _by(
    name: str, told: str, labels: Sequence[str], values: Iterable[tuple[Sequence[str], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, told, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since is not None else 0.0
