# ruff: noqa: RUF001 - letters of many alphabets
"""The encoding of text that is not UTF-8 is guessed from its letters."""

import random

import pytest

from w2v_cli.corpus.guessing import guess_encoding

TEXTS = {
    "german": "Die Straße führt über den Fluss nach München. Wir gehen später für drei Äpfel "
    "größere Wege, und natürlich möchten die Schüler das schöne Mädchen grüßen.",
    "french": "Les élèves français étaient déjà à l'école où le professeur expliquait la leçon.",
    "spanish": "El niño pequeño corría por la montaña mientras su corazón latía mañana.",
    "russian": "мама мыла раму папа читал книгу дети играли кошка спала. Все счастливые семьи "
    "похожи друг на друга, каждая несчастливая семья несчастлива по-своему.",
    "ukrainian": "Всі люди народжуються вільними і рівними у своїй гідності. Її мова гарна.",
    "polish": "Zażółć gęślą jaźń. Wszystkie dzieci poszły do szkoły, ponieważ będą się uczyć.",
    "czech": "Všichni lidé rodí se svobodní a sobě rovní. Příliš žluťoučký kůň úpěl ódy.",
    "greek": "Η γρήγορη καφέ αλεπού πηδάει πάνω από το τεμπέλικο σκυλί. Όλοι οι άνθρωποι.",
    "turkish": "Güneşli bir günde çocuklar bahçede oynuyordu. İstanbul çok büyük bir şehirdir.",
    "hebrew": "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם",
    "arabic": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق",
    "thai": "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ",
    "chinese": "今天天气很好我们一起去公园散步吧。中国的历史非常悠久，人民生活越来越好。",
    "traditional": "今天天氣很好我們一起去公園散步吧。中國的歷史非常悠久，人民生活越來越好。",
    "japanese": "私は猫が好きです。犬も走る。今日はとても良い天気ですから、公園へ行きましょう。",
    "korean": "나는 고양이를 좋아합니다. 오늘은 날씨가 매우 좋아서 공원에 갑시다. 자유롭다.",
    "catalan": "Això és una cançó que es diu així, perquè aquí també hi ha qüestions.",
    "icelandic": "Það er gott að búa á Íslandi þó þar sem veður breytist.",
    "latvian": "Visi cilvēki piedzimst brīvi un vienlīdzīgi savā pašcieņā.",
    "lithuanian": "Visi žmonės gimsta laisvi ir lygūs savo orumu; protas ir sąžinė.",
    "estonian": "Kõik inimesed sünnivad vabadena ja võrdsetena oma väärikuselt, želee ja šokolaad.",
    "hungarian": "Minden emberi lény szabadon születik és egyenlő méltósága, őrült tűző ősz.",
    "quotes": "It\u2019s a \u201cquoted\u201d text \u2013 with dashes",
}
ENCODINGS = [
    ("german", "cp1252"), ("german", "latin-1"), ("german", "mac-roman"), ("german", "cp850"),
    ("french", "cp1252"), ("french", "latin-1"), ("spanish", "latin-1"), ("quotes", "cp1252"),
    ("russian", "cp1251"), ("russian", "koi8-r"), ("russian", "cp866"), ("russian", "iso8859-5"),
    ("ukrainian", "cp1251"), ("ukrainian", "koi8-u"), ("polish", "cp1250"), ("polish", "iso8859-2"),
    ("czech", "cp1250"), ("greek", "cp1253"), ("greek", "iso8859-7"), ("turkish", "cp1254"),
    ("hebrew", "cp1255"), ("arabic", "cp1256"), ("thai", "cp874"), ("chinese", "gb18030"),
    ("traditional", "big5"), ("japanese", "shift_jis"), ("japanese", "euc-jp"),
    ("korean", "euc-kr"), ("catalan", "cp1252"), ("icelandic", "cp1252"), ("latvian", "cp1257"),
    ("lithuanian", "cp1257"), ("estonian", "cp1257"), ("hungarian", "cp852"), ("czech", "cp852"),
    ("polish", "mac-latin2"), ("greek", "cp737"), ("greek", "mac-greek"), ("turkish", "cp857"),
    ("hebrew", "cp862"), ("russian", "cp855"), ("arabic", "iso8859-6"), ("german", "cp437"),
]  # fmt: skip


@pytest.mark.parametrize("n_lines", [1, 50])
@pytest.mark.parametrize(("language", "encoding"), ENCODINGS)
def test_the_guess_reads_the_text(language, encoding, n_lines):
    data = (TEXTS[language] + "\n").encode(encoding) * n_lines
    guess = guess_encoding(data)
    assert guess is not None
    assert data.decode(guess) == data.decode(encoding)


@pytest.mark.parametrize("cut", range(1, 4))
@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_a_character_cut_at_the_end_matters_nothing(encoding, cut):
    language = "chinese" if encoding == "gb18030" else "traditional"
    assert guess_encoding((TEXTS[language] * 9).encode(encoding)[:-cut]) == encoding


def test_what_is_no_text_is_no_encoding():
    assert guess_encoding(random.Random(1).randbytes(5000)) is None
    assert guess_encoding(b"") is None
