"""Why a destination was not told: what would have had to be otherwise, in words. Pure.

No rule stands here. The filters and the policy are asked again with one thing changed at a time: what then lets the
news through is what kept it back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from babel import Locale

from alerts.destinations import Destination, matches, nationalities_of, size_of
from alerts.people import WATCHED, Watch
from alerts.policy import Occasion, Rules, event_age, fold, is_update_told, should_announce
from db.course import Course, Turn
from db.facts import EventFacts, Kind, Status, Verdict
from db.views import EventView

WOULD = "would have alerted if "
NOBODY_TO_TELL = "no destination is set up"
WAITS = "it waits to be decided on: a running service does so"
BY_A_WORD = "it came about by a person's word on an event that nobody was told of"
OTHERWISE_NOW = (
    "by the present settings it would have alerted: the destination or its filters are newer than the decision"
)
_FROM_THE_PAST = "imported, or there before we began"
_KINDS = {Kind.RELEASE: "a release", Kind.NEGOTIATION: "a negotiation", Kind.RELATED: "related news"}
_VERDICTS = {Verdict.FALSE: "false", Verdict.NOT_NEWS: "no news", Verdict.CONFIRMED: "confirmed"}


@dataclass(frozen=True, slots=True)
class Case:
    """An event that somebody was not told of, and its course."""

    event: EventView
    course: Course


def reasons_for_silence(
    destination: Destination, case: Case, heard: int | None, rules: Rules, watch: Watch
) -> tuple[str, ...]:
    """Return why a destination was not told of an event, or of what is newer than the revision it `heard` of last.

    Nothing where it knows all there is. Reasons that begin with `WOULD` hold together: all must have been otherwise.
    """
    if heard is not None:
        return tuple(_since(destination, case, heard, rules))
    facts, turns = case.event.facts, case.course.turns
    if facts.same_as is not None:
        return (f"it is part of event {facts.same_as}: whoever is told of that one is told of this",)
    if not turns:
        return (WAITS if case.course.is_waiting else BY_A_WORD,)
    tried = [tuple(_against(destination, case, turn, rules, watch)) for turn in turns]
    nearest = min(reversed(tried), key=len)  # the newest of the turns that came nearest to an alert
    taken_back = tuple(WOULD + one for one in _taken_back(facts, turns[-1], rules))
    reasons = tuple(dict.fromkeys((*nearest, *taken_back)))
    return reasons or (WAITS if case.course.is_waiting else OTHERWISE_NOW,)


def in_words(reasons: Sequence[str]) -> tuple[str, ...]:
    """Return reasons as one sentence, a line each, without its full stop."""
    last = len(reasons) - 1
    said = (
        one if not one.startswith(WOULD) else f"if {one.removeprefix(WOULD)}" if n else f"it {one}"
        for n, one in enumerate(reasons)
    )
    return tuple(f"{'and ' if n else ''}{one}{',' if n < last else ''}" for n, one in enumerate(said))


def _against(destination: Destination, case: Case, turn: Turn, rules: Rules, watch: Watch) -> Iterator[str]:
    """Yield what kept a first alert back when a revision came, each with what would have let it through."""
    if turn.alerting == "silent":
        yield f"{WOULD}an article that the crawl fetched as news told of it (those that do were {_FROM_THE_PAST})"
    if not turn.change.is_material:
        yield f"{WOULD}what changed were news (it was {turn.change.reason})"
    for unmet in (*_unmet(destination, turn, watch), *_too_early(destination, case, turn)):
        yield WOULD + unmet
    course = case.course
    age = event_age(turn.facts, course.first_published_at, course.first_seen_at, turn.at)
    if _is_history(turn, age, rules):
        hours = round(rules.max_age / timedelta(hours=1))
        yield f"{WOULD}it had been found within {hours} h of {_minute(turn.at - age)} (it was {_span(age)} old by then)"
    for reason in _taken_back(turn.facts, turn, rules):
        yield WOULD + reason


def _too_early(destination: Destination, case: Case, turn: Turn) -> Iterator[str]:
    """Yield what keeps a revision from a chat that subscribed itself after the event was known."""
    since = destination.since
    if since is None:
        return
    if turn.at < since:
        yield f"it had subscribed by {_minute(turn.at)} (it did at {_minute(since)})"
    elif not destination.is_new_here(case.course.first_seen_at, is_major=turn.change.is_major):
        yield f"what changed were major (the event was known when it subscribed, at {_minute(since)})"


def _is_history(turn: Turn, age: timedelta, rules: Rules) -> bool:
    """Say whether only its age kept an event back: that of what the first look at an outlet found."""
    standing = replace(turn.facts, status=Status.REPORTED)
    then = Occasion(age, is_loaded=turn.alerting == "loaded")
    return _is_silent(standing, turn, then, rules) and not _is_silent(standing, turn, Occasion(timedelta(0)), rules)


def _taken_back(facts: EventFacts, turn: Turn, rules: Rules) -> Iterator[str]:
    """Yield what took an event back, where its state alone keeps it from being told."""
    if not _is_silent(facts, turn, Occasion(timedelta(0)), rules):
        return
    if _is_silent(replace(facts, status=Status.REPORTED), turn, Occasion(timedelta(0)), rules):
        yield f"it were news that anybody is alerted to (it is {_KINDS[facts.kind]})"
    elif facts.mark is not None and facts.mark.verdict is not Verdict.CONFIRMED:
        note = f": {facts.mark.note}" if facts.mark.note else ""
        yield f"{facts.mark.by} had not marked it as {_VERDICTS[facts.mark.verdict]}{note}"
    elif facts.status is Status.DENIED:
        yield "it were told as so (those who tell of it say that it is refused or denied)"
    else:
        yield f"an article still told of it (it is {facts.status}: what did was rewritten)"


def _is_silent(facts: EventFacts, turn: Turn, occasion: Occasion, rules: Rules) -> bool:
    return should_announce(facts, turn.change, occasion, rules, already_told=False) is None


def _since(destination: Destination, case: Case, heard: int, rules: Rules) -> Iterator[str]:
    """Yield why a destination was not told how an event went on."""
    later = [turn for turn in case.course.turns if turn.revision > heard]
    news = [turn for turn in later if turn.alerting != "silent"]
    if not news:
        if later:
            yield f"what changed since revision {heard} came from articles that were {_FROM_THE_PAST}"
        return
    change = fold([turn.change for turn in news])
    reason = should_announce(news[-1].facts, change, Occasion(timedelta(0)), rules, already_told=True)
    if reason is None:
        yield f"what changed since revision {heard} is no news ({change.reason})"
    elif not is_update_told(reason, change, destination.updates):
        yield f"it is told of major changes only, and what changed since revision {heard} is none ({change.reason})"
    elif case.course.is_waiting:
        yield WAITS


def _unmet(destination: Destination, turn: Turn, watch: Watch) -> Iterator[str]:
    """Yield what each filter that keeps an event out wants, and what there is: each is asked alone."""
    everything = Destination(destination.name, destination.channel)
    if not matches(everything, turn.facts, turn.languages, watch):
        return  # nobody is alerted to its kind: no filter has a say
    for name, words in _FILTERS.items():
        alone = replace(everything, **{name: getattr(destination, name)})
        if not matches(alone, turn.facts, turn.languages, watch):
            yield words(destination, turn)


def _kinds(destination: Destination, turn: Turn) -> str:
    wanted = " or ".join(_KINDS[kind] for kind in destination.kinds) or "of some kind"
    return f"it were {wanted} ({destination.name} wants nothing else, and it is {_KINDS[turn.facts.kind]})"


def _statuses(destination: Destination, turn: Turn) -> str:
    return f"its status were {_any(destination.statuses)} (it is {turn.facts.status})"


def _languages(destination: Destination, turn: Turn) -> str:
    known = _english().languages
    wanted, found = _named(destination.languages, known), _named(turn.languages, known)
    return f"an article in {_any(wanted)} told of it ({f'those that do are in {_all(found)}' if found else 'none is'})"


def _nationalities(destination: Destination, turn: Turn) -> str:
    known = _english().territories
    wanted, found = _named(destination.nationalities, known), _named(nationalities_of(turn.facts), known)
    told = f"told of are people from {_all(found)}" if found else "no nationality is told"
    return f"people from {_any(wanted)} were among them ({told})"


def _people(destination: Destination, turn: Turn) -> str:
    wanted = ["somebody who is watched" if name == WATCHED else name for name in destination.people]
    found = [person.name for person in turn.facts.people]
    return f"it named {_any(wanted)} (it names {_all(found) if found else 'nobody'})"


def _minimum(destination: Destination, turn: Turn) -> str:
    size = size_of(turn.facts)
    return f"it told of at least {destination.minimum} people (it tells of {size or 'no number'})"


_FILTERS: Mapping[str, Callable[[Destination, Turn], str]] = {
    "kinds": _kinds,
    "statuses": _statuses,
    "languages": _languages,
    "nationalities": _nationalities,
    "people": _people,
    "minimum": _minimum,
}


def _named(codes: Collection[str], names: Mapping[str, str]) -> list[str]:
    return sorted(str(names.get(code, code)) for code in codes)


def _any(words: Sequence[str]) -> str:
    return " or ".join(words)


def _all(words: Sequence[str]) -> str:
    return ", ".join(words)


def _english() -> Locale:
    return Locale.parse("en")


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _span(time: timedelta) -> str:
    hours = round(time / timedelta(hours=1))
    return f"{hours} h" if hours < 96 else f"{time.days} days"  # noqa: PLR2004 (four days: where hours stop to be read)
