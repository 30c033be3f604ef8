"""What makes an article none of ours, whatever else it tells: no Belarus, a war, criminals, another jailer (domain.md §1)."""

from __future__ import annotations

from events.frame import has_outside, is_of_minsk, names_belarusians_only
from events.marks import MarkedSentence
from events.sentences import Zone

NOT_OURS = "no Belarus, and nobody known from its jails, in title and lead"
AMNESTY = "an amnesty that leaves political prisoners out"
OF_CRIMINALS = "an amnesty, and nobody told of who is in prison for politics"
OF_WAR = "prisoners of war"
OTHER_JAILER = "another country is the jailer"
OTHER_NEWS = "its title tells of something else"
_OF_POLITICS = ("political", "political_adjective", "pardon_done", "exit_done")
_BESIDE = 5  # from "sentenced" to "in Belarus"


def reason_against(marked: tuple[MarkedSentence, ...], head: list[MarkedSentence], *, is_home: bool) -> str | None:
    """Return why an article is not about Belarusian jails, or None."""
    if not _is_anchored(marked, head, is_home=is_home):
        return NOT_OURS
    is_amnesty = any(sentence.has("amnesty") for sentence in head) and any(map(_leaves_out, marked))
    is_amnesty = is_amnesty or any(sentence.has("amnesty") and sentence.has("exempt") for sentence in head)
    if is_amnesty and not any(s.has("political") and not _leaves_out(s) for s in head):
        return AMNESTY
    if _is_of_courts(head):
        return OTHER_NEWS
    if _is_of_criminals(marked, head):
        return OF_CRIMINALS
    if any(map(_is_of_war, head)) and not any(_is_of_jails(sentence) for sentence in head):
        return OF_WAR
    return OTHER_JAILER if _is_of_another(head) else None


def _is_of_another(head: list[MarkedSentence]) -> bool:
    """Whether another country is the jailer, or its head of state the one who pardons."""
    is_named = any(sentence.has("other_jailer") for sentence in head) and not _is_minsk_acting(head)
    return is_named or _pardons_abroad(head)


def _pardons_abroad(head: list[MarkedSentence]) -> bool:
    """Whether another head of state pardons, in title and lead that name no ruler of Minsk."""
    if any("ruler" in sentence.roles() for sentence in head) or any(sentence.has("political") for sentence in head):
        return False
    return any(map(_is_pardon_abroad, head))


def _is_pardon_abroad(sentence: MarkedSentence) -> bool:
    """Whether another head of state pardons or signs a pardon, and Belarus is told of by its people at most."""
    is_pardon = sentence.has("pardon_done") or (sentence.has("signed") and sentence.has("pardon_noun"))
    is_ours = sentence.has("belarus") and not names_belarusians_only(sentence)
    return is_pardon and "leader" in sentence.roles() and not is_ours


def _is_of_criminals(marked: tuple[MarkedSentence, ...], head: list[MarkedSentence]) -> bool:
    """Whether title and lead tell of an amnesty, and nothing of politics, of a pardon, or of somebody outside."""
    if not any(sentence.has("amnesty") for sentence in head) or any(sentence.has("refusal") for sentence in head):
        return False
    is_ours = any(s.has(*_OF_POLITICS) or s.roles() & {"prisoner", "counter"} for s in marked)
    return not is_ours and not any(has_outside(sentence) for sentence in head)


def _leaves_out(sentence: MarkedSentence) -> bool:
    return sentence.has("political") and sentence.has("exempt")


def _is_of_war(sentence: MarkedSentence) -> bool:
    """Whether a sentence tells of prisoners of war, and does not say that this is not about them."""
    return sentence.has("pow") and not sentence.has("negation_before")


def _is_of_jails(sentence: MarkedSentence) -> bool:
    """Whether a sentence tells of political prisoners, one by name, a pardon, the ruler, or people in Belarusian prisons."""
    in_prison = sentence.has("custody", "into_custody") and sentence.has("belarus") and not sentence.has("pow")
    jailed = [end for _, end in sentence.hits.get("prisoner", ())]  # "sentenced in Belarus"
    in_prison = in_prison or any(0 <= s - end <= _BESIDE for s, _ in sentence.hits.get("belarus", ()) for end in jailed)
    is_told = sentence.has("political", "pardon_done") or bool(sentence.roles() & {"ruler", "prisoner"})
    return is_told or in_prison


def _is_anchored(marked: tuple[MarkedSentence, ...], head: list[MarkedSentence], *, is_home: bool) -> bool:
    if any(is_of_minsk(sentence) for sentence in head):
        return True
    named = sum(sentence.has("belarus") for sentence in marked)
    is_political = any(sentence.has("political") for sentence in head)
    if is_home and is_political and not any(sentence.has("other_jailer") for sentence in head):
        return True
    if is_home and any("envoy" in s.roles() for s in head) and any(s.has("freed", "prisoner") for s in head):
        return True
    return (named > 0 and is_political) or (named > 1 and any(sentence.has("prisoner") for sentence in head))


def _is_minsk_acting(head: list[MarkedSentence]) -> bool:
    """Whether Belarus stands with prisoners or relief in a sentence of its own right; the title says whose news it is."""
    title = [sentence for sentence in head if sentence.sentence.zone is Zone.TITLE]
    if any(sentence.has("other_jailer") for sentence in title) and not any(sentence.is_ours() for sentence in title):
        return False
    if any("ruler" in s.roles() and has_outside(s) and s.has("meeting", "talks") for s in title):
        return True
    return any(
        sentence.is_ours()
        and (sentence.has("political") or not names_belarusians_only(sentence))
        and (sentence.has("political", "prisoner", "pardon_done", "relief") or sentence.roles() & {"envoy", "prisoner"})
        for sentence in head
    )


def _is_of_courts(head: list[MarkedSentence]) -> bool:
    """Whether the title tells of a release that is none of ours (on parole, on bail), and no head of it of Minsk's jails."""
    title = [sentence for sentence in head if sentence.sentence.zone is Zone.TITLE]
    is_told = any(s.has("political", "pardon_done") or s.roles() & {"ruler", "prisoner"} for s in head)
    return any(s.has("other_release") and not s.has("discuss") for s in title) and not is_told
