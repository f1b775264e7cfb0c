"""Pages of a theme, an organisation and an institution: what was found there, and the names that lead to them."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from accounts import actions
from accounts.models import Organisation
from casestudies.models import CaseStudy
from registry.models import Term
from tests.factories.casestudies import make_case_study, make_event
from tests.factories.complaints import load_records, make_dataset

THEME = "/themes/innovation-inputs/"
NAME = "Médiateur de l'eau / Ombudsman\nfor water: 100% & more?"
OWN = reverse("institution", args=[NAME])


@pytest.fixture
def shire(db):
    """The public body of a case study, and an ombudsman."""
    return [
        actions.create_organisation(slug=slug, name=name, kind=kind, country="NL", by=None)
        for slug, name, kind in (
            ("shire", "Shire of Tideham", Organisation.Kind.PUBLIC_BODY),
            ("water", NAME, Organisation.Kind.OMBUDSMAN),
        )
    ]


@pytest.fixture
def garden(fay, ada, shire):
    """A published case study of Alpha with a theme and a public body; everyone may read it."""
    values = {"working_title": "A garden for the street", "themes": ["innovation-inputs"], "public_body": shire[0]}
    case = make_case_study(fay, state="approved", reviewer=ada, **values)
    CaseStudy.objects.filter(pk=case.pk).update(access="public")
    return case


@pytest.fixture
def letters(alpha, shire):
    """A public dataset of an ombudsman that carries the theme, with records of two institutions."""
    dataset = make_dataset(
        alpha, slug="letters", title="Letters about water", office=shire[1], themes=["innovation-inputs"]
    )
    own = {"institution": NAME, "institution_kind": "ombudsman", "policy_sector": "environment"}
    findings = ("upheld", "partly-upheld", "not-upheld", "not-upheld", "no-finding")
    rows = [{"reference": f"A-{n}", "finding": finding, **own} for n, finding in enumerate(findings)]
    dataset.first_record = load_records(dataset, [*rows, {"reference": "B", "finding": "upheld"}])[0]
    return dataset


def context_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.context


def figures_of(client, address):
    return {figure.label: (figure.here, figure.everywhere) for figure in context_of(client, address)["figures"]}


def page_of(client, address):
    return " ".join(client.get(address).content.decode().split())


def link_to(address, label):
    return f'<a href="{address}">{label}</a>'


def test_a_theme_says_what_was_found_in_case_studies_and_datasets_that_carry_it(client, garden, letters, alpha):
    load_records(make_dataset(alpha), [{"reference": "C", "finding": "not-upheld"}])
    figures = figures_of(client, THEME)

    assert figures["Case studies"] == ("1", "1")
    assert figures["Complaint records"] == ("6", "7")
    assert figures["Complaints upheld, at least in part"] == (
        "60% (3 of 5 with a finding)",
        "50% (3 of 6 with a finding)",
    )
    page = page_of(client, THEME)
    assert "A garden for the street" in page
    assert 'href="/complaint-records/?theme=innovation-inputs"' in page
    assert 'href="/case-studies/?theme=innovation-inputs"' in page
    assert "Letters about water" in page


def test_a_theme_that_is_no_longer_offered_or_never_was_has_no_page(client, garden, fay, client_of):
    assert client.get("/themes/sorcery/").status_code == 404
    Term.objects.filter(vocabulary__slug="theme", key="innovation-inputs").update(is_deprecated=True)

    assert client.get(THEME).status_code == 404
    assert THEME not in page_of(client, garden.get_absolute_url())


def test_a_partner_shows_what_it_owns(client, garden, letters, alpha):
    figures = figures_of(client, alpha.get_absolute_url())

    assert figures["Case studies"] == ("1", "1")
    assert figures["Complaint records"] == ("6", "6")
    page = page_of(client, alpha.get_absolute_url())
    assert 'href="/case-studies/?organisation=alpha-university"' in page
    assert 'href="/complaint-records/?dataset__in=letters"' in page


def test_a_public_body_shows_its_case_studies_and_an_ombudsman_its_records(client, garden, letters, shire):
    body, ombudsman = shire

    assert figures_of(client, body.get_absolute_url())["Case studies"] == ("1", "1")
    assert "Complaint records" not in figures_of(client, body.get_absolute_url())
    listed = client.get("/case-studies/?public_body=shire").context["listing"].rows
    assert [case.pk for case in listed] == [garden.pk]
    assert figures_of(client, ombudsman.get_absolute_url())["Complaint records"] == ("6", "6")
    assert "Case studies" not in figures_of(client, ombudsman.get_absolute_url())


def test_an_institution_is_found_by_the_name_that_its_records_have(client, letters, shire):
    figures = figures_of(client, OWN)

    assert figures == {
        "Complaint records": ("5", "6"),
        "Complaints upheld, at least in part": ("50% (2 of 4 with a finding)", "60% (3 of 5 with a finding)"),
    }
    page = page_of(client, OWN)
    assert "<dd>Ombudsman</dd>" in page
    assert link_to("/countries/NL/", "Netherlands") in page
    assert f'href="{shire[1].get_absolute_url()}"' in page
    assert "Letters about water" in page


def test_other_names_are_no_institution(client, letters):
    for name in ("Nobody", f" {NAME}", NAME.lower(), " ", "Nobody\x00"):
        assert client.get(reverse("institution", args=[name])).status_code == 404


def test_what_others_may_not_see_is_on_no_page(client, client_of, ada, charlie, fay, alpha, shire):
    make_case_study(fay, working_title="A secret draft", themes=["innovation-inputs"], public_body=shire[0])
    hidden = {"access": "restricted", "narrative_access": "restricted", "counts_access": "public"}
    dataset = make_dataset(alpha, title="Hidden letters", office=shire[1], themes=["innovation-inputs"], **hidden)
    load_records(dataset, [{"institution": NAME, "finding": "upheld"}])
    addresses = [THEME, *(each.get_absolute_url() for each in (alpha, *shire))]

    for browser in (client, client_of(charlie)):
        assert browser.get(OWN).status_code == 404
        for address in addresses:
            page = page_of(browser, address)
            assert "secret draft" not in page
            assert "Hidden letters" not in page
            assert figures_of(browser, address).get("Case studies", ("0",))[0] == "0"
            assert figures_of(browser, address).get("Complaint records", ("0",))[0] == "0"
    assert figures_of(client_of(ada), OWN)["Complaint records"] == ("1", "1")


def test_names_on_pages_lead_there(client_of, ada, garden, letters, shire, alpha):
    browser = client_of(ada)
    event = make_event(garden, ada)
    theme, body = Term.objects.get(vocabulary__slug="theme", key="innovation-inputs"), shire[0]
    record = f"/complaint-records/{letters.first_record}/"
    expected = {
        garden.get_absolute_url(): [
            link_to(THEME, theme),
            link_to(body.get_absolute_url(), body),
            link_to(alpha.get_absolute_url(), alpha),
        ],
        event.get_absolute_url(): [link_to(alpha.get_absolute_url(), alpha)],
        record: [
            f'href="{escape(OWN)}"',
            link_to("/countries/NL/", "Netherlands"),
            'href="/policy-sectors/environment/"',
        ],
        "/complaint-records/": [f'href="{escape(OWN)}"', link_to("/countries/NL/", "Netherlands")],
        "/datasets/letters/": [link_to(THEME, theme), link_to(alpha.get_absolute_url(), alpha)],
        "/datasets/": [f'href="{shire[1].get_absolute_url()}"'],
    }

    missing = [
        (address, text)
        for address, texts in expected.items()
        for text in texts
        if text not in page_of(browser, address)
    ]

    assert missing == []


def test_a_name_is_not_read_as_html(client, alpha):
    [record] = load_records(make_dataset(alpha), [{"institution": "<b>Bold</b>"}])

    for address in ("/complaint-records/", f"/complaint-records/{record}/", "/institutions/%3Cb%3EBold%3C/b%3E/"):
        page = page_of(client, address)
        assert "<b>Bold" not in page
        assert "&lt;b&gt;Bold&lt;/b&gt;" in page


def test_the_search_finds_themes_organisations_and_institutions(client, letters, shire):
    theme = Term.objects.get(vocabulary__slug="theme", key="innovation-inputs")

    def found(text):
        answer = client.get("/search/", {"q": text})
        return {str(group.name): [hit.url for hit in group.hits] for group in answer.context["found"].groups}

    assert found(str(theme))["Themes"] == [THEME]
    assert found("shire")["Organisations"] == [shire[0].get_absolute_url()]
    assert found("mediateur")["Institutions"] == [OWN]
