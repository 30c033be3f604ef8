"""Explanations that read like sentences: why an article fired, merged or stayed silent; what an event rests on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from db.facts import Analysis, Conflict, CountRole, Decision, EventCount, EventFacts, Evidence, Kind, Mention, from_json
from db.marks import Said
from db.views import ArticleView, ChangeView, EventArticle, EventView
from events import prose
from events.considering import Considered
from events.lacking import lacking
from events.rules import rule_words
from events.standing import history, joined, neighbour

_TOLD_BY_BOTH = 2


def explain_article(view: ArticleView, events: Sequence[EventView], considered: Sequence[Considered] = ()) -> str:
    """Return why an article fired, merged or stayed silent. An article not read yet, or unreadable, says so.

    `events` are those it stands in, `considered` those it was compared with (`explain_match`).
    """
    lines = [f"{_name(view)}"]
    if view.analysis is None:
        lines.append(f"It could not be read: {view.read_error}." if view.read_error else "It has not been read yet.")
        return "\n".join(lines)
    analysis = from_json(Analysis, view.analysis)
    lines.append(explain_analysis(analysis, view.title))
    if view.copy_of is not None:
        adds = ": it adds a source, no facts, no alert" if analysis.decision is Decision.EVENT else ""
        lines.append(f"It is a copy of article {view.copy_of} ({view.copy_reason}){adds}.")
    lines.extend(_matching(view, events, considered))
    if (clause := lacking(analysis)) is not None:
        lines.append(f"It would have alerted if {clause}.")
    return "\n".join(lines)


def _name(view: ArticleView) -> str:
    told = f"Article {view.id}" if view.id else "This text"
    outlet = f" by {view.outlet}" if view.outlet else ""
    published = f", published {view.published:%Y-%m-%d %H:%M} UTC" if view.published else ", without a date"
    return f"{told}{outlet}{published}: {view.title or view.url}"


def explain_analysis(analysis: Analysis, title: str | None = None) -> str:
    """Return what was understood, each fact with the words that show it; `title` is that of the text."""
    tongue = f"It is in {prose.tongue(analysis.language)}. " if analysis.language else ""
    lines = [f"{tongue}{_decision(analysis)}"]
    told = (line for mention in analysis.mentions for line in _mention(mention, title))
    lines.extend(dict.fromkeys(told))  # what two mentions share is told once
    if analysis.background:
        lines.append("Not counted, because it is only recalled:")
        lines.extend(f"  - {_recalled(mention, title)}." for mention in analysis.background)
    return "\n".join(lines)


def _decision(analysis: Analysis) -> str:
    if analysis.decision is Decision.EVENT:
        kinds = " and ".join(prose.KINDS[kind] for kind in analysis.kinds)
        return f"Its news is {kinds}: {analysis.reason}."
    if analysis.decision is Decision.RELATED:
        return f"It is related but no event: {analysis.reason}."
    return f"It is not ours: {analysis.reason}."


def _mention(mention: Mention, title: str | None) -> Iterator[str]:
    """Tell one mention, a fact a line, each with the words that show it."""

    def shown(field: str) -> str:
        return prose.shown(prose.row_of(mention.evidence, field), title)

    row = prose.row_of(mention.evidence, "kind")
    if mention.kind is not Kind.RELATED:
        yield f"It tells of {prose.news_of(mention)}{_meant(row)}{shown('kind')}."
    elif row is not None:
        yield f"It comes near our topic{_meant(row)}{shown('kind')}."
    if mention.event_date:
        yield f"  {prose.dated(mention, title)}."
    for field, told in _facts(mention).items():
        for index, sentence in enumerate(told):
            yield f"  {sentence}{shown(f'{field}[{index}]')}."
    if mention.attribution:
        yield f"  {_source(mention)}{shown('root')}."


def _facts(mention: Mention) -> dict[str, list[str]]:
    """Return the sentences of each field that holds several facts."""
    return {
        "counts": [prose.figure(count) for count in mention.counts],
        "people": [prose.fate(person) for person in mention.people],
        "negotiators": [f"{name} talks or acts" for name in mention.negotiators],
        "mediators": [f"{prose.capital(prose.country(code))} stands in between" for code in mention.mediators],
        "transit": [f"They were taken to {prose.country(code)}" for code in mention.transit],
        "concessions": [f"For Minsk: {prose.favour(concession)}" for concession in mention.concessions],
    }


def _meant(row: Evidence | None) -> str:
    return f", as {rule_words(row.rule)}" if row else ""


def _source(mention: Mention) -> str:
    """Return who tells it, on whose word, and whose word it counts as."""
    first, *others = mention.attribution
    told = f"{first} tells it{f' on the word of {others[0]}' if others else ''}"
    if len(others) > 1:
        told += f", and that of {' and '.join(others[1:])}"
    if not others or mention.root is None:
        return told
    return f"{told}; as a source it counts as {mention.root}"


def _recalled(mention: Mention, title: str | None) -> str:
    """Tell what is recalled, with the words of its number, else of its kind."""
    rows = sorted(mention.evidence, key=lambda row: (not row.field.startswith("counts"), row.field != "kind"))
    return f"{prose.recalled(mention)}{prose.shown(next(iter(rows), None), title)}"


def _matching(view: ArticleView, events: Sequence[EventView], considered: Sequence[Considered]) -> Iterator[str]:
    known = {event.id: event for event in events}
    yield from joined(view, considered)
    for number in dict.fromkeys(match.event for match in view.matches if match.kind != Kind.RELATED):
        if number in known:
            yield f"Event {number} stands at: {_state(known[number].facts)}."
    if not view.matches:
        yield "So it made no event and can cause no alert."


def explain_event(
    view: EventView,
    changes: Sequence[ChangeView],
    words: Sequence[Said] = (),
    considered: Sequence[Considered] = (),
) -> str:
    """Return what an event rests on: its state, its figures with who gives them, its sources, and its history.

    `words` are what people said of it, `considered` the events that are near and not the same (`explain_neighbours`).
    """
    facts = view.facts
    when = prose.day(facts.event_date, facts.date_precision) if facts.event_date else "without a date"
    lines = [f"Event {view.id}: {prose.KINDS[facts.kind]}, {when}. It stands at: {_state(facts)}."]
    if facts.same_as is not None:
        lines.append(f"It is part of event {facts.same_as} now.")
    lines.extend(f"  {prose.figure(count)}, according to {_givers(count)}." for count in facts.counts)
    lines.extend(
        f"  Sources disagree on {_disputed(c)}: {c.lowest} to {c.highest} ({', '.join(c.sources)})."
        for c in facts.conflicts
    )
    lines.extend(f"  {prose.fate(person)}." for person in facts.people)
    lines.extend(f"  For Minsk: {prose.favour(concession)}." for concession in facts.concessions)
    lines.append(f"{len(view.articles)} article{'s' if len(view.articles) != 1 else ''}, {_independent(facts)}:")
    lines.extend(f"  {_article(article)}" for article in view.articles)
    lines.append("History:")
    lines.extend(f"  {line}" for line in history(view.id, changes, words))
    lines.extend(map(neighbour, considered))
    if view.related:
        lines.append("Related events: " + ", ".join(str(number) for number in view.related) + ".")
    return "\n".join(lines)


def _disputed(conflict: Conflict) -> str:
    """Return what a conflict is about: its field is a role, or a role and a nationality ("subset.PL")."""
    role, _, nation = conflict.field.partition(".")
    return f"how many {f'from {prose.country(nation)} ' if nation else ''}{prose.counted(CountRole(role))}"


def _state(facts: EventFacts) -> str:
    return f"{facts.status}, {_independent(facts)}"


def _independent(facts: EventFacts) -> str:
    if not facts.roots:
        return "no source named"
    plural = "s" if len(facts.roots) >= _TOLD_BY_BOTH else ""
    return f"{len(facts.roots)} independent source{plural} ({', '.join(facts.roots)})"


def _givers(count: EventCount) -> str:
    return (
        ", ".join(dict.fromkeys(source.outlet or f"article {source.article}" for source in count.sources))
        or "nobody named"
    )


def _article(article: EventArticle) -> str:
    when = f"{article.published:%Y-%m-%d %H:%M}" if article.published else "no date"
    return f"a{article.id} {article.outlet or 'unknown outlet'} ({article.language or '?'}, {when}, {article.role}): {article.title or article.url}"
