"""The open link, as a respondent without JavaScript and without our cookies meets it."""

import re
import time

import pytest
from django.core.exceptions import ValidationError
from django.core.signing import TimestampSigner, b62_encode
from django.db import connection
from django.test import Client
from django.urls import reverse

from rest import limits
from surveys import costs
from surveys.actions.fieldwork import close_wave
from surveys.actions.responses import start_response
from surveys.definition import Definition, ItemDef, SectionDef
from surveys.kinds import ItemType
from surveys.models import Answer, Respondent, Response
from surveys.views import respond
from tests.factories.surveys import make_wave
from tests.markup import squeezed


@pytest.fixture
def wave(ada, alpha):
    return make_wave(ada, alpha)


@pytest.fixture
def door(wave):
    return reverse("respond", args=[wave.key])


class Respondent_:
    """A browser that stores no cookies: each request is a new client."""

    def __init__(self, door):
        self.door = door
        self.answer = None

    def _go(self, answer):
        while answer.status_code == 303:
            self.at = answer["Location"]
            answer = Client().get(self.at)
        self.answer = answer
        return answer

    def start(self, **data):
        return self._go(Client().post(self.door, data))

    def send(self, **values):
        named = {f"q.{name}" if name not in ("back", "language", "send") else name: v for name, v in values.items()}
        return self._go(Client().post(self.at, named))


@pytest.fixture
def someone(door):
    return Respondent_(door)


def stored():
    return {
        answer.item.name: answer.as_input for answer in Answer.objects.select_related("item").order_by("item__name")
    }


def test_a_whole_visit(someone, wave):
    assert "How old are you?" in someone.start().text
    someone.send(age="44", complained="yes")
    assert "How did you complain?" in someone.answer.text
    someone.send(ways=["phone", "desk"])
    assert "How many minutes" in someone.answer.text
    someone.send(call_minutes="12,5", sent_on="2026-10-01")
    someone.send(remark="Thank you")
    assert "Ready to send" in someone.answer.text
    someone.send(send="1")
    assert "This helps the council." in someone.answer.text

    response = Response.objects.get()
    assert response.is_complete
    assert set(response.seconds_per_page) == {"1", "2", "3", "4"}
    answers = stored()
    assert answers["age"].number == 44
    assert answers["ways"].codes == ("phone", "desk")
    assert answers["calls"].text == "called"


def test_who_did_not_complain_is_not_asked_about_it(someone):
    someone.start()
    someone.send(age="30", complained="no")
    assert "Anything else?" in someone.answer.text
    someone.send()
    someone.send(send="1")
    answers = stored()
    assert answers["ways"].missing == "not-asked"
    assert answers["remark"].missing == "no-answer"


def test_going_back_keeps_answers_and_changes_the_way(someone):
    someone.start()
    someone.send(age="30", complained="yes")
    someone.send(ways=["web"], back="1")
    assert 'value="30"' in someone.answer.text
    assert 'value="yes" checked' in squeezed(someone.answer.text)
    someone.send(age="31", complained="no")
    someone.send()
    someone.send(send="1")
    assert stored()["ways"].missing == "not-asked"
    assert stored()["age"].number == 31


def test_an_error_names_the_question_keeps_what_was_typed_and_the_other_answers(someone):
    someone.start()
    answer = someone.send(age="7", complained="no")
    assert answer.status_code == 422
    assert 'href="#q-age"' in answer.text
    assert "An age from 16 to 110." in answer.text
    assert 'value="7"' in answer.text
    assert set(stored()) == {"complained"}


def test_the_page_says_what_went_wrong_in_its_title(someone):
    someone.start()
    assert "<title>There is a problem" in someone.send(age="").text


def test_a_code_leads_back_to_where_one_stopped(someone, door):
    someone.start()
    someone.send(age="30", complained="yes")
    code = someone.answer.context["code"]
    assert re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){2}", code)

    later = Respondent_(door)
    assert "How did you complain?" in later.start(code=f" {code.lower()} ").text
    later.send(back="1")
    assert 'value="30"' in later.answer.text
    assert Response.objects.count() == 1


def test_a_wrong_code_and_a_code_of_sent_answers_lead_nowhere(someone, door):
    someone.start()
    someone.send(age="30", complained="no")
    code = someone.answer.context["code"]
    wrong = Client().post(door, {"code": "ABCD-EFGH-JKMN"})
    assert wrong.status_code == 422
    assert "No answers belong to this code" in wrong.text
    someone.send()
    someone.send(send="1")
    sent = Client().post(door, {"code": code})
    assert sent.status_code == 409


def test_the_address_of_a_page_opens_nothing_once_answers_are_sent(someone, door):
    someone.start()
    someone.send(age="30", complained="no")
    page = someone.at
    someone.send()
    someone.send(send="1")
    assert Client().get(page)["Location"] == door


class SignedBefore(TimestampSigner):
    """Signs as the site did some hours ago."""

    def __init__(self, hours):
        super().__init__(salt="surveys.respond")
        self.hours = hours

    def timestamp(self):
        return b62_encode(int(time.time()) - self.hours * 3600)


def test_the_address_of_a_page_opens_nothing_after_a_day(someone, door):
    someone.start()
    assert Client().get(someone.at).status_code == 200
    token = someone.at.split("/")[3]
    for hours, opens in ((23, True), (25, False)):
        old = SignedBefore(hours).sign(token.partition(":")[0])
        answer = Client().get(someone.at.replace(token, old))
        assert (answer.status_code == 200) is opens


def test_a_forged_address_and_one_of_another_wave_open_nothing(someone, door, ada, alpha):
    someone.start()
    other = make_wave(ada, alpha, slug="other")
    token = someone.at.split("/")[3]
    assert Client().get(reverse("respond-page", args=[other.key, token, 1])).status_code == 303
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert Client().get(someone.at.replace(token, forged))["Location"] == door


def test_a_page_that_does_not_exist_is_not_found(someone):
    someone.start()
    assert Client().get(someone.at.replace("/1/", "/99/")).status_code == 404


def test_a_page_that_is_not_asked_leads_onward(someone):
    someone.start()
    someone.send(age="30", complained="no")
    assert Client().get(someone.at.replace("/4/", "/2/"))["Location"].endswith("/4/")


def test_a_closed_wave_says_so(someone, wave, door, ada):
    someone.start()
    close_wave(wave=wave, by=ada)
    for address in (door, someone.at):
        for answer in (Client().get(address), Client().post(address, {"q.age": "30"})):
            assert answer.status_code == 410
            assert "This survey is closed" in answer.text
    assert stored() == {}
    with pytest.raises(ValidationError, match="closed"):
        start_response(wave=wave, language="en")


def test_a_planned_wave_and_a_made_up_key_do_not_exist(ada, alpha):
    wave = make_wave(ada, alpha, is_open=False)
    assert Client().get(reverse("respond", args=[wave.key])).status_code == 404
    assert Client().get(reverse("respond", args=["nothing"])).status_code == 404


def test_the_survey_speaks_the_language_asked_for(someone, door):
    page = Client().get(door, headers={"Accept-Language": "nl-BE,nl;q=0.8"})
    assert '<html lang="nl"' in page.text
    assert "Klachten en u" in page.text
    assert "Beginnen" in page.text
    assert "Complaints and you" in Client().get(f"{door}?language=en", headers={"Accept-Language": "nl"}).text
    someone.start(language="nl")
    assert "Hoe oud bent u?" in someone.answer.text
    assert "How old are you?" in Client().get(f"{someone.at}?language=en").text
    someone.send(age="40", complained="no", language="en")
    assert Response.objects.get().language == "en"


def test_no_cookie_is_needed_but_a_foreign_form_is_refused(door):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(door).status_code == 403
    page = strict.get(door)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    assert strict.post(door, {"csrfmiddlewaretoken": token}).status_code == 303


def test_nothing_personal_is_stored(someone):
    someone.start()
    someone.send(age="30", complained="no")
    person = Respondent.objects.get()
    assert re.fullmatch(r"R-[0-9a-f]{10}", person.pseudonym)
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM surveys_response r UNION ALL SELECT p::text FROM surveys_respondent p")
        assert "127.0.0.1" not in str(cursor.fetchall())
    code = someone.answer.context["code"]
    assert code not in str(Response.objects.values().get()), "only its digest is kept"


def test_pages_are_kept_out_of_caches_and_search(someone):
    answer = someone.start()
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert "<script" not in answer.text


def test_guessing_codes_is_slowed_down(door, monkeypatch):
    monkeypatch.setattr(respond, "RESUMES", limits.Policy("survey-resume-test", 3, 600))
    answers = [Client().post(door, {"code": "ABCD-EFGH-JKMN"}).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 429, 429]


@pytest.mark.parametrize("text", ["\x00", "<script>alert(1)</script>", "x" * 6000, "𝔘" * 10, "=cmd()"])
def test_any_text_is_kept_escaped_or_refused(someone, text):
    someone.start()
    someone.send(age="30", complained="no")
    answer = someone.send(remark=text)
    assert answer.status_code in (200, 422)
    assert "<script>" not in answer.text


def test_a_page_keeps_within_its_queries(someone, django_assert_max_num_queries):
    someone.start()
    with django_assert_max_num_queries(12):
        Client().get(someone.at)
    with django_assert_max_num_queries(24):
        Client().post(someone.at, {"q.age": "30", "q.complained": "no"})


@pytest.fixture
def old_wave(ada, alpha, monkeypatch):
    """A wave of a version that was published before calculations had a budget."""
    for limit in ("MAX_MADE", "MAX_CHARACTERS", "MAX_STEPS"):
        monkeypatch.setattr(costs, limit, 10**12)
    items = [ItemDef("word", ItemType.TEXT, {"en": "A word"})]
    for number, before in enumerate(["word", "c0", "c1", "c2"]):
        twenty = ", ".join(["${" + before + "}"] * 20)
        items.append(ItemDef(f"c{number}", ItemType.CALCULATE, calculation=f"concat({twenty})"))
    items.append(ItemDef("remark", ItemType.TEXT, {"en": "Anything about ${c3}?"}))
    return make_wave(ada, alpha, definition=Definition(("en",), "en", sections=(SectionDef("s", items=tuple(items)),)))


def test_answers_that_make_calculations_too_long_are_refused_with_a_sentence_and_not_saved(old_wave):
    someone = Respondent_(reverse("respond", args=[old_wave.key]))
    someone.start()

    answer = someone.send(word="abcdef")

    assert (answer.status_code, "Your answers are too long to go on." in answer.text) == (422, True)
    assert not Answer.objects.exists()
    assert someone.send(word="").status_code == 200


def test_calculations_that_become_too_long_are_a_problem_document(old_wave, ada, client):
    client.force_login(ada)
    body = {"wave": old_wave.pk, "answers": {"word": "abcdef"}}

    answer = client.post("/api/v1/responses/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["type"]) == (400, "urn:lipse:problem:calculation_too_long")
