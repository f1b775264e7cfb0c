"""`python -m benchmarks inside_api fill|statements ...`: what bench_api runs in a process of its own.

fill ROWS DATASETS: datasets of made-up records with narratives of some 900 bytes; prints the token of a reader and the
id in the middle. A third of the rows has the word `frequent`, one in 5,000 `rare`, half of the newest dataset `newest`.
statements WORD SIZE: the statements of a page of this search as our queryset makes them, for a plan by PostgreSQL.
"""

import json
import sys

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts import actions as accounts
from accounts.models import Organisation, User
from accounts.roles import Role
from complaints import partitions, value_counts
from complaints.filters import RecordFilter
from complaints.models import ComplaintRecord
from imports.models import Dataset

TEXTS = """
CREATE TABLE bench_texts AS SELECT k, (
    SELECT string_agg((ARRAY['housing', 'repair', 'delay', 'council', 'officer', 'letter', 'payment', 'benefit', 'tax',
        'school', 'water', 'permit', 'noise', 'rent', 'damp', 'appeal'])[1 + abs(hashint4(k * 977 + i * 31) % 16)]
        || CASE WHEN i % 4 = 0 THEN ' ' || translate(left(md5((k * 7 + i)::text), 6), '0123456789', 'ghijklmnop')
           ELSE '' END, ' ') FROM generate_series(1, 112) i)
    || CASE WHEN k % 3 = 0 THEN ' frequent' ELSE '' END || CASE WHEN k = 2500 THEN ' rare' ELSE '' END AS words
FROM generate_series(1, 5000) k
"""
FILL = """
INSERT INTO {table} (dataset_id, reference, case_reference, kind, institution, institution_kind, country, policy_sector,
    respondent, category, subject, narrative, response, language, channel, service, complainant_kind, framing, harm,
    mandate, admissibility, stage, status, status_raw, finding, finding_raw, closure, closure_raw, remedy, amount,
    currency, received_on, closed_on, extra, import_id, source_record, source_line, content_hash, updated_at)
SELECT {dataset}, 'B-' || g, 'C-' || g / 2, (ARRAY['complaint', 'finding', 'recommendation'])[1 + g % 3],
    'Office ' || h % 7, 'ombudsman',
    (ARRAY['NL', 'GB', 'BE', 'DK', 'DE', 'EE', 'ES', 'FR', 'IT', 'RO', 'SK'])[1 + (h >> 3) % 11],
    (ARRAY['environment', 'education', 'social-welfare', ''])[1 + (h >> 5) % 4], 'Body ' || (h >> 2) % 300,
    'Category ' || (h >> 4) % 25, 'Complaint number ' || g,
    t.words || CASE WHEN {is_newest} AND g % 2 = 0 THEN ' newest' ELSE '' END, '', 'en',
    (ARRAY['web', 'letter', 'phone', ''])[1 + (h >> 7) % 4], '', '', '', '',
    (ARRAY['inside', 'outside', ''])[1 + (h >> 9) % 3], '', 'stage ' || h % 3,
    (ARRAY['open', 'closed'])[1 + (h >> 6) % 2], '',
    (ARRAY['upheld', 'partly-upheld', 'not-upheld', 'no-finding', ''])[1 + (h >> 11) % 5], '',
    (ARRAY['settled', 'withdrawn', 'decision', ''])[1 + (h >> 13) % 4], '', '', NULL, '',
    CASE WHEN g % 50 > 0 THEN date '2005-01-01' + h % 7000 END,
    CASE WHEN (h >> 6) % 2 = 1 THEN date '2005-02-01' + h % 7000 + (h >> 8) % 300 END,
    '{{"ward": "012"}}', 0, g, g + 1, md5(g::text)::uuid, now()
FROM (SELECT g, (hashint4(g)::bigint & 2147483647)::int AS h FROM generate_series({first}, {last}) g) s
JOIN bench_texts t ON t.k = 1 + s.g % 5000
ORDER BY g
"""


def main(arguments: list[str]) -> int:
    what, *rest = arguments
    done = fill(int(rest[0]), int(rest[1])) if what == "fill" else statements(rest[0], int(rest[1]))
    sys.stdout.write(json.dumps(done) + "\n")
    return 0


def fill(rows: int, datasets: int) -> dict[str, object]:
    """Each dataset is a first load: filled, indexed and attached; then what happens by itself."""
    call_command("migrate", verbosity=0)
    organisation = Organisation.objects.create(slug="bench", name="Bench", kind="ombudsman")
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
    each = rows // datasets
    for number in range(datasets):
        dataset = Dataset.objects.create(
            slug=f"bench-{number}", title=f"Bench {number}", recipe="complaints", organisation=organisation,
            languages=["en"],
        )  # fmt: skip
        _load(dataset.pk, number * each + 1, (number + 1) * each, is_newest=number == datasets - 1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
    value_counts.renew()
    ids = ComplaintRecord.objects.order_by("id").values_list("id", flat=True)
    person = accounts.create_person(
        username="bench", email="bench@example.org", name="Bench", password="a" * 20, by=None
    )
    accounts.set_roles(person=person, organisation=organisation, roles=[Role.READER], by=None)
    token = accounts.create_token(person=person, label="bench", scope="read", by=None)[1]
    return {"token": token, "middle": ids[rows // 2], "datasets": datasets}


def _load(dataset: int, first: int, last: int, *, is_newest: bool) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        table = partitions.create_standalone(cursor, dataset)
        values = {"table": table, "dataset": dataset, "first": first, "last": last, "is_newest": is_newest}
        cursor.execute(FILL.format(**values))
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for statement in partitions.index_statements(cursor, table):
            cursor.execute(statement)
        partitions.attach(cursor, dataset)
        partitions.refresh(cursor, dataset, last - first + 1)


def statements(word: str, size: int) -> dict[str, str]:
    """The page and the count up to 10,001 of a search, as SQL without parameters."""
    records = ComplaintRecord.objects.visible_to(User.objects.get(username="bench")).with_days_open()
    found = RecordFilter({"search": word}, queryset=records, only_given=True).qs
    return {"page": _sql(found.order_by("id")[: size + 1]), "count": _sql(found.order_by().values("pk")[:10_001])}


def _sql(rows: QuerySet[ComplaintRecord]) -> str:
    statement, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        return str(cursor.mogrify(statement, params), "utf-8")
