"""What an article lacked to be news that alerts, by the reason of its decision. Pure."""

from __future__ import annotations

from db.facts import Analysis, Decision, Kind
from events import prose
from events.blockers import AMNESTY, NOT_OURS, OF_WAR, OTHER_JAILER, OTHER_NEWS
from events.classify import APPEAL
from events.lexicon import languages

_NEWS = "a completed release or of talks with Minsk"
_LACKING = {
    NOT_OURS: "its title or lead named Belarus, or somebody known from its jails, and told of a release or of talks",
    AMNESTY: "the amnesty freed political prisoners, too",
    OF_WAR: "it told of political prisoners in Belarus, not of prisoners of war",
    OTHER_JAILER: "Belarus were the one that frees, not another country",
    OTHER_NEWS: f"its title told of {_NEWS} as its news",
    APPEAL: "those who can give something for it told of it, not those who appeal to them",
}


def lacking(analysis: Analysis) -> str | None:
    """Return what would have made a text news, as a clause behind "if"; None where it is news."""
    if analysis.decision is Decision.EVENT:
        return None
    if analysis.language is None:
        return f"it were in a language that is read here ({', '.join(sorted(map(prose.tongue, languages())))})"
    if f"the rules alone say {Decision.EVENT}" in analysis.reason:
        return "the second opinion had not overruled the rules"
    found = (clause for reason, clause in _LACKING.items() if reason in analysis.reason)
    return next(found, f"it told of {_NEWS} in its title or lead{_recalled(analysis)}")


def _recalled(analysis: Analysis) -> str:
    is_recalled = any(mention.kind is Kind.RELEASE for mention in analysis.background)
    return " (the release it tells of is only recalled)" if is_recalled else ""
