from __future__ import annotations

from collections import Counter

import pytest

from events.lexicon import entities
from events.names import PERSON_ROLES, canonical, name_key

SAME = (
    ("Іван Паўлаў", "Иван Павлов"),
    ("Іван Паўлаў", "Ivan Pavlov"),
    ("Іван Павлов", "Iwan Pawłow"),
    ("Ivanas Pavlovas", "Iwan Pawlow"),
    ("Ivan Paulau", "Ivan Pavlov"),
    ("Павлов Иван Петрович", "Иван Павлов"),
    ("Иван Петрович Павлов", "Ivan Paŭłaŭ"),
    ("Павлов Иван", "Іван Паўлаў"),
    ("Івана Павлова", "Иван Павлов"),
    ("Iwana Pawłowa", "Ivan Pavlov"),
    ("Сяргей Міхальчук", "Сергей Михальчук"),
    ("Сергій Михальчук", "Siarhei Mikhalchuk"),
    ("Siergiej Michalczuk", "Sergei Mikhalchuk"),
    ("Sergejus Michalčukas", "Сергей Михальчук"),
    ("Sergej Michaltschuk", "Сергей Михальчук"),
    ("Siarhiej Michalčuk", "Serhiy Mykhalchuk"),
    ("Юлія Юргілевіч", "Yuliya Yurhilevich"),
    ("Юлия Юргилевич", "Julia Jurgilewicz"),
    ("Julija Jurgilevič", "Юлія Юргілевіч"),
    ("Julia Jurgilewitsch", "Юлия Юргилевич"),
    ("Юлию Юргилевич", "Юлія Юргілевіч"),
    ("Ksenija Luckina", "Kseniya Lutskina"),
    ("Ксения Луцкина", "Ксенія Луцкіна"),
    ("Xenia Luzkina", "Ксения Луцкина"),
    ("Аляксандр Карповіч", "Олександр Карпович"),
    ("Alexander Karpovich", "Aleksander Karpowicz"),
    ("Alaksandar Karpovič", "Александр Карпович"),
    ("Aleksandras Karpovičius", "Alexander Karpowitsch"),
    ("Мікалай Дземчанка", "Николай Демченко"),
    ("Микола Демченко", "Mikalai Dzemchanka"),
    ("Mikołaj Dziemczanka", "Nikolai Demchenko"),
    ("Андрэй Шаўцоў", "Андрей Шевцов"),
    ("Andrzej Szewcow", "Andrei Shautsou"),
    ("Andrius Ševcovas", "Andrii Shevtsov"),
    ("Павал Лазоўскі", "Павел Лозовский"),
    ("Павло Лозовський", "Paweł Łazouski"),
    ("Pavel Lazouski", "Pavelas Lozovskis"),
    ("Яўген Цітоў", "Евгений Титов"),
    ("Євген Титов", "Yauhen Tsitou"),
    ("Eugeniusz Titow", "Yevgeny Titov"),
    ("Уладзімір Гарэлік", "Владимир Горелик"),
    ("Володимир Горелік", "Uladzimir Harelik"),
    ("Włodzimierz Gorelik", "Vladimir Gorelik"),
    ("Vladimiras Gorelikas", "Wladimir Gorelik"),
    ("Кацярына Жукава", "Екатерина Жукова"),
    ("Катерина Жукова", "Katsiaryna Zhukava"),
    ("Katarzyna Żukowa", "Ekaterina Zhukova"),
    ("Jekaterina Žukova", "Jekaterina Schukowa"),
    ("Вольга Рамановіч", "Ольга Романович"),
    ("Volha Ramanovich", "Olga Romanowicz"),
    ("Аляксей Шчарбакоў", "Алексей Щербаков"),
    ("Олексій Щербаков", "Aliaksei Shcharbakou"),
    ("Aleksy Szczerbakow", "Alexei Shcherbakov"),
    ("Alexej Schtscherbakow", "Алексей Щербаков"),
    ("Дзмітрый Цыбулька", "Дмитрий Цибулько"),
    ("Зміцер Цыбулька", "Дмитро Цибулько"),
    ("Dzmitry Tsybulka", "Dmitrij Cybulka"),
    ("Міхаіл Чарняўскі", "Михаил Чернявский"),
    ("Михайло Чернявський", "Mikhail Charniauski"),
    ("Michał Czerniawski", "Michail Tschernjawski"),
    ("Ігар Зянько", "Игорь Зенько"),
    ("Ihar Zianko", "Ihor Zenko"),
    ("Алег Пятроў", "Олег Петров"),
    ("Aleh Piatrou", "Oleg Petrov"),
    ("Алена Ярашэвіч", "Елена Ярошевич"),
    ("Олена Ярошевич", "Alena Yarashevich"),
    ("Ганна Емяльянава", "Анна Емельянова"),
    ("Hanna Yemialyanava", "Anna Jemielianowa"),
    ("Ірына Хадасевіч", "Ирина Ходасевич"),
    ("Irena Chodasiewicz", "Iryna Khadasevich"),
    ("Наталля Сіўцова", "Наталья Сивцова"),
    ("Natallia Siŭcova", "Natalia Siwcowa"),
    ("Віталь Рыжкоў", "Виталий Рыжков"),
    ("Юры Гаўрылюк", "Юрий Гаврилюк"),
    ("Jerzy Hauryluk", "Yury Haurylyuk"),
    ("Сергея Лозовского", "Siarhei Lazouski"),
    ("Алесь Бяляеў", "Александр Беляев"),
    ("Ales Bialiayeu", "Alexander Beliaev"),
    ("Марыя Майсеенка", "Maria Moiseyenko"),
    ("Таццяна Ляшук", "Татьяна Ляшук"),
    ("Tatsiana Liashuk", "Tetiana Lyashuk"),
    ("Максім О'Ніл", "Максім ОНіл"),
    ("ИВАН ПАВЛОВ", "Ivan Pavlov"),
)
DIFFERENT = (
    ("Ivan Pavlov", "Piotr Pavlov"),
    ("Ivan Pavlov", "Ivan Pavlovich"),
    ("Ivan Pavlov", "Ivan Pavlovski"),
    ("Иван Иванов", "Анна Иванова"),
    ("Сергей Тихонов", "Сергей Тихановский"),
    ("Ігар Лосік", "Дар'я Лосік"),
    ("Віктар Бабарыка", "Эдуард Бабарыка"),
    ("Siarhei Tsikhanouski", "Sviatlana Tsikhanouskaya"),
    ("Юлія Юргілевіч", "Юрый Юргілевіч"),
    ("Maryna Karpovich", "Maria Karpovich"),
    ("Марина Карпович", "Мария Карпович"),
    ("Alena Karpovich", "Alesia Karpovich"),
    ("Aliaksandr Karpovich", "Aliaksei Karpovich"),
    ("Александр Карпович", "Александра Карпович"),
    ("Валерий Котов", "Валерия Котова"),
    ("Andrei Kotau", "Anton Kotau"),
    ("Иван Котов", "Иван Кетов"),
    ("Иван Белов", "Иван Балов"),
    ("Иван Белов", "Иван Беляев"),
    ("Иван Лукин", "Иван Лыкин"),
    ("Иван Волков", "Иван Волк"),
    ("Иван Петров", "Иван Петренко"),
    ("Іван Пятроў", "Іван Пятровіч"),
    ("Иван Козлов", "Иван Козловский"),
    ("Иван Козлов", "Иван Козел"),
    ("Иван Мороз", "Иван Морозов"),
    ("Иван Новик", "Иван Новиков"),
    ("Иван Ковалёв", "Иван Коваль"),
    ("Иван Коваленко", "Иван Ковалевич"),
    ("Иван Шевчук", "Иван Шевцов"),
    ("Иван Шевчук", "Иван Шевченко"),
    ("Dzmitry Papou", "Dzmitry Papko"),
    ("Dzmitry Tsybulka", "Dzianis Tsybulka"),
    ("Mikalai Dzemchanka", "Mikhail Dzemchanka"),
    ("Мікола Дземчанка", "Мікіта Дземчанка"),
    ("Pavel Lazouski", "Piotr Lazouski"),
    ("Віталь Рыжкоў", "Віктар Рыжкоў"),
    ("Vital Ryzhkou", "Valery Ryzhkou"),
    ("Vasil Bykau", "Valiantsin Bykau"),
    ("Raman Bandarenka", "Ryhor Bandarenka"),
    ("Stanislau Kruk", "Stsiapan Kruk"),
    ("Uladzimir Kruk", "Uladzislau Kruk"),
    ("Yahor Kruk", "Yury Kruk"),
    ("Яўген Крук", "Ягор Крук"),
    ("Hanna Kruk", "Halina Kruk"),
    ("Iryna Kruk", "Anzhelika Kruk"),
    ("Katsiaryna Kruk", "Ksenia Kruk"),
    ("Palina Kruk", "Alina Kruk"),
    ("Tatsiana Kruk", "Nadzeya Kruk"),
    ("Jan Kruk", "Ivan Kruk"),
    ("Яна Крук", "Ян Крук"),
    ("Ігар Карнілаў", "Ігар Карней"),
    ("Павлов", "Иван Павлов"),
)
FORMS = (
    ("Ціханоўскі Сяргей", "Siarhei Tsikhanouski"),
    ("Сергей Тихановский", "Siarhei Tsikhanouski"),
    ("Sergejus Cichanouskis", "Siarhei Tsikhanouski"),
    ("Алесь Бяляцкі", "Ales Bialiatski"),
    ("Олександр Біляцький", "Ales Bialiatski"),
    ("Aleś Bialacki", "Ales Bialiatski"),
    ("Мария Колесникова", "Maria Kolesnikova"),
    ("Марыя Калеснікава", "Maria Kolesnikova"),
    ("Ігар Лосік", "Ihar Losik"),
    ("Дарья Лосик", "Darya Losik"),
    ("Анджей Почобут", "Andrzej Poczobut"),
    ("Ксения Луцкина", "Ksenia Lutskina"),
    ("Микола Статкевич", "Mikalai Statkevich"),
    ("Aliaksandr Fiaduta", "Aliaksandr Feduta"),
    ("Siarhei Tsikhanouski", "Siarhei Tsikhanouski"),
    ("Іван Паўлаў", "Іван Паўлаў"),
    ("", ""),
)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_people_have_two_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(("written", "name"), FORMS)
def test_a_person_of_the_gazetteer_is_known_in_any_spelling(written: str, name: str) -> None:
    assert canonical(written) == name


def test_every_person_of_the_gazetteer_has_a_key_alone() -> None:
    keys = Counter(name_key(one.name) for one in entities().values() if one.role in PERSON_ROLES)
    assert [key for key, number in keys.items() if number > 1] == []


@pytest.mark.parametrize("nothing", ["", "  ", "—", "'ь"])
def test_no_name_has_an_empty_key(nothing: str) -> None:
    assert name_key(nothing) == ""
