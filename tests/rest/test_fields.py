"""Values of a query string become values of the database, or a sentence."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from rest.fields import MomentField


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24T10:00:00Z", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("2026-11-24T10:00:00+02:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T10:00:00 02:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T21:25:00+21:25", datetime(2026, 11, 24, tzinfo=UTC)),
    ],
)
def test_a_time_is_kept_in_utc(text, moment):
    assert MomentField().clean(text) == moment
    assert MomentField().clean(text).utcoffset() == UTC.utcoffset(None)


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00Z", "2026-11-24T10:00:00+25:00"]
)
def test_what_is_no_time_is_refused_with_the_form_that_is_wanted(text):
    with pytest.raises(ValidationError, match="YYYY-MM-DDThh:mm:ssZ"):
        MomentField().clean(text)
