"""Made-up articles in seven languages: own sentences, and words that a generator spells with the frequencies of a language."""

from __future__ import annotations

import itertools
import random

VOCABULARY = 40_000  # words of each script
WORDS = 170  # of a text, beside its three sentences
SENTENCES = {
    "uk": ("Білорусь звільнила {n} політв'язнів, серед них {name}.", "Переговори в Мінську тривали {n} годин.", "{name} перетнув кордон увечері."),
    "ru": ("Беларусь освободила {n} политзаключённых, среди них {name}.", "Переговоры в Минске шли {n} часов.", "{name} пересёк границу вечером."),
    "be": ("Беларусь вызваліла {n} палітвязняў, сярод іх {name}.", "Перамовы ў Мінску ішлі {n} гадзін.", "{name} перасёк мяжу ўвечары."),
    "en": ("Belarus freed {n} political prisoners, among them {name}.", "Talks in Minsk took {n} hours.", "{name} crossed the border in the evening."),
    "pl": ("Białoruś uwolniła {n} więźniów politycznych, wśród nich jest {name}.", "Rozmowy w Mińsku trwały {n} godzin.", "{name} wieczorem przekroczył granicę."),
    "lt": ("Baltarusija paleido {n} politinių kalinių, tarp jų {name}.", "Derybos Minske truko {n} valandų.", "{name} vakare kirto sieną."),
    "de": ("Belarus lässt {n} politische Häftlinge frei, unter ihnen {name}.", "Die Gespräche in Minsk dauerten {n} Stunden.", "{name} kam am Abend über die Grenze."),
}  # fmt: skip
SHARES = (25, 30, 12, 12, 10, 6, 5)
CYRILLIC = ("uk", "ru", "be")
SYLLABLES = {
    True: [a + b for a in "бвгджзклмнпрстфхцчш" for b in "аеиоуя"],
    False: [a + b for a in "bcdfghjklmnprstvwz" for b in "aeiouy"],
}


class Writer:
    """Writes made-up articles, always the same ones for the same `chance`; `words` is the length beside its sentences."""

    def __init__(self, chance: random.Random, words: int = WORDS) -> None:
        self._chance = chance
        self._words = words
        self._weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))
        self._vocabulary = {is_cyrillic: vocabulary(is_cyrillic=is_cyrillic) for is_cyrillic in (True, False)}

    def write(self, *, is_event: bool) -> tuple[str, str, str]:
        """Return the language, the title and the text of an article, which tells of an event in its title or not."""
        chance = self._chance
        language = chance.choices(list(SENTENCES), SHARES)[0]
        told = [said.format(n=chance.randint(2, 60), name=name_of(chance, language)) for said in SENTENCES[language]]
        filler = chance.choices(self._vocabulary[language in CYRILLIC], cum_weights=self._weights, k=self._words)
        first, second = filler[: self._words // 2], filler[self._words // 2 :]
        title = f"{' '.join(first[:4])} {told[0]}" if is_event else " ".join(first[:8])
        more = chance.choice((told[0], ""))
        return language, title, f"{told[1]} {' '.join(first)}.\n{more} {' '.join(second)}. {told[2]}"


def vocabulary(*, is_cyrillic: bool) -> list[str]:
    """Return words of two to four syllables, the frequent ones shorter."""
    pairs = itertools.product(SYLLABLES[is_cyrillic], repeat=2)
    short = ["".join(pair) for pair in pairs]
    chance = random.Random(is_cyrillic)  # noqa: S311
    chance.shuffle(short)
    long = (word + other for word in itertools.cycle(short) for other in chance.sample(short, 3))
    return [*short[: VOCABULARY // 10], *itertools.islice(long, VOCABULARY - len(short[: VOCABULARY // 10]))]


def name_of(chance: random.Random, language: str) -> str:
    """Return the name of one of 5,000 people, as a language writes it."""
    number = int(5_000 * chance.random() ** 2)
    parts = SYLLABLES[language in CYRILLIC]
    first, second, third = parts[number % 60], parts[number // 60 % 60], parts[number // 7 % 60]
    ending = "скі" if language in CYRILLIC else "ski"
    return f"{(first + 'ле' if language in CYRILLIC else first + 'le').title()} {(second + third + ending).title()}"
