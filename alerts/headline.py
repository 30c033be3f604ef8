"""An event in one sentence, from its facts: what happened, to how many or whom, after talks with whom. Pure."""

from __future__ import annotations

from alerts.lines import Figure, figures
from alerts.wording import Wording, wording
from db.facts import CountRole, EventFacts, Kind, Outcome, Polarity, Status

NAMES_IN_HEADLINE = 3
MINSK_SIDE = frozenset({"Alexander Lukashenko", "Natalya Eismont", "Ivan Tertel"})  # "talks with" names the others
TAKEN_BACK = frozenset({Status.RETRACTED, Status.SUPERSEDED})  # their headlines say so by themselves


def headline(facts: EventFacts, language: str) -> str:
    """Return an event in one sentence: "Belarus frees 52 prisoners after talks with John Coale"."""
    return headline_in(facts, wording(language))


def headline_in(facts: EventFacts, words: Wording) -> str:
    """Return an event in one sentence, in the words of a language."""
    text = _release(facts, words) if facts.kind == Kind.RELEASE else _negotiation(facts, words)
    is_refusal = facts.kind == Kind.NEGOTIATION and facts.polarity == Polarity.NEGATIVE
    is_said = facts.status in TAKEN_BACK or (facts.status == Status.DENIED and not is_refusal)
    return words.say("headlines", facts.status, headline=text) if is_said else text


def _release(facts: EventFacts, words: Wording) -> str:
    figure = figure_of(facts, CountRole.RELEASED, CountRole.LEFT_COUNTRY)
    pardon = figure_of(facts, CountRole.PARDONED)
    names = [p.name for p in facts.people if p.outcome in (Outcome.FREED, Outcome.DEPORTED)]
    if figure is None and pardon is not None:
        text = words.say("headlines", "pardon", pardoned=words.amount("pardoned", pardon.number))
    elif figure is None and names:
        listed = words.listed([words.name(name) for name in names], NAMES_IN_HEADLINE)
        text = words.say("headlines", "release_named", names=listed)
    else:
        freed = words.amount("freed", figure.number) if figure else words.say("freed", "some")
        text = words.say("headlines", "release", freed=freed)
    guests = [words.name(name) for name in facts.negotiators if name not in MINSK_SIDE]
    if guests:
        text = words.say("headlines", "after_talks", headline=text, names=words.listed(guests, NAMES_IN_HEADLINE))
    return _with_root(text, facts, words) if facts.status == Status.RUMOURED else text


def _negotiation(facts: EventFacts, words: Wording) -> str:
    planned = figure_of(facts, CountRole.PLANNED, CountRole.RELEASED, CountRole.PARDONED)
    demanded = figure_of(facts, CountRole.DEMANDED)
    figure = planned or demanded
    freeing = words.amount("freeing", figure.number) if figure else words.say("freeing", "some")
    if facts.polarity == Polarity.NEGATIVE:
        return _with_root(words.say("headlines", "refusal", freeing=freeing), facts, words)
    if planned is None and demanded is not None:
        return _with_root(words.say("headlines", "demand", freeing=freeing), facts, words)
    if facts.mediators:
        who = words.listed([words.country(code) for code in facts.mediators], NAMES_IN_HEADLINE)
        text = words.say("headlines", "talks_with", who=who, freeing=freeing)
    else:
        text = words.say("headlines", "talks", freeing=freeing)
    objects = dict.fromkeys(words.label("objects", one.object) for one in facts.concessions)
    if objects:
        return words.say("headlines", "in_return", headline=text, objects=words.listed(objects, 4))
    return _with_root(text, facts, words)


def main_figure(facts: EventFacts) -> Figure | None:
    """Return the figure that an event is known by: how many were freed; of talks, how many may be."""
    if facts.kind == Kind.RELEASE:
        return figure_of(facts, CountRole.RELEASED, CountRole.LEFT_COUNTRY, CountRole.PARDONED)
    return figure_of(facts, CountRole.PLANNED, CountRole.RELEASED, CountRole.PARDONED, CountRole.DEMANDED)


def figure_of(facts: EventFacts, *roles: CountRole) -> Figure | None:
    """Return the figure of the whole event: of no nationality and no part, the first of `roles` that is given."""
    whole = [figure for figure in figures(facts) if figure.nationality is None]
    for role in roles:
        for figure in whole:
            if figure.role == role and (figure.whole is None or figure.number.low is None):
                return figure
    return None


def _with_root(text: str, facts: EventFacts, words: Wording) -> str:
    return words.say("headlines", "says", headline=text, root=words.name(facts.roots[0])) if facts.roots else text
