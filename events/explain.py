"""Explanations that read like sentences: why an article fired, merged or stayed silent; what an event rests on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from db.facts import (
    Analysis,
    Conflict,
    Count,
    CountRole,
    Decision,
    EventCount,
    EventFacts,
    Evidence,
    Kind,
    Mention,
    Qualifier,
    from_json,
)
from db.views import ArticleView, ChangeView, EventArticle, EventView

_ROLES = {
    CountRole.RELEASED: "released",
    CountRole.PARDONED: "pardoned",
    CountRole.POLITICAL: "of them political prisoners",
    CountRole.LEFT_COUNTRY: "left the country",
    CountRole.SUBSET: "among them",
    CountRole.HELD: "still held",
    CountRole.PLANNED: "to be released",
    CountRole.DEMANDED: "whose release is wanted",
    CountRole.CUMULATIVE: "in total over time",
    CountRole.NEWLY_RECOGNISED: "newly recognised as political prisoners",
}
_QUALIFIERS = {
    Qualifier.AT_LEAST: "at least ",
    Qualifier.OVER: "over ",
    Qualifier.ABOUT: "about ",
    Qualifier.UP_TO: "up to ",
    Qualifier.EXACT: "",
    Qualifier.VAGUE: "",
}
_KINDS = {
    Kind.RELEASE: "a release",
    Kind.NEGOTIATION: "a negotiation",
    Kind.RELATED: "news related to political prisoners",
}
_QUOTE_LENGTH = 160
_TOLD_BY_BOTH = 2


def explain_article(view: ArticleView, events: Sequence[EventView]) -> str:
    """Return why an article fired, merged or stayed silent. An article not read yet, or unreadable, says so."""
    lines = [f"{_name(view)}"]
    if view.analysis is None:
        lines.append(f"It could not be read: {view.read_error}." if view.read_error else "It has not been read yet.")
        return "\n".join(lines)
    lines.append(explain_analysis(from_json(Analysis, view.analysis)))
    lines.extend(_matching(view, events))
    return "\n".join(lines)


def _name(view: ArticleView) -> str:
    told = f"Article {view.id}" if view.id else "This text"
    outlet = f" by {view.outlet}" if view.outlet else ""
    published = f", published {view.published:%Y-%m-%d %H:%M} UTC" if view.published else ", without a date"
    return f"{told}{outlet}{published}: {view.title or view.url}"


def explain_analysis(analysis: Analysis) -> str:
    """Return what was understood and by which words."""
    lines = [f"Language: {analysis.language or 'none of ours'}. {_decision(analysis)}"]
    for mention in analysis.mentions:
        lines.extend(_mention(mention))
    if analysis.background:
        lines.append("What it only recalls (background: never an event, never an alert):")
        lines.extend(f"  - {_recalled(mention)}" for mention in analysis.background)
    return "\n".join(lines)


def _decision(analysis: Analysis) -> str:
    if analysis.decision is Decision.EVENT:
        kinds = " and ".join(_KINDS[kind] for kind in analysis.kinds)
        return f"Its news is {kinds}, because: {analysis.reason}."
    if analysis.decision is Decision.RELATED:
        return f"It is related but no event: {analysis.reason}."
    return f"It is not ours: {analysis.reason}."


def _mention(mention: Mention) -> Iterator[str]:
    """Tell one mention, a fact a line, each with the words that show it."""
    if mention.kind is not Kind.RELATED:
        tone = ", told as refused or denied" if mention.polarity == "negative" else ""
        yield f"It tells of {_KINDS[mention.kind]} ({_words(mention.modality)}{tone}){_because(mention.evidence, 'kind')}."
    if mention.event_date:
        rule = next((row.rule for row in mention.evidence if row.field == "event_date"), "")
        how = (
            "the day of publication, as the text tells no other"
            if rule.startswith("any.")
            else f"told by the text{_because(mention.evidence, 'event_date')}"
        )
        yield f"  When: {mention.event_date} ({how})."
    for index, count in enumerate(mention.counts):
        yield f"  {_count(count)}{_because(mention.evidence, f'counts[{index}]')}."
    for index, person in enumerate(mention.people):
        yield f"  {person.name}: {_words(person.outcome)}{_because(mention.evidence, f'people[{index}]')}."
    if mention.negotiators:
        yield f"  Who talks or acts: {', '.join(mention.negotiators)}."
    if mention.mediators or mention.transit:
        yield f"  In between: {', '.join((*mention.mediators, *mention.transit))}."
    for index, concession in enumerate(mention.concessions):
        giver = f" by {concession.giver}" if concession.giver else ""
        yield f"  For Minsk: {_words(concession.object)}, {_words(concession.step)}{giver}{_because(mention.evidence, f'concessions[{index}]')}."
    if mention.attribution:
        yield f"  Who says so: {' → '.join(mention.attribution)}; the source it counts as is {mention.root}."


def _because(evidence: Iterable[Evidence], field: str) -> str:
    row = next((row for row in evidence if row.field == field), None)
    return f", by the words “{' '.join(row.quote.split())[:_QUOTE_LENGTH]}”" if row else ""


def _count(count: Count | EventCount) -> str:
    number = str(count.value) if count.value is not None else "an unstated number"
    if count.value_max is not None:
        number = f"{count.value} to {count.value_max}"
    whole = f" of {count.of_count}" if count.of_count else ""
    nation = f" ({count.nationality})" if count.nationality else ""
    by = f", counted by {count.counter}" if count.counter else ""
    as_of = f", as of {count.as_of}" if count.as_of else ""
    if count.value is None and count.of_count and count.qualifier is Qualifier.VAGUE:
        number, whole = "most or some", f" of {count.of_count}"
    told = f"{_QUALIFIERS[count.qualifier]}{number}{whole}{nation} {_ROLES[count.role]}{by}{as_of}"
    return told[0].upper() + told[1:]


def _recalled(mention: Mention) -> str:
    when = f"{mention.event_date} ({mention.date_precision}): " if mention.event_date else ""
    counts = "; ".join(_count(count) for count in mention.counts)
    rows = sorted(mention.evidence, key=lambda row: (not row.field.startswith("counts"), row.field != "kind"))
    words = next((row.quote for row in rows), "")
    return f"{when}{counts or 'no number'}, “{' '.join(words.split())[:_QUOTE_LENGTH]}”"


def _matching(view: ArticleView, events: Sequence[EventView]) -> Iterator[str]:
    known = {event.id: event for event in events}
    for match in view.matches:
        reasons = "; ".join(match.reasons)
        if match.event is None:
            yield f"Its {match.kind} mention belongs to no event: {reasons}."
        elif match.role == "first":
            yield f"It was the first to tell of event {match.event}; nothing earlier fitted: {reasons}."
        else:
            yield f"It joined event {match.event} as a {match.role}, because: {reasons}{_scored(match.score)}."
    for number in dict.fromkeys(match.event for match in view.matches if match.kind != Kind.RELATED):
        if number in known:
            yield f"Event {number} stands at: {_state(known[number].facts)}."
    if not view.matches:
        yield "So it made no event and can cause no alert."


def _scored(score: float) -> str:
    return f" (score {score:g}, 3 needed)" if score else ""


def explain_event(view: EventView, changes: Sequence[ChangeView]) -> str:
    """Return what an event rests on: its state, its figures with who gives them, its sources, and its history."""
    facts = view.facts
    lines = [
        f"Event {view.id}: {_KINDS[facts.kind]}, {facts.event_date or 'without a date'}. It stands at: {_state(facts)}."
    ]
    lines.extend(f"  {_count(count)}, according to {_givers(count)}." for count in facts.counts)
    lines.extend(
        f"  Sources disagree on {_disputed(c)}: {c.lowest} to {c.highest} ({', '.join(c.sources)})."
        for c in facts.conflicts
    )
    lines.extend(f"  {person.name}: {_words(person.outcome)}." for person in facts.people)
    if facts.concessions:
        lines.append(
            "  For Minsk: " + ", ".join(f"{_words(c.object)} ({_words(c.step)})" for c in facts.concessions) + "."
        )
    lines.append(f"{len(view.articles)} article{'s' if len(view.articles) != 1 else ''}, {_independent(facts)}:")
    lines.extend(f"  {_article(article)}" for article in view.articles)
    lines.append("History:")
    lines.extend(
        f"  revision {change.revision}, {change.at:%Y-%m-%d %H:%M} UTC: {_change(change)}" for change in changes
    )
    if view.related:
        lines.append("Related events: " + ", ".join(str(number) for number in view.related) + ".")
    return "\n".join(lines)


def _words(code: str) -> str:
    return code.replace("_", " ")


def _disputed(conflict: Conflict) -> str:
    """Return what a conflict is about: its field is a role, or a role and a nationality ("subset.PL")."""
    role, _, nation = conflict.field.partition(".")
    return f"how many {_ROLES[CountRole(role)]}{f' ({nation})' if nation else ''}"


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


def _change(change: ChangeView) -> str:
    weight = (
        "a major change" if change.change.is_major else "worth an update" if change.change.is_material else "no news"
    )
    by = f", by article {change.article}" if change.article else ""
    return f"{change.change.reason} ({weight}){by}"
