"""What the rules of evidence mean in words: one table for explanations and for the page of an article. Pure.

A rule is named `<language>.<family>.<name>`; its words are those of every language. A second opinion names itself
`adjudicator.<model>`, and `any.` begins the rules that look at no word of the text.
"""

from __future__ import annotations

from collections.abc import Mapping

_RULES: Mapping[str, str] = {
    # what the news is
    "release.completed": "people are freed",
    "release.walked_free": "people leave prison or walk free",
    "release.pardoned": "people are pardoned",
    "release.handed_over": "people are handed over, deported or expelled",
    "release.arrived": "freed people arrive or cross the border",
    "release.brought_out": "prisoners are brought out",
    "release.no_longer": "somebody is no longer in prison",
    "release.grown": "the number of the freed has grown",
    "release.recalled": "a release that only dates something else",
    "release.decree": "a decree of pardon is signed",
    "plan.announced": "a release is announced",
    "plan.planned": "a release is planned or offered",
    "plan.possible": "a release is called possible",
    "plan.under_discussion": "a release is talked about",
    "plan.demanded": "a release is wanted by those who talk",
    "plan.future": "people are to be freed",
    "plan.they": "somebody is to be freed, and the sentence does not say who",
    "plan.unreal": "a release is only imagined, wished or ruled out",
    "plan.exchange": "prisoners are weighed against something",
    "plan.offered": "prisoners are offered",
    "refusal.refused": "somebody refuses to free people or to talk",
    "refusal.denied": "a release, talks or an exchange are denied",
    "demand.release": "those who can give something demand a release",
    "talks.about": "prisoners or sanctions are talked about",
    "talks.met": "those who talk with Minsk meet or speak",
    "talks.in_minsk": "an envoy is in Minsk about prisoners",
    "talks.appointed": "an envoy to Minsk is named",
    "talks.swap": "people are given for people",
    "concession.completed": "Minsk has been given relief",
    "concession.announced": "relief for Minsk is announced",
    "concession.planned": "relief for Minsk is planned",
    "concession.possible": "relief for Minsk is called possible",
    "concession.discussed": "relief for Minsk is talked about",
    "concession.under_discussion": "relief for Minsk is talked about",
    "concession.demanded": "relief for Minsk is wanted",
    "concession.denied": "relief for Minsk is denied",
    "concession.recalled": "relief for Minsk that is only recalled",
    "concession.legally_effective": "relief for Minsk is in force",
    "topic.prisoners": "prisoners are what it is about",
    "topic.comment": "it is an interview, an opinion or a memoir",
    "topic.arrest": "it is about arrests, trials or deaths in prison",
    # numbers
    "count.released": "a number of people freed",
    "count.pardoned": "a number of people pardoned",
    "count.political": "how many of them are political prisoners",
    "count.left_country": "a number of people who left the country",
    "count.left": "a number of people who left the country, told beside the whole",
    "count.others_stayed": "a number of people who left the country, while the others stayed",
    "count.others": "a number of others beside those who are named",
    "count.out": "of the pardoned, how many are free already",
    "count.all": "so many are to be freed as are held",
    "count.subset": "a part of those counted before",
    "count.held": "a number of people still held",
    "count.planned": "a number of people to be freed",
    "count.further": "a number of more people to be freed",
    "count.both": "those still in, told of in what is wanted or planned for them",
    "count.demanded": "a number of people whose release is wanted",
    "count.cumulative": "a total over time",
    "count.newly_recognised": "a number of people newly recognised as political prisoners",
    "count.nationality": "the part of one nation, from a list",
    "count.one": "one person, told by nation where people are freed",
    "count.named": "those who are named, counted one by one",
    "count.part": "a part and its whole, told together",
    "count.most_of": "most or some of a whole",
    # who, where, when, by whose word
    "people.freed": "a known prisoner, named where people are freed",
    "people.listed": "a name in a list of the freed, or beside a word such as “journalist”",
    "people.together": "a known prisoner, named together with the freed",
    "people.alone": "the one name beside a release from prison, in title or lead",
    "people.titled": "the one known prisoner in the title of a release",
    "people.refused_to_leave": "a known prisoner, told to have refused to leave the country",
    "people.not_included": "a known prisoner, told not to be among the freed",
    "negotiator.acts": "the ruler or his people, who talk, free, pardon or refuse",
    "negotiator.office": "a ruler or leader, told by his office or by who speaks for him",
    "negotiator.talks": "an envoy, leader or official who talks",
    "mediator.named": "a state named beside a word of mediation",
    "transit.arrival": "a country named where the freed arrive",
    "date.told": "a day told beside what happened",
    "date.published": "the day of publication, since the text tells no other",
    "attribution.source": "an outlet or a speaker that is named as the source",
    "attribution.root": "the source that the whole report rests on",
}
_OPINION = "adjudicator"


def rule_words(rule: str) -> str:
    """Return what a rule means. One that has no words here is told by its name, made readable."""
    language, _, name = rule.partition(".")
    if language == _OPINION:
        return f"the model {name} was asked for a second opinion"
    return _RULES.get(name) or name.replace(".", ", ").replace("_", " ") or rule


def has_words(rule: str) -> bool:
    """Whether a rule is told in words of its own."""
    language, _, name = rule.partition(".")
    return language == _OPINION or name in _RULES
