"""`volya demo`: the service on a made-up newsroom on this machine. No network, no account."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.demonstration import CHANNELS, Service, Site, make_site, service_environment, settings_text
from cli.errors import ExitCode
from cli.invocation import invocation_of
from cli.views import print_json, print_text
from db import open_database
from db.queries import list_articles
from newsroom.plot import Scene
from newsroom.slack import visible_text
from newsroom.stage import Printed, Stage, all_fetched
from newsroom.verdict import Webhook, judge, judge_slack, judge_slack_app, judge_telegram, received
from newsroom.world import World, draw_world

SHORTEST_SECONDS = 20.0
STOP_SECONDS = 10.0  # a service ends within these of SIGTERM
LEAVING_SECONDS = 1.5  # for our own start and end
QUIET_SECONDS = 3.0  # that silence has to last before it counts


@dataclass(slots=True)
class Showing:
    """One showing under way: what was published, what came, what went wrong. `ends_at` is monotonic."""

    stage: Stage
    service: Service
    site: Site
    began_at: float
    ends_at: float
    is_quiet: bool
    printed: list[Printed] = field(default_factory=list)
    told: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def world(self) -> World:
        """What was drawn."""
        return self.stage.world

    def say(self, line: str) -> None:
        """Tell the person who watches one line, after the seconds since the start."""
        if not self.is_quiet:
            print_text(f"{time.monotonic() - self.began_at:5.1f} s  {line}")

    @property
    def webhooks(self) -> tuple[Webhook, ...]:
        """What the webhook receiver got so far, each key once."""
        return received(self.stage.receiver.exchanges, self.site.secret)

    def tell_webhooks(self) -> None:
        """Say what came since the last time."""
        for webhook in self.webhooks[self.told :]:
            self.told += 1
            signature = "its signature is valid" if webhook.problem is None else webhook.problem
            self.say(
                f"the webhook receiver got {webhook.type} about event {webhook.event_id} ({webhook.key}); {signature}:"
            )
            if not self.is_quiet:
                print_text("\n".join(f"         | {line}" for line in webhook.text.splitlines()))

    def has(self, type_: str) -> bool:
        """Say whether a webhook of this type came and the like on the other receivers, and tell every webhook."""
        self.tell_webhooks()
        wanted = 1 if type_ == "event.created" else 2
        others = (self.stage.slack, self.stage.slack_app, self.stage.telegram)
        have_others = all(len(other.messages) >= wanted for other in others)
        return have_others and any(webhook.type == type_ for webhook in self.webhooks)

    def judge(self) -> tuple[str, ...]:
        """Return what differs from the plot at any of the receivers."""
        numbers = self.world.numbers
        return (
            *judge(self.webhooks, self.world.plot, numbers),
            *judge_slack(self.stage.slack.messages, numbers),
            *judge_slack_app(self.stage.slack_app.messages, numbers),
            *judge_telegram(self.stage.telegram.messages, numbers),
        )

    def expect(self, what: str, *, is_so: bool) -> bool:
        """Note a problem if what had to happen did not."""
        if not is_so:
            self.problems.append(f"{what} did not happen in time")
        return is_so


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", epilog="Example: volya demo --seconds 60")(demo)


def demo(
    context: typer.Context,
    seconds: Annotated[
        float | None,
        typer.Option(min=SHORTEST_SECONDS, max=3600, help="End by itself within so many; without it Ctrl-C ends it."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws outlets, languages, texts, numbers and faults.")] = 1,
) -> int:
    """Run the service on made-up outlets on this machine and check what a webhook, Slack and Telegram receive.

    A release is told by six outlets in three languages (one alert), then grows (one update); news that only recalls
    it and a swap of prisoners of war bring nothing. A third of all requests to the outlets fail. Exit code 0 only if
    exactly that came to each of the four (Slack twice: by an incoming webhook, and as an app).
    """
    invocation = invocation_of(context)
    with tempfile.TemporaryDirectory(prefix="volya-demo-") as folder, _ended_by_sigterm():
        summary = _show(make_site(Path(folder)), draw_world(seed), seconds, is_quiet=invocation.is_json)
    if invocation.is_json:
        print_json(summary)
    return ExitCode.FINE if summary["ok"] else ExitCode.FOUND_WRONG


def _show(site: Site, world: World, seconds: float | None, *, is_quiet: bool) -> dict[str, Any]:
    began_at = time.monotonic()
    reserve = LEAVING_SECONDS + min(STOP_SECONDS, (seconds or 0) / 6)
    ends_at = began_at + seconds - reserve if seconds is not None else float("inf")
    with Stage(site.secret, world=world) as stage:
        site.settings_file.write_text(settings_text(site, stage, channels=CHANNELS), encoding="utf-8")
        site.settings_file.chmod(0o600)
        with Service(site, service_environment(site, stage, os.environ)) as service:
            showing = Showing(stage, service, site, began_at, ends_at, is_quiet)
            _perform(showing)
            limit = began_at + seconds - LEAVING_SECONDS if seconds is not None else time.monotonic() + STOP_SECONDS
            _stop(showing, limit - time.monotonic())
        return _conclude(showing)


def _perform(showing: Showing) -> None:
    stage, service = showing.stage, showing.service
    for server in stage.outlets.values():
        showing.say(
            f"{server.outlet.title} is open at {server.url} ({server.outlet.language}, {server.outlet.dialect})"
        )
    showing.say(f"a third of what they are asked fails; the seed is {showing.world.seed}")
    receivers = (stage.receiver.url, stage.slack.root, stage.slack_app.url, stage.telegram.url)
    showing.say("a webhook receiver, a Slack, its Web API and a Telegram listen at {}, {}, {}, {}".format(*receivers))
    showing.say("the service starts: volya run")
    showing.printed += stage.print_ordinary()
    is_up = service.wait_until(service.is_healthy, showing.ends_at)
    if not showing.expect("the start of the service (healthz 200)", is_so=is_up):
        return
    showing.say(f"the service answers at {showing.site.url}/healthz")
    has_read = service.wait_until(lambda: all_fetched(showing.printed), showing.ends_at)
    if not showing.expect("the first round over all outlets", is_so=has_read):
        return
    showing.say(f"it has fetched the {len(showing.printed)} ordinary articles that were there before")
    for scene in showing.world.plot:
        if not _play(showing, scene):
            return
    _watch(showing)


def _play(showing: Showing, scene: Scene) -> bool:
    """Publish one scene and wait for what it brings; say whether all of it came."""
    showing.say(scene.shows)
    printed = showing.stage.play(scene, showing.world.numbers)
    showing.printed += printed
    for one in printed:
        showing.say(f"  published by {one.server.outlet.title}: {one.publication.story.title}")
    are_fetched = showing.service.wait_until(lambda: all_fetched(printed), showing.ends_at)
    if not showing.expect(f"fetching the articles of the scene {scene.name!r}", is_so=are_fetched):
        return False
    showing.say("  the service has fetched " + ("it" if len(printed) == 1 else "them"))
    if not scene.brings:
        return True
    has_come = showing.service.wait_until(lambda: showing.has(scene.brings), showing.ends_at)
    return showing.expect(f"{scene.brings} at all three receivers", is_so=has_come)


def _watch(showing: Showing) -> None:
    """Watch that nothing else comes, until the end (without one, until somebody interrupts)."""
    if showing.ends_at == float("inf"):
        showing.say("everything is shown; watching that nothing else comes. Ctrl-C ends it")
    else:
        showing.say(f"watching {showing.ends_at - time.monotonic():.0f} s more that nothing else comes")
    is_long_enough = showing.ends_at - time.monotonic() >= QUIET_SECONDS
    showing.expect(f"{QUIET_SECONDS:.0f} seconds of silence at the end", is_so=is_long_enough)
    try:
        showing.service.wait_until(lambda: showing.has("nothing else"), showing.ends_at)
    except KeyboardInterrupt:
        showing.say("interrupted")


def _stop(showing: Showing, seconds: float) -> None:
    code = showing.service.stop(seconds)
    if code is None:
        showing.problems.append("the service did not stop in time and was killed")
    elif code != 0:
        showing.problems.append(f"the service ended with {code}: {showing.service.last_words()}")
    else:
        showing.say("the service has stopped (SIGTERM, exit code 0)")
    showing.tell_webhooks()


def _conclude(showing: Showing) -> dict[str, Any]:
    articles = _articles(showing)
    unread = [article["title"] for article in articles if article["decision"] is None]
    problems = [*showing.problems, *showing.judge()]
    problems += [f"not read: {title}" for title in unread]
    stage = showing.stage
    showing.say("what was made of the articles:")
    for article in articles:
        showing.say(f"  {article['decision'] or 'unread':8}{article['outlet']:10}{article['title']}")
    showing.say(f"the outlets answered {len(stage.requests)} requests, {stage.unchanged_answers} of them 304")
    showing.say("failed on purpose: " + ", ".join(f"{fault} {count}" for fault, count in stage.faults.items()))
    for problem in problems:
        showing.say(f"WRONG: {problem}")
    showing.say(
        "as it has to be: at each of four receivers one alert, one update, nothing else"
        if not problems
        else "not as it has to be"
    )
    return {
        "ok": not problems,
        "problems": problems,
        "seed": showing.world.seed,
        "numbers": dict(showing.world.numbers),
        "seconds": round(time.monotonic() - showing.began_at, 1),
        "webhooks": [asdict(webhook) for webhook in showing.webhooks],
        "slack": [visible_text(message) for message in stage.slack.messages],
        "slack_app": [message.words for message in stage.slack_app.messages],
        "telegram": [message.visible.text for message in stage.telegram.messages],
        "articles": articles,
        "requests": len(stage.requests),
        "faults": dict(stage.faults),
        "unchanged": stage.unchanged_answers,
    }


def _articles(showing: Showing) -> list[dict[str, Any]]:
    """Return what was published, with what the database says was made of it."""
    database = open_database(showing.site.database_url)
    try:
        with database.read() as session:
            stored = {view.url.partition("?")[0]: view for view in list_articles(session)}
    finally:
        database.close()
    return [
        {
            "outlet": one.server.outlet.name,
            "url": one.url,
            "title": one.publication.story.title,
            "decision": str(stored[one.url].decision) if one.url in stored and stored[one.url].decision else None,
        }
        for one in showing.printed
    ]


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the demonstration as Ctrl-C does: the service and the folder are cleaned up."""

    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
