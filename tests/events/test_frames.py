from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from db.facts import Modality, Polarity
from events.frame import NEGOTIATING, Frame, FrameKind, head_of
from events.frames import frames_of
from events.lexicon import lexicon_of


@pytest.fixture
def read(mark: Callable[..., Any]) -> Callable[[str, str], list[Frame]]:
    def read(language: str, text: str) -> list[Frame]:
        marked = mark(language, text, title="Belarus")
        head = head_of(marked)
        return [frame for sentence in marked for frame in frames_of(sentence, lexicon_of(language), head)]

    return read


def kinds(frames: list[Frame]) -> set[FrameKind]:
    return {frame.kind for frame in frames}


@pytest.mark.parametrize(
    ("language", "text", "rule"),
    [
        ("uk", "Білорусь звільнила 52 політв’язнів", "uk.release.completed"),
        ("uk", "Лукашенко помилував 14 засуджених", "uk.release.pardoned"),
        ("uk", "Політв’язнів депортували з країни", "uk.release.handed_over"),
        ("uk", "Політв’язні перетнули кордон із Литвою", "uk.release.arrived"),
        ("ru", "Беларусь освободила 16 политзаключённых", "ru.release.completed"),
        ("ru", "Лукашенко помиловал 22 человек", "ru.release.pardoned"),
        ("ru", "Политзаключённых вывезли в Литву", "ru.release.handed_over"),
        ("en", "Belarus releases 52 political prisoners", "en.release.completed"),
        ("en", "Lukashenko has pardoned 22 people", "en.release.pardoned"),
        ("en", "Political prisoners were taken to Lithuania", "en.release.handed_over"),
        ("en", "The prisoners crossed the border", "en.release.arrived"),
    ],
)
def test_a_finite_verb_with_somebody_jailed_is_a_release(
    read: Callable[[str, str], list[Frame]], language: str, text: str, rule: str
) -> None:
    found = [frame for frame in read(language, text) if frame.kind is FrameKind.RELEASE]
    assert rule in {frame.rule for frame in found}
    assert {(frame.modality, frame.plover) for frame in found} == {(Modality.COMPLETED, "0841")}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Політв’язнів не звільнили"),
        ("uk", "Лукашенко так і не помилував засуджених"),
        ("ru", "Политзаключённых не освободили"),
        ("ru", "Ни один политзаключённый не был освобождён"),
        ("en", "No prisoners: nobody has been released"),
        ("en", "The prisoners were not freed"),
        ("en", "None of them was freed, the prisoners say"),
        ("en", "The prisoners have never been pardoned"),
    ],
)
def test_a_negation_undoes_a_verb(read: Callable[[str, str], list[Frame]], language: str, text: str) -> None:
    assert FrameKind.RELEASE not in kinds(read(language, text))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Якщо політв’язні будуть звільнені, санкції знімуть"),
        ("uk", "Політв’язнів можуть звільнити"),
        ("ru", "Политзаключённые могут быть освобождены"),
        ("ru", "Если политзаключённых освободили бы, было бы легче"),
        ("en", "The prisoners may be freed"),
        ("en", "If the prisoners are freed, sanctions go"),
        ("en", "The prisoners will be released"),
        ("en", "The prisoners would have been released"),
    ],
)
def test_a_modal_or_a_condition_makes_a_release_no_fact(
    read: Callable[[str, str], list[Frame]], language: str, text: str
) -> None:
    assert FrameKind.RELEASE not in kinds(read(language, text))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Лукашенко звільнив міністра оборони Білорусі"),
        ("uk", "Студія випустила фільм"),
        ("ru", "Лукашенко освободил главу администрации от должности"),
        ("ru", "Студия выпустила фильм о Беларуси"),
        ("en", "Minsk released a statement"),
        ("en", "The studio released a film"),
        ("en", "Lukashenko dismissed the minister"),
    ],
)
def test_nobody_jailed_no_release(read: Callable[[str, str], list[Frame]], language: str, text: str) -> None:
    assert FrameKind.RELEASE not in kinds(read(language, text))


@pytest.mark.parametrize(
    ("language", "text", "kind", "modality"),
    [
        ("en", "Minsk announced the release of 100 political prisoners", FrameKind.PLAN, Modality.ANNOUNCED),
        ("en", "Minsk plans the release of 100 political prisoners", FrameKind.PLAN, Modality.PLANNED),
        ("en", "The sides discuss the release of political prisoners", FrameKind.PLAN, Modality.UNDER_DISCUSSION),
        ("uk", "Мінськ звільнить 100 політв’язнів", FrameKind.PLAN, Modality.PLANNED),
        ("uk", "США домагаються звільнення політв’язнів", FrameKind.PLAN, Modality.DEMANDED),
        ("ru", "Белорусских политзаключённых могут освободить", FrameKind.PLAN, Modality.POSSIBLE),
        ("en", "The US lifted sanctions on Belarusian potash", FrameKind.CONCESSION, Modality.COMPLETED),
        ("en", "The US may lift sanctions on Belarusian potash", FrameKind.CONCESSION, Modality.UNDER_DISCUSSION),
        ("ru", "США планируют снять санкции с «Белавиа»", FrameKind.CONCESSION, Modality.PLANNED),
        (
            "en",
            "The US demanded that Minsk agree to the release of political prisoners",
            FrameKind.DEMAND,
            Modality.DEMANDED,
        ),
        ("uk", "Коул зустрівся з Лукашенком", FrameKind.TALKS, Modality.UNDER_DISCUSSION),
        ("ru", "Лукашенко отказался отпускать политзаключённых", FrameKind.REFUSAL, Modality.DENIED),
    ],
)
def test_what_is_promised_wanted_or_given_is_told_apart(
    read: Callable[[str, str], list[Frame]], language: str, text: str, kind: FrameKind, modality: Modality
) -> None:
    assert (kind, modality) in {(frame.kind, frame.modality) for frame in read(language, text)}


@pytest.mark.parametrize(
    "text", ["Relatives called for the release of political prisoners", "Campaigners demand freedom for prisoners"]
)
def test_a_call_by_those_who_can_give_nothing_is_no_demand(read: Callable[[str, str], list[Frame]], text: str) -> None:
    assert FrameKind.DEMAND not in kinds(read("en", text))


def test_only_a_refusal_is_negative(read: Callable[[str, str], list[Frame]]) -> None:
    frames = read("en", "Lukashenko refused to release political prisoners and met John Coale for talks on them.")
    assert {frame.kind for frame in frames if frame.polarity is Polarity.NEGATIVE} == {FrameKind.REFUSAL}
    assert kinds(frames) & set(NEGOTIATING) == {FrameKind.REFUSAL, FrameKind.PLAN, FrameKind.TALKS}


def test_a_frame_tells_its_words_by_their_place_in_the_full_text(read: Callable[[str, str], list[Frame]]) -> None:
    text = "Nothing else. Belarus released 52 political prisoners."
    whole = f"Belarus\n\n{text}"  # the title and a blank line go before
    [frame] = [frame for frame in read("en", text) if frame.kind is FrameKind.RELEASE]
    assert whole[frame.start : frame.end] == "released 52 political prisoners"


def test_a_recalled_sentence_makes_background_frames_only(read: Callable[[str, str], list[Frame]]) -> None:
    frames = read("uk", "Нагадаємо, у червні Лукашенко звільнив 14 політв’язнів.")
    assert frames
    assert all(frame.is_background for frame in frames)
