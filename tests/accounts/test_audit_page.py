"""The audit trail as a page: sentences below the day on which things happened."""

from datetime import UTC, datetime

import pytest

from accounts.models import AuditEvent
from tests.markup import squeezed

DAYS = ("Saturday 2 Nov 2024", "Friday 1 Nov 2024")


@pytest.mark.django_db
def test_events_are_sentences_below_their_day(client_of, ada):
    target = {"target_type": "accounts.user", "target_id": str(ada.pk)}
    for day, action in ((1, "person.signed-in"), (1, "roles.set"), (2, "person.signed-in")):
        AuditEvent.objects.create(action=action, actor=ada, at=datetime(2024, 11, day, 9, 30, tzinfo=UTC), **target)
    html = squeezed(client_of(ada).get("/audit-trail/?until=2024-12-01").content.decode())
    days = [html.index(f'<th colspan="3" scope="rowgroup">{day}</th>') for day in DAYS]
    assert days == sorted(days)
    assert html.count('class="day-head"') == 2
    assert f'<a href="?person={ada.username}">{ada}</a>:<a href="?action=roles.set">' in html
    assert '<time datetime="2024-11-02T09:30:00+00:00">09:30 UTC</time>' in html
