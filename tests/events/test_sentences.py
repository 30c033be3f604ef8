from __future__ import annotations

import pytest

from events.document import document
from events.lexicon import lexicon_of
from events.sentences import SENTENCE_CAP, TEXT_CAP, Sentence, Zone, sentences_of, speech_spans

LEAD = (
    "Александр Лукашенко встретился в Минске с делегацией, и разговор занял весь день до позднего вечера. "
    "После этого стороны вышли к журналистам и долго отвечали на вопросы о том, что будет дальше с людьми."
)


def read(text: str, title: str | None = "Заголовок", language: str = "ru") -> list[Sentence]:
    return list(sentences_of(document(title, text), lexicon_of(language)))


def zones(text: str, title: str | None = "Заголовок", language: str = "ru") -> list[Zone]:
    return list(dict.fromkeys(sentence.zone for sentence in read(text, title, language)))


def test_the_first_paragraphs_are_the_lead_and_the_rest_is_the_body() -> None:
    text = f"{LEAD}\n\nПотом все разъехались по домам."
    assert zones(text) == [Zone.TITLE, Zone.LEAD, Zone.BODY]


def test_a_byline_does_not_use_up_the_lead() -> None:
    found = read(f"Иван Петров\n\n20 мая\n\n{LEAD}\n\nПотом все разъехались.")
    assert [sentence.zone for sentence in found] == [Zone.TITLE, *[Zone.LEAD] * 4, Zone.BODY]


def test_a_text_without_a_title_begins_with_its_lead() -> None:
    assert zones(LEAD, title=None) == [Zone.LEAD]


def test_a_title_alone_is_a_title() -> None:
    assert zones("") == [Zone.TITLE]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Нагадаємо, у червні вийшли 14 людей."),
        ("uk", "«Нагадаємо», — пише видання, — вийшли 14 людей."),
        ("uk", "Раніше вийшли 14 людей."),
        ("ru", "Напомним, в июне вышли 14 человек."),
        ("ru", "Ранее вышли 14 человек."),
        ("ru", "Как сообщалось, вышли 14 человек."),
        ("en", "Earlier, 14 people had been let go."),
        ("en", "As previously reported, 14 people had left."),
    ],
)
def test_a_sentence_that_recalls_is_a_recap_even_in_the_lead(language: str, text: str) -> None:
    assert [sentence.zone for sentence in read(text, None, language)] == [Zone.RECAP]


def test_what_follows_a_recap_in_its_paragraph_is_recalled_too() -> None:
    found = read("Стороны встретились. Напомним, в июне вышли люди. Их было 14.\n\nСегодня вышли ещё люди.")
    assert [sentence.zone for sentence in found[1:]] == [Zone.LEAD, Zone.RECAP, Zone.RECAP, Zone.LEAD]


def test_a_cue_inside_a_sentence_makes_no_recap() -> None:
    assert zones("Стороны ранее не встречались.", None) == [Zone.LEAD]


@pytest.mark.parametrize(
    ("language", "label", "headline"),
    [
        ("uk", "Читайте також", "Білорусь звільнила 31 людину"),
        ("ru", "Читайте также:", "Беларусь освободила 31 человека"),
        ("en", "Read also", "Belarus frees 31 people"),
    ],
)
def test_a_label_takes_the_headline_that_follows_it_along(language: str, label: str, headline: str) -> None:
    found = read(f"{label}\n\n{headline}\n\nСтороны продолжат. Они встретятся.", None, language)
    assert [sentence.zone for sentence in found[:2]] == [Zone.READ_ALSO, Zone.READ_ALSO]
    assert found[-1].zone is Zone.LEAD


def test_a_label_with_its_headline_in_one_line_takes_nothing_along() -> None:
    found = read("Читайте также: Беларусь освободила 31 человека и одну собаку в Гродно\n\nСтороны продолжат")
    assert [sentence.zone for sentence in found[1:]] == [Zone.READ_ALSO, Zone.LEAD]


@pytest.mark.parametrize(
    "text", ["Александр Лукашенко / © Агентство", "Фото: пресс-служба", "Встреча в Минске (Фото из архива)"]
)
def test_a_caption_is_furniture(text: str) -> None:
    assert zones(text, None) == [Zone.CAPTION]


def test_a_sentence_about_a_photograph_is_no_caption() -> None:
    assert zones("На фото видно, как люди выходят из автобуса.", None) == [Zone.LEAD]


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("uk", "Вийшли 1,5 тис. людей. Інші лишилися.", 2),
        ("ru", "Об этом сказал А. Лукашенко. Он назвал число.", 2),
        ("ru", "Их держали на ул. Володарского. Теперь они дома.", 2),
        ("en", "Mr. Coale met Gen. Kellogg. They talked.", 2),
        ("en", "The U.S. Embassy in Vilnius met them. It gave them tea.", 2),
        ("en", "They left colony No. 2 on Jan. 5 at night. All were well.", 2),
        ("en", "“We are free!” She wept.", 2),
        ("ru", "Вышли все… Почти все.", 2),
        ("en", "one sentence without an end", 1),
    ],
)
def test_an_abbreviation_ends_no_sentence(language: str, text: str, number: int) -> None:
    assert len(read(text, None, language)) == number


def test_every_sentence_stands_where_it_says() -> None:
    whole = document("Заголовок", f"  {LEAD}\n\n«Да», — сказал он.   Потом ушёл. ")
    for sentence in sentences_of(whole, lexicon_of("ru")):
        assert whole.full_text[sentence.start : sentence.end] == sentence.text
        assert len(sentence.folded) == len(sentence.text)


def test_a_monstrous_text_is_cut() -> None:
    found = read("а" * 3 * TEXT_CAP, None)
    assert [len(sentence.text) for sentence in found] == [SENTENCE_CAP]


@pytest.mark.parametrize(
    ("text", "speech"),
    [
        ("«Мы договорились обо всём сразу», — сказал он.", ["«Мы договорились обо всём сразу»"]),
        ("“We agreed on all of it,” he said.", ["“We agreed on all of it,”"]),
        ('"We agreed on all of it," he said.', ['"We agreed on all of it,"']),
        ("Об этом пишет «Наша Нива».", []),
        ("Центр «Вясна» и «Зеркало» молчат.", []),
        ("«Никогда не закрытая кавычка и много слов", []),
    ],
)
def test_a_quotation_of_four_words_is_speech_and_a_shorter_one_a_name(text: str, speech: list[str]) -> None:
    assert [text[start:end] for start, end in speech_spans(text)] == speech
