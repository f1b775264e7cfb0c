"""The encoding of a text, decided on all of its bytes. No database."""

import io

import pytest

from imports.sniff import encoding as encodings
from imports.sniff.encoding import Encoding, byte_order_mark, checked, detect
from tests.imports.refusals import refusal

SENTENCES = {
    "cp1252": "Beschwerde über die „verspätete“ Prüfung – größere Schäden für Bürger",
    "cp1250": "Skarga na zwłokę w wypłacie świadczenia została odrzucona, choć urząd obiecał odpowiedź już wcześniej",
    "iso8859-2": "Žádost o důchod byla zamítnuta bez odůvodnění, přestože úřad slíbil odpověď ještě včera",
    "cp1251": "Жалоба на бездействие управления социальной защиты оставлена без ответа",
    "koi8_r": "Жалоба на бездействие управления социальной защиты оставлена без ответа",
    "cp1253": "Η καταγγελία για την καθυστέρηση της σύνταξης δεν απαντήθηκε ποτέ από την υπηρεσία",
    "shift_jis": "年金の支給が遅れたことについての苦情は、まだ回答されていません。",
    "gb18030": "关于养老金延迟发放的投诉至今没有得到任何答复，请尽快处理。",
    "euc_kr": "연금 지급 지연에 대한 민원은 아직 답변을 받지 못했습니다.",
}


def found(content: bytes) -> Encoding:
    return detect(io.BytesIO(content))


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"\xff\xfe\0\0", Encoding("utf-32-le", 4)),
        (b"\0\0\xfe\xff", Encoding("utf-32-be", 4)),
        (b"\xef\xbb\xbf", Encoding("utf-8", 3)),
        (b"\xff\xfe", Encoding("utf-16-le", 2)),
        (b"\xfe\xff", Encoding("utf-16-be", 2)),
    ],
)
def test_a_byte_order_mark_decides(mark, encoding):
    assert byte_order_mark(mark + b"a\0\xff") == encoding
    assert found(mark + b"a\0\xff\xff") == encoding
    assert byte_order_mark(b"a" + mark) is None
    assert encoding.sure


@pytest.mark.parametrize("chunk", [3, 1024])
@pytest.mark.parametrize("text", ["", "id,title\n1,a\n", "é" * 50, "id;名前\n" * 9])
def test_text_that_is_utf8_to_its_end_is_utf8(text, chunk, monkeypatch):
    monkeypatch.setattr(encodings, "_CHUNK", chunk)

    assert found(text.encode()) == Encoding("utf-8")


@pytest.mark.parametrize(("sign", "most"), [(b"\0", 1), (b"\x01", 5), (b"\x1a", 5), (b"\x1f", 5)])
def test_many_control_characters_are_no_text(sign, most):
    assert found(sign * most + b"x" * (100 - most)) == Encoding("utf-8")
    with refusal("not_text"):
        found(sign * (most + 1) + b"x" * (99 - most))


@pytest.mark.parametrize("sign", [b"\t", b"\n", b"\r", b"\x0b", b"\x0c", b"\x1b"])
def test_tabs_and_line_ends_are_text(sign):
    assert found(sign * 50) == Encoding("utf-8")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    ["id\ttitle\r\n1\tä\r\n", "id;title\n" * 2000, "аб1в2г", "x" * 2047 + "😀" + "y" * 100, "x" * 199 + "\x01",
     "x" * 2048 + "\x01" * 100],
)  # fmt: skip
def test_utf16_without_a_mark_is_found_by_its_nuls(encoding, text):
    assert found(text.encode(encoding)) == Encoding(encoding, 0, sure=False)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_half_a_character_at_the_end_of_utf16_is_none(encoding):
    assert found("id;title".encode(encoding) + b"x") == Encoding(encoding, 0, sure=False)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["аб1вдг", "x" * 198 + "\x01\x01", "\x01\x02" * 9])
def test_nuls_in_other_places_are_no_text(encoding, text):
    with refusal("not_text"):
        found(text.encode(encoding))


@pytest.mark.parametrize("encoding", SENTENCES)
def test_an_encoding_of_one_language_is_guessed_from_its_letters(encoding):
    content = "".join(f"{n};{SENTENCES[encoding]}\n" for n in range(20)).encode(encoding)

    guess = found(content)

    assert content.decode(guess.name) == content.decode(encoding)
    assert (guess.skip, guess.sure) == (0, False)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"caf\xe9;\x80 5;\x93so\x94", "cp1252"),
        (b"na\xefve\xae", "cp1252"),
        # Only letters where the sign ® would stand in a word: Polish ż and ś.
        ("ważne;leśny;żaba;ściana;środa".encode("cp1250"), "cp1250"),
        ("ważne;leśny;żaba;ściana;środa".encode("iso8859-2"), "iso8859-2"),
        # A byte that cp1252 does not know.
        ("Źródło;źle;Ťažko".encode("cp1250"), "cp1250"),
        (b"caf\xe9 \x81\x90 \xa3", "cp1250"),
    ],
)
def test_of_latin_encodings_the_one_with_the_fewest_signs_in_words_is_taken(content, name):
    assert encodings._which_latin(content) == name


@pytest.mark.parametrize("chunk", [7, 1024 * 1024])
def test_two_encodings_in_one_file_are_refused_at_their_line(chunk, monkeypatch):
    monkeypatch.setattr(encodings, "_CHUNK", chunk)
    text = "größe\n" * 1_233

    with refusal("mixed_encoding", "1,234"):
        found(text.encode() + b"gr\xf6\xdfe\n")


@pytest.mark.parametrize(("times", "is_mixed"), [(19, False), (20, True)])
def test_twenty_characters_of_utf8_are_no_chance(times, is_mixed):
    content = ("ö" * times + "\n").encode() + b"x;gr\xf6\xdfe\n" * 20

    if is_mixed:
        with refusal("mixed_encoding", " 2"):
            found(content)
    else:
        assert found(content).sure is False


def test_a_character_cut_at_the_end_is_not_utf8():
    assert found("Stra\xdfe und Gr\xf6\xdfe\n".encode("latin-1") * 9 + b"\xc3").name == "cp1252"
    assert found(b"x" * 50 + b"\xc3") != Encoding("utf-8")


def test_the_part_behind_the_first_other_byte_is_looked_at_too(monkeypatch):
    """The first chunk could be French; only the second tells that it is Polish."""
    monkeypatch.setattr(encodings, "_CHUNK", 64)
    first = b"ca\xf3;" + b"x" * 59 + b"\n"

    guess = found(first + "ważne;leśny;żaba;ściana;środa\n".encode("cp1250"))

    assert guess == Encoding("cp1250", 0, sure=False)


def test_only_lines_that_are_not_ascii_tell_and_not_too_many_of_them():
    assert encodings._telling(b"a\nb\xe9\nc\n\xe8\n") == b"b\xe9\n\xe8"
    assert len(encodings._telling(b"\xe9" * 300_000)) == 256 * 1024


@pytest.mark.parametrize(
    ("name", "python"),
    [("UTF8", "utf-8"), ("windows-1252", "cp1252"), ("latin1", "iso8859-1"), ("utf-16le", "utf-16-le")],
)
def test_a_typed_encoding_gets_its_one_name(name, python):
    assert checked(name) == python


def test_an_unknown_encoding_is_refused_by_its_name():
    with refusal("unknown_encoding", "'klingon'") as caught:
        checked("klingon")

    assert isinstance(caught.value.__cause__, LookupError)
