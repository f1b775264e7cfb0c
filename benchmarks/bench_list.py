"""The list of complaint records over REST, beside DRF's own CursorPagination and ModelSerializer.

`python -m benchmarks list [--rows N] [--seconds S]`: on an embedded server of its own, one table of made-up records
with narratives of some 900 bytes. Ours authenticates a token, checks visibility, spends a rate limit, answers with an
ETag and a count; the peer does none of this. Requests go through Django's handler in one process, without a network.
"""

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django
from django.apps import apps

PROJECT = Path(__file__).resolve().parents[1]
LIST = "/api/v1/complaint-records/"

FILL = """
INSERT INTO {table} (dataset_id, reference, case_reference, kind, institution, institution_kind, country, policy_sector,
    respondent, category, subject, narrative, response, language, channel, service, complainant_kind, framing, harm,
    mandate, admissibility, stage, status, status_raw, finding, finding_raw, closure, closure_raw, remedy, amount,
    currency, received_on, closed_on, extra, import_id, source_record, source_line, content_hash, updated_at)
SELECT {dataset}, 'B-' || g, 'C-' || g / 2, (ARRAY['complaint', 'finding', 'recommendation'])[1 + g % 3],
    'Office ' || h % 7, 'ombudsman',
    (ARRAY['NL', 'GB', 'BE', 'DK', 'DE', 'EE', 'ES', 'FR', 'IT', 'RO', 'SK'])[1 + (h >> 3) % 11],
    (ARRAY['environment', 'education', 'social-welfare', ''])[1 + (h >> 5) % 4], 'Body ' || (h >> 2) % 300,
    'Category ' || (h >> 4) % 25, 'Complaint number ' || g, t.words, '', 'en',
    (ARRAY['web', 'letter', 'phone', ''])[1 + (h >> 7) % 4], '', '', '', '',
    (ARRAY['inside', 'outside', ''])[1 + (h >> 9) % 3], '', 'stage ' || h % 3,
    (ARRAY['open', 'closed'])[1 + (h >> 6) % 2], '',
    (ARRAY['upheld', 'partly-upheld', 'not-upheld', 'no-finding', ''])[1 + (h >> 11) % 5], '',
    (ARRAY['settled', 'withdrawn', 'decision', ''])[1 + (h >> 13) % 4], '', '', NULL, '',
    CASE WHEN g % 50 > 0 THEN date '2005-01-01' + h % 7000 END,
    CASE WHEN (h >> 6) % 2 = 1 THEN date '2005-02-01' + h % 7000 + (h >> 8) % 300 END,
    '{{"ward": "012"}}', 0, g, g + 1, md5(g::text)::uuid, now()
FROM (SELECT g, (hashint4(g)::bigint & 2147483647)::int AS h FROM generate_series(1, {rows}) g) s
JOIN bench_texts t ON t.k = 1 + s.g % 5000
"""
TEXTS = """
CREATE TABLE bench_texts AS SELECT k, (
    SELECT string_agg((ARRAY['housing', 'repair', 'delay', 'council', 'officer', 'letter', 'payment', 'benefit', 'tax',
        'school', 'water', 'permit', 'noise', 'rent', 'damp', 'appeal'])[1 + abs(hashint4(k * 977 + i * 31) % 16)]
        || CASE WHEN i % 4 = 0 THEN ' ' || translate(left(md5((k * 7 + i)::text), 6), '0123456789', 'ghijklmnop')
           ELSE '' END, ' ') FROM generate_series(1, 112) i) AS words
FROM generate_series(1, 5000) k
"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks list")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="lipse-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    environment = {**os.environ, "LIPSE_DATA_DIR": str(folder), "LIPSE_DEMO": "0", "DATABASE_URL": "", "REDIS_URL": "",
                   "LIPSE_API_LIMIT": "100000000", "LIPSE_LOG_LEVEL": "WARNING"}  # fmt: skip
    command = [sys.executable, "-m", "benchmarks.bench_list", str(options.rows), str(options.seconds)]
    try:
        return subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(rows: int, seconds: float) -> int:
    """Both sides on one server, in turns, so that what else the machine does falls on both."""
    fill(rows)
    bearer = token()
    peer = peer_view()
    start, middle = first_id(), first_id() + rows // 2
    our_cursor = cursor_at(bearer, rows // 2)
    results = {}
    for where, ours, theirs in (
        ("start", {}, None),
        (
            f"row {rows // 2:,}",
            {"cursor": our_cursor},
            base64.b64encode(urlencode({"p": middle - 1}).encode()).decode(),
        ),
    ):
        pair = measure_pair(lambda o=ours: ask(bearer, **o), lambda t=theirs: ask_peer(peer, t), seconds)
        results[where] = {"ours": pair[0], "peer": pair[1], "ratio": round(pair[0] / pair[1], 2)}
        print(f"list of 100 at {where}: ours {pair[0]:.1f}/s, DRF {pair[1]:.1f}/s, ratio {pair[0] / pair[1]:.2f}")
    print(f"rows {rows:,}, first id {start}")
    for field in ("finding,country,kind,status,closure", "respondent"):
        for _ in range(2):
            began = time.perf_counter()
            get(bearer, f"{LIST}facets/", field=field)
            print(f"facets {field}: {time.perf_counter() - began:.2f} s")
    for words in ("repair", '"water permit"', "damp -noise", "council school -rent"):
        began = time.perf_counter()
        get(bearer, LIST, search=words)
        print(f"search {words}: {time.perf_counter() - began:.2f} s")
    print(json.dumps(results))
    return 0


def measure_pair(ours: Any, theirs: Any, seconds: float) -> tuple[float, float]:
    for warm in (ours, theirs):
        for _ in range(5):
            warm()
    spent, done = [0.0, 0.0], [0, 0]
    while min(spent) < seconds / 2:
        for side, ask_once in enumerate((ours, theirs)):
            began = time.perf_counter()
            for _ in range(10):
                ask_once()
            spent[side] += time.perf_counter() - began
            done[side] += 10
    return done[0] / spent[0], done[1] / spent[1]


def get(bearer: str, path: str, **params: Any) -> Any:
    response = CLIENT.get(path, params, headers={"Authorization": f"Bearer {bearer}"})
    if response.status_code != 200:
        raise RuntimeError(response.content[:500])
    return response


def ask(bearer: str, **params: Any) -> None:
    get(bearer, LIST, page_size=100, ordering="id", **params)


def cursor_at(bearer: str, row: int) -> str:
    """Our cursor behind the row, reached by pages of 1,000 ids."""
    cursor = ""
    for _ in range(row // 1000):
        page = get(
            bearer,
            LIST,
            page_size=1000,
            ordering="id",
            fields="id",
            count="none",
            **({"cursor": cursor} if cursor else {}),
        )
        cursor = page.json()["next"].split("cursor=")[1]
    return cursor


def ask_peer(view: Any, cursor: str | None) -> None:
    request = FACTORY.get("/peer/", {"cursor": cursor} if cursor else {})
    response = view(request)
    response.render()
    if response.status_code != 200:
        raise RuntimeError(response.content[:500])


def peer_view() -> Any:
    """What DRF gives for the same fields: a ModelSerializer, nested rows by prefetch_related, no checks of any kind."""
    from rest_framework import generics, pagination, renderers, serializers  # noqa: PLC0415 - after django.setup()

    from complaints.querysets import DaysBetween  # noqa: PLC0415
    from complaints.serializers import IssueSerializer, RecommendationSerializer, RecordSerializer  # noqa: PLC0415

    model = apps.get_model("complaints", "ComplaintRecord")

    class Provenance(serializers.Serializer):
        line = serializers.IntegerField(source="source_line")

    class PeerSerializer(serializers.ModelSerializer):
        dataset = serializers.SlugRelatedField(slug_field="slug", read_only=True)
        days_open = serializers.IntegerField()
        issues = IssueSerializer(many=True, source="issue_rows")
        recommendations = RecommendationSerializer(many=True, source="recommendation_rows")
        provenance = Provenance(source="*")

        class Meta:
            model = apps.get_model("complaints", "ComplaintRecord")
            fields = [name for name in RecordSerializer.Meta.fields if name not in ("codes", "withheld")]

    class Pages(pagination.CursorPagination):
        page_size = 100
        ordering = "id"

    class Peer(generics.ListAPIView):
        queryset = model.objects.select_related("dataset").prefetch_related(
            "issue_rows", "recommendation_rows__follow_ups"
        ).annotate(days_open=DaysBetween("closed_on", "received_on"))  # fmt: skip
        serializer_class = PeerSerializer
        pagination_class = Pages
        renderer_classes = [renderers.JSONRenderer]
        authentication_classes: list[Any] = []
        permission_classes: list[Any] = []
        throttle_classes: list[Any] = []

    return Peer.as_view()


def fill(rows: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - after django.setup()
    from django.db import connection, transaction  # noqa: PLC0415

    from complaints import partitions  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    organisation = apps.get_model("accounts", "Organisation").objects.create(
        slug="bench", name="Bench", kind="ombudsman"
    )
    dataset = apps.get_model("imports", "Dataset").objects.create(
        slug="bench", title="Bench", recipe="complaints", organisation=organisation, languages=["en"]
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TEXTS)
        table = partitions.create_standalone(cursor, dataset.pk)
        cursor.execute(FILL.format(table=table, dataset=dataset.pk, rows=rows))
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for statement in partitions.index_statements(cursor, table):
            cursor.execute(statement)
        partitions.attach(cursor, dataset.pk)
        partitions.refresh(cursor, dataset.pk, rows)


def first_id() -> int:
    return apps.get_model("complaints", "ComplaintRecord").objects.order_by("id").values_list("id", flat=True)[0]


def token() -> str:
    from accounts import actions  # noqa: PLC0415 - after django.setup()

    person = actions.create_person(
        username="bench", email="bench@example.org", name="Bench", password="a" * 20, by=None
    )
    organisation = apps.get_model("accounts", "Organisation").objects.get(slug="bench")
    actions.set_roles(person=person, organisation=organisation, roles=["reader"], by=None)
    return actions.create_token(person=person, label="bench", scope="read", by=None)[1]


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "lipse_site.settings"
    django.setup()
    from django.conf import settings
    from django.test import Client, RequestFactory

    from lipse_site.embedded import services

    settings.ALLOWED_HOSTS = ["testserver"]
    CLIENT, FACTORY = Client(), RequestFactory()
    services.use(settings.EMBEDDED)
    try:
        sys.exit(run(int(sys.argv[1]), float(sys.argv[2])))
    finally:
        services.let_go(settings.EMBEDDED)
