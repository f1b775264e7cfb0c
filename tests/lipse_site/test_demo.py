"""The demo fills every page, is marked as made up, and stays out of real sites."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.roles import Role
from casestudies.models import CaseStudy, CoCreationEvent, RecordLink
from coding.models import Submission
from complaints.models import ComplaintRecord
from imports.models import Dataset, Import
from lipse_site.demo.load import load_demo
from lipse_site.demo.people import SIGN_INS, demo_password, make_people
from surveys.models import Response


@pytest.fixture
def debug(settings):
    settings.DEBUG = True


@pytest.mark.django_db
def test_it_has_something_of_everything(debug):
    counts = load_demo()

    assert CaseStudy.objects.count() == counts["cases"] >= 100
    assert CaseStudy.objects.values("country").distinct().count() == 11
    assert CaseStudy.objects.values("sector").distinct().count() == 7
    assert CoCreationEvent.objects.count() >= 200
    assert ComplaintRecord.objects.count() == counts["records"] >= 3000
    assert ComplaintRecord.objects.values("language").distinct().count() >= 8
    assert RecordLink.objects.count() == counts["links"] >= 20
    assert Submission.objects.exists()
    assert Response.objects.count() == 40
    assert all(Dataset.objects.values_list("is_fictional", flat=True))
    for run in Import.objects.all():
        assert run.rows == run.created + run.updated + run.unchanged + run.quarantined + run.skipped
    assert Import.objects.filter(quarantined__gt=0).exists()


@pytest.mark.django_db
def test_each_role_can_sign_in_with_the_printed_password(debug, capsys):
    make_people()

    call_command("demo_sign_ins")

    printed = capsys.readouterr().out
    assert set(Role.values) == set(SIGN_INS.values())
    for username, role in SIGN_INS.items():
        assert demo_password(username) in printed
        assert User.objects.get(username=username).check_password(demo_password(username))
        assert User.objects.get(username=username).roles == {role}


@pytest.mark.django_db
def test_it_is_refused_with_debug_off(settings):
    settings.DEBUG = False

    with pytest.raises(ImproperlyConfigured):
        load_demo()
    with pytest.raises(CommandError):
        call_command("load_demo")

    assert not User.objects.exists()
