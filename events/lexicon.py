"""The lexicon: words of one language as data (`lexicon/<lang>.toml`), and names in all (`entities.toml`).

Written in the phrases of `events.phrases`. Every language has every concept; one that a language needs no words for is
an empty list. Concepts:
  anchors   belarus (the country, its towns and prisons, its ruler), us, eu, states (several together, their
            ministers), and the jailers that are not ours
            (other_jailer, pow: soldiers captured in war and their exchange; captor: pirates, gunmen, who are no state;
            fiction: films, books, software)
  who       prisoner (whoever is or was locked up), political (that makes it political: political prisoners, prisoners of
            conscience, "extremists"), political_adjective, person (any noun for people), foreigner, citizen
            (citizens, nationals), freed (words for people who are out already, as attribute or noun: "the freed
            prisoners", "former prisoner"; where it covers a longer stretch than a verb of release, it is no news),
            office (what somebody is dismissed from, or who is: ministers, coaches), a_citizen ("a citizen": one person), own_citizens, own_citizen ("its citizens"),
            press_service (of Lukashenko: it is the source, whoever prints its words)
  release   completed, as finite verbs, passives, headline participles: release_done (freed, released: needs somebody
            locked up beside it), exit_done (walked free, left prison, is out: needs nobody), at_large ("free", of somebody named
            right before it), pardon_done (pardoned,
            signed a decree of pardon), handover (deported, expelled, handed over), arrival (crossed the border,
            arrived abroad), moved (brought, driven, flown, came home, landed, were met: a release only beside custody
            or prisoners), let_out (the same as release_done beside prisoners; of software and films otherwise);
            custody (prison, colony, cell, behind bars), into_custody (to prison: no release);
            happened (behind a noun: "the release came"),
            release_future (will free, is to be freed), release_infinitive, release_noun, pardon_noun,
            no_longer ("no longer in prison"), other_release (on bail, after questioning: none of ours)
  mood      possible, plan, announce, offer, want, demand, refusal, denial
            unreal_before (modals, futures, conditions up to three words before a verb, undo it), unreal_after (right
            behind it: "freigelassen werden"), unreal_clause (anywhere in its clause), negation_before,
            after ("after", "thanked for": the clause dates or explains; as_what, of the same words, does not), after_that
            ("po tym", before its ", jak"), relative ("who": opens a clause),
            then ("at that time": goes on about what was recalled before it)
  talks     discuss, talks, meeting (met, received, visited, phoned), delegation, deal, mediation, appointment (of an
            envoy)
  relief    relief (an act that eases sanctions, whole expression), relief_done, legal (takes effect, licence issued),
            sanctions, exchange (in exchange for), sanctions_kept (prolonged), sport (bans of athletes are no sanctions
            of ours); its objects potash, belavia, banks, finance_ministry, embassy, aircraft (planes: those themselves,
            not their parts); ministry (of finance, of
            whatever state), raised (a subject was brought up, a wish uttered), not_covered (relief is none for these),
            for_nothing ("nothing was given in return": no bargain),
            swap (people given for people, a price named as such: a bargain beside a release), border_opened (by a
            neighbour of Belarus, the same in title and lead)
  figures   held (they are still in), in_all (a total follows), of_them (a part follows or went before), among (a part follows), not_among, amnesty, exempt (an amnesty leaves them out), rise ("has risen to"), whole
            ("most of"), pardoned ("the 30 pardoned"), remaining ("the other five"), all_of ("all 902"), considers ("he will think about it"), further ("another 50"), with_him (beside somebody freed), with_one (beside one told of before), together ("with" before others), entry (names on a list), they_are (behind a number without noun: "eleven are women")
  topic     arrest (arrests, trials, sentences, deaths in prison), comment (interview, opinion, memoir, "why"),
            appeal (rallies, relatives who ask)
  names     administration ("the Trump administration"), genitive (a mark of its own, as in "Trump's envoy")
Numbers: what is vague, percent, units (measures and things: their numbers count nobody), both (of two told of), part_of ("17 of 20"); each
and each_after make a number distributive from before and from behind ("по двоє", "two each"); range_words join a
range, and_words only behind "between" (qualifiers.range).
Qualifiers stand right before a number; another is what may stand between.
Dates: month_prefix before a month that stands for itself ("in June"), month_alone (forms that do so without one),
early (right before a month, of its first days), month_ahead (before a month to come, where something is hoped for: "by June"), day_follows (forms behind which the day
stands: "rugsėjo 11", "September 11"), today, yesterday, tomorrow, next and last (right before a weekday),
last_year (beside a month), eve_of.
Acts: who asks, orders and bargains, and who is only named (told of in `events.negotiators`).
Attribution: cites ("citing"), says (verbs and prepositions that name a speaker or outlet), counted_by, unnamed.
Zones: recap (begins a sentence that only recalls), old (dates a recalled thing), that_day (the day of the sentence
before), cumulative (totals over time), read_also, caption, digest (begins what tells several pieces of news).
Joined: words between which a comma parts no clause ("после того, как");
Abbreviations: words whose full stop ends no sentence; ordinal_stops where "11." is an ordinal.
Spelling: `replace` folds old and new spellings into one, `latin` writes a Latin script in Cyrillic letters (pairs of a
regular expression for single words, and letters; applied in order to texts and phrases alike).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from string import ascii_lowercase
from typing import Any

from events.book import PhraseBook
from events.phrases import Phrase, read_phrases
from events.tokens import Token, as_written, tokens_of, words_of

OBJECTS = ("potash", "belavia", "banks", "finance_ministry", "embassy", "aircraft")
_OURS = frozenset({"ruler", "prisoner", "opposition", "counter"})
_ZONES = ("recap", "read_also", "caption", "digest")  # that a sentence or paragraph is put in by its words
# Sections of a language's file whose phrases are found under "<prefix>/<key>"; concepts go by their bare names.
_SECTIONS = {
    "zones": "zone",
    "attribution": "attribution",
    "qualifiers": "qualifier",
    "dates": "date",
    "months": "month",
    "weekdays": "weekday",
    "acts": "acts",
}
_SPELLED_WORDS = 20_000
_OPENING = 300  # characters that name Belarus in nearly all texts that do
_SAMPLE = 2_000  # characters that show the script
_LATIN = re.compile(r"[a-zà-ž]")
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, body or outlet under its canonical name; `party` is the side (ISO code) it acts for.

    `speaks_for` is whose word a press service or spokesperson passes on.
    """

    name: str
    role: str
    party: str | None
    speaks_for: str | None = None

    @property
    def is_ours(self) -> bool:
        """Whether the name alone means Belarus and its prisoners."""
        return self.role in _OURS or self.party == "BY"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language and the names in all, ready to be found."""

    language: str
    book: PhraseBook
    zones: PhraseBook
    anchors: PhraseBook
    abbreviations: frozenset[str]
    joined: frozenset[str]
    spelling: Callable[[str], str]
    has_ordinal_stops: bool
    is_home: bool
    has_latin: bool  # it is written in Latin letters, too

    def may_be_ours(self, folded: str) -> bool:
        """Whether a folded text names Belarus or anybody known from its jails; most texts of the world do not."""
        if self.is_home:
            return True
        if self.anchors.find(self.tokens(folded[:_OPENING].rpartition(" ")[0])):
            return True
        if not any(self.anchors.may_begin(self.spelling(word)) for word in words_of(folded)):
            return False
        return self.names_ours(folded)

    def names_ours(self, folded: str) -> bool:
        """Whether a folded text names Belarus or one of ours, also where the whole language is Belarus's own."""
        return bool(self.anchors.find(self.tokens(folded)))

    def tokens(self, folded: str) -> tuple[Token, ...]:
        """Return the tokens of a folded sentence of this language."""
        return tokens_of(folded, self.spelling, self.abbreviations, self.joined)


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """Return the languages that have a lexicon."""
    names = (entry.name for entry in files("events").joinpath("lexicon").iterdir())
    return frozenset(
        name.removesuffix(".toml") for name in names if name.endswith(".toml") and len(name) == len("uk.toml")
    )


def lexicon_for(language: str, text: str) -> Lexicon:
    """Return the lexicon of a language for a text in the script it is written in."""
    lexicon = lexicon_of(language)
    if not lexicon.has_latin:
        return lexicon
    sample = text[:_SAMPLE].lower()
    latin, cyrillic = (sum(map(sample.count, letters)) for letters in (ascii_lowercase, _CYRILLIC))
    return lexicon_of(language, in_latin=True) if latin > cyrillic else lexicon


@lru_cache(maxsize=32)
def lexicon_of(language: str, *, in_latin: bool = False) -> Lexicon:
    """Return the lexicon of a language in `languages()`; `in_latin` where it is written in its other script."""
    data = _load(language)
    table = data.get("spelling", {})
    spelling = _spelling(table, in_latin=in_latin)
    return Lexicon(
        language=language,
        book=PhraseBook(_phrases(data), spelling, beside=_gazetteer(spelling)),
        zones=PhraseBook(_named({zone: data["zones"][zone] for zone in _ZONES}, "zone"), spelling),
        anchors=PhraseBook(_anchors(data), spelling, beside=_gazetteer(spelling, only_ours=True)),
        abbreviations=frozenset(data["abbreviations"]),
        joined=frozenset(data.get("joined", ())),
        spelling=spelling,
        has_ordinal_stops=data.get("ordinal_stops", False),
        is_home=data.get("home", False),
        has_latin="latin" in table,
    )


def _phrases(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for concept, phrases in data["concepts"].items():
        yield from ((concept, phrase) for phrase in phrases)
    for section, prefix in _SECTIONS.items():
        yield from _named(data[section], prefix)
    for key, phrases in data["numbers"].items():
        name = f"number/{key}" if key.isdigit() else f"amount/{key}"
        yield from ((name, phrase) for phrase in phrases)
    for code, forms in data["nationalities"].items():
        yield from _named({f"{form}/{code}": phrases for form, phrases in forms.items()})


def _named(table: Mapping[str, Sequence[str]], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, phrases in table.items():
        name = f"{prefix}/{key}" if prefix else key
        yield from ((name, phrase) for phrase in phrases)


def _spelling(table: Mapping[str, Any], *, in_latin: bool) -> Callable[[str], str]:
    """Return what brings a word into the one spelling that phrases and texts are compared in."""
    latin = [(re.compile(pattern), letters) for pattern, letters in table.get("latin", ())] if in_latin else []
    replace = [(re.compile(pattern), letters) for pattern, letters in table.get("replace", ())]
    if not latin and not replace:
        return as_written

    @lru_cache(maxsize=_SPELLED_WORDS)
    def spell(word: str) -> str:
        for pattern, letters in (*latin, *replace) if _LATIN.match(word) else replace:
            word = pattern.sub(letters, word)
        return word

    return spell


@lru_cache(maxsize=1)
def entities() -> Mapping[str, Entity]:
    """Return the gazetteer by canonical name."""
    rows = _entity_rows()
    return {row["name"]: Entity(row["name"], row["role"], row.get("party"), row.get("speaks_for")) for row in rows}


def phrases_of(name: str) -> Iterator[Phrase]:
    """Yield the forms of a name of the gazetteer."""
    for row in _load("entities")["entity"]:
        if row["name"] == name:
            yield from (one for text in row["names"] for one in read_phrases(name, text, as_written, is_quoted=False))


@lru_cache(maxsize=16)
def _gazetteer(spelling: Callable[[str], str], *, only_ours: bool = False) -> PhraseBook:
    """Return the names in one spelling: one book for all languages that write as they write."""
    names, quoted = (list(_names(form, only_ours=only_ours, spelling=spelling)) for form in ("names", "quoted"))
    return PhraseBook(names, spelling, quoted)


def _names(form: str, *, only_ours: bool, spelling: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    for row in _entity_rows():
        if only_ours and not entities()[row["name"]].is_ours:
            continue
        own = {spelling(word.strip("*")) for phrase in row["names"] for word in phrase.split() if word.isalpha()}
        for phrase in row.get(form, ()):
            if not _is_own_word(phrase, own, spelling):
                yield f"name/{row['name']}", phrase


def _is_own_word(phrase: str, own: set[str], spelling: Callable[[str], str]) -> bool:
    """Whether a name in Latin letters is, as they are spelled, a word of the language: "svaboda" is freedom there."""
    first = phrase.split(maxsplit=1)[0].strip("*")
    return _LATIN.match(first) is not None and spelling(first) != first and spelling(first) in own


def _anchors(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return (("belarus", phrase) for phrase in data["concepts"]["belarus"])


@lru_cache(maxsize=1)
def _entity_rows() -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = _load("entities")["entity"]
    return rows


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(files("events").joinpath("lexicon", f"{name}.toml").read_text(encoding="utf-8"))
