"""What a second opinion may change. Pure.

It may take a thin negotiation back, and it may lift what the rules left lying: to `related`, or to a negotiation that
is only possible and holds the rules' own facts. It invents nothing, and a completed release is out of its reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from db.facts import Analysis, Count, CountRole, Decision, Evidence, Kind, Mention, Modality, Polarity, Precision
from events.attribution import find_attribution
from events.document import Document
from events.lexicon import languages, lexicon_for
from events.marks import mark_sentences

RULE = "adjudicator"
_QUOTED = 300  # of a first line that is no title
_OF_SOURCES = ("attribution", "root")
_BARE = Mention(Kind.RELATED, Modality.COMPLETED, Polarity.POSITIVE, "")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model thinks of an article, checked: kinds only with an event, `why` clean, on one line, capped."""

    model: str
    decision: Decision
    kinds: tuple[Kind, ...]
    why: str

    @property
    def rule(self) -> str:
        """Its name as a rule of evidence."""
        return f"{RULE}.{self.model}"


def with_opinion(analysis: Analysis, opinion: Opinion, document: Document) -> Analysis:
    """Return the analysis as it stands after a second opinion: changed or confirmed, the opinion named in it.

    An analysis with a release is returned as it is: that is the hard rule, and it comes first.
    """
    if Kind.RELEASE in analysis.kinds or any(mention.kind is Kind.RELEASE for mention in analysis.mentions):
        return analysis
    row = _row(opinion, document)
    if analysis.decision is Decision.EVENT:
        return _on_negotiation(analysis, opinion, row)
    if opinion.decision is Decision.EVENT:
        return _lifted(analysis, opinion, row, document)
    if (analysis.decision, opinion.decision) == (Decision.NONE, Decision.RELATED):
        return _changed(analysis, opinion, Decision.RELATED, (_related(_told(analysis, document), row),))
    return _kept(analysis, opinion, row)


def _on_negotiation(analysis: Analysis, opinion: Opinion, row: Evidence) -> Analysis:
    if opinion.decision is Decision.EVENT:
        return _kept(analysis, opinion, row)
    if opinion.decision is Decision.NONE:
        return _changed(analysis, opinion, Decision.NONE, ())
    return _changed(analysis, opinion, Decision.RELATED, tuple(_related(told, row) for told in analysis.mentions[:1]))


def _kept(analysis: Analysis, opinion: Opinion, row: Evidence) -> Analysis:
    """Return the rules' decision, with what the second opinion says of it."""
    is_agreed = analysis.decision is opinion.decision and set(analysis.kinds) <= set(opinion.kinds)
    says = "agrees" if is_agreed else f"says {_said(opinion)}, which is not enough to change it"
    return replace(
        analysis,
        reason=f"{analysis.reason}; a second opinion ({opinion.model}) {says}: “{opinion.why}”",
        mentions=tuple(replace(told, evidence=(*told.evidence, row)) for told in analysis.mentions),
    )


def _changed(
    analysis: Analysis,
    opinion: Opinion,
    decision: Decision,
    mentions: tuple[Mention, ...],
    kinds: tuple[Kind, ...] = (),
) -> Analysis:
    reason = (
        f"a second opinion ({opinion.model}) says {_said(opinion)}: “{opinion.why}”; "
        f"the rules alone say {analysis.decision}: {analysis.reason}"
    )
    return replace(analysis, decision=decision, kinds=kinds, reason=reason, mentions=mentions)


def _said(opinion: Opinion) -> str:
    return f"{opinion.decision} ({' and '.join(opinion.kinds)})" if opinion.kinds else opinion.decision


def _lifted(analysis: Analysis, opinion: Opinion, row: Evidence, document: Document) -> Analysis:
    """Return a negotiation that is only possible, also where the opinion is that people were freed (rule 1)."""
    known = _related(_told(analysis, document), row)
    day = document.publication_day
    dated = (replace(row, field="event_date", rule="any.date.published"),) if day else ()
    mention = replace(
        known,
        kind=Kind.NEGOTIATION,
        modality=Modality.POSSIBLE,
        event_date=day,
        date_precision=Precision.DAY if day else None,
        evidence=(*known.evidence, *dated),
    )
    return _changed(analysis, opinion, Decision.EVENT, (mention,), (Kind.NEGOTIATION,))


def _told(analysis: Analysis, document: Document) -> Mention:
    """Return the rules' own mention; where they made none, at least who says what the article says."""
    if analysis.mentions or analysis.language not in languages():
        return next(iter(analysis.mentions), _BARE)
    lexicon = lexicon_for(analysis.language, document.full_text)
    sources = find_attribution(document, mark_sentences(document, lexicon), lexicon)
    return replace(_BARE, attribution=sources.chain, root=sources.root, evidence=sources.evidence)


def _related(told: Mention, row: Evidence) -> Mention:
    """Return what stays of a mention whatever its kind: how many are held, and who says so."""
    held = [(number, count) for number, count in enumerate(told.counts) if _is_held(count)]
    rows = [replace(row, field=f"counts[{new}]") for new, (old, _) in enumerate(held) for row in _rows(told, old)]
    sources = [row for row in told.evidence if row.field in _OF_SOURCES]
    return replace(
        _BARE,
        counts=tuple(count for _, count in held),
        attribution=told.attribution,
        root=told.root,
        evidence=(row, *rows, *sources),
    )


def _rows(told: Mention, number: int) -> Iterator[Evidence]:
    return (row for row in told.evidence if row.field == f"counts[{number}]")


def _is_held(count: Count) -> bool:
    return count.role is CountRole.HELD and not count.background


def _row(opinion: Opinion, document: Document) -> Evidence:
    """Return the evidence that names the opinion: the title, or the first line, is what it is about."""
    text = document.full_text
    end = len(document.title) if document.title else min(len(text.partition("\n")[0]), _QUOTED)
    return Evidence("kind", opinion.rule, 0, end, text[:end])
