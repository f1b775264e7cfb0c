"""What the checks say of a server that is too old, and of the one that runs."""

import pytest
from django.core.checks import run_checks

from lipse_site.checks import too_old


def test_an_older_postgres_is_refused_with_its_number():
    (error,) = too_old(170_006)
    assert error.msg == "The database is PostgreSQL 17; the Casebook needs 18 or newer."
    assert error.id == "lipse_site.E004"


@pytest.mark.django_db
def test_the_server_of_the_tests_is_new_enough():
    assert not run_checks(tags=["database"], databases=["default"])


def test_a_missing_font_is_an_error_before_the_site_is_served(settings, tmp_path):
    assert not errors_of_fonts()
    settings.NODE_MODULES = tmp_path

    (error,) = errors_of_fonts()

    assert "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf" in error.msg
    assert error.hint == "Run npm ci."


def errors_of_fonts():
    return [one for one in run_checks(tags=["lipse_site"]) if one.id == "lipse_site.E005"]
