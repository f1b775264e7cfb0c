"""Files whose headers are in Japanese, which the vocabulary knows, or in a language of which no header is known."""

import pytest

from imports.dates import JAPANESE, read_date
from imports.numbers import number_of
from tests.imports.test_guess_contents import columns_of, guess_of

_LETTER = (
    "公園の夜間照明と騒音についての苦情です。近隣の住民から何度も相談がありましたが、市からの回答がまだありません。"
)


def table(header, *kinds, rows=12):
    lines = [header, *(",".join(kind(n) for kind in kinds) for n in range(1, rows + 1))]
    return "\n".join(lines) + "\n"


def test_japanese_headers_are_words_of_the_vocabulary(tmp_path):
    text = table(
        "整理番号,件名,受付年月日,回答日,担当部署,苦情の内容,審査結果,金額（円）",
        lambda n: f"情公第{n:03}号", lambda n: f"公園の騒音{n}", lambda n: f"令和3年{n}月4日",
        lambda n: f"令和3年{n}月20日", lambda n: ("総務課", "環境課")[n % 2], lambda n: f"{_LETTER}{n}",
        lambda n: ("認容", "棄却", "一部認容")[n % 3], lambda n: f"{n}２００円",
    )  # fmt: skip
    guess = guess_of(tmp_path, text)

    assert columns_of(guess) == {
        "reference": "整理番号", "subject": "件名", "received_on": "受付年月日", "closed_on": "回答日",
        "respondent": "担当部署", "narrative": "苦情の内容", "finding": "審査結果", "amount": "金額（円）",
    }  # fmt: skip
    assert guess.definition.rules["finding"].words == {
        "認容": "upheld", "一部認容": "partly-upheld", "棄却": "not-upheld",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["苦情の受付日", "受付日（西暦）", "【受付日】"])
def test_a_japanese_word_is_found_in_a_longer_name(tmp_path, name):
    text = table(f"番号,{name},件名", str, lambda n: f"2021-01-{n:02}", lambda n: f"公園の騒音について{n}")

    assert columns_of(guess_of(tmp_path, text))["received_on"] == name


@pytest.mark.parametrize(
    ("header", "title", "place"),
    [
        ("เลขที่,เรื่อง,วันที่รับ,หน่วยงาน", "เสียงดังในสวน", ("กรุงเทพ", "เชียงใหม่")),
        ("Ref.,Titulli,Marrë më,Organi", "Zhurma në park", ("Tirana", "Durrës")),
        ("번호,제목,접수일,기관", "공원 소음 민원", ("서울", "부산")),
    ],
)
def test_without_a_known_header_the_longest_texts_the_key_and_the_dates_are_found(tmp_path, header, title, place):
    text = table(
        header, lambda n: f"{n:03}", lambda n: f"{title} {n}", lambda n: f"2021-03-{n:02}", lambda n: place[n % 2]
    )
    number, subject, day, _place = header.split(",")
    guess = guess_of(tmp_path, text)

    assert columns_of(guess) == {"reference": number, "subject": subject, "received_on": day}
    assert "longest texts" in guess.questions[subject]


def test_letters_without_blanks_are_prose(tmp_path):
    text = table("ก,ข,ค", str, lambda n: f"{_LETTER}{n}", lambda n: f"短い題名です{n}")

    assert columns_of(guess_of(tmp_path, text)) == {"reference": "ก", "narrative": "ข"}


def test_places_and_codes_are_no_subject(tmp_path):
    text = table("ก,ข,ค", str, lambda n: f"AB-{n}", lambda n: ("Tirana", "Durrës")[n % 2])

    assert columns_of(guess_of(tmp_path, text)) == {"reference": "ก"}


def test_columns_without_names_stay_questions(tmp_path):
    text = table("1,Late bus at 7,North", str, lambda n: f"Late bus at {n}", lambda n: ("North", "South")[n % 2])

    assert not columns_of(guess_of(tmp_path, text)).keys() & {"subject", "narrative"}


def test_digits_and_dots_as_other_keyboards_write_them():
    assert str(number_of("１，２００円", ".")) == str(number_of("￥1,200", ".")) == "1200"
    assert str(read_date("2021. 03. 05.", "%Y.%m.%d", 2026).day) == "2021-03-05"
    assert str(read_date("令和３年３月５日", JAPANESE, 2026).day) == "2021-03-05"
