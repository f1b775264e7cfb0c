"""The record table, partitioned by dataset, and the tables that belong to a record.

Django cannot say PARTITION BY: the database gets the table by SQL, Django's state a plain model. What a partition needs
(columns, checks, indexes) is read from the parent by complaints/partitions.py, so it stands here alone.
"""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

RECORD_TABLE = """
CREATE SEQUENCE complaints_complaintrecord_id_seq AS bigint CACHE 1;

CREATE TABLE complaints_complaintrecord (
    id bigint NOT NULL DEFAULT nextval('complaints_complaintrecord_id_seq'),
    dataset_id bigint NOT NULL,
    reference varchar(200) NOT NULL,
    case_reference varchar(200) NOT NULL,
    kind varchar(14) NOT NULL,
    institution varchar(250) NOT NULL,
    institution_kind varchar(12) NOT NULL,
    country varchar(2) NOT NULL,
    policy_sector varchar(60) NOT NULL,
    respondent varchar(500) NOT NULL,
    category varchar(500) NOT NULL,
    subject text NOT NULL,
    narrative text NOT NULL,
    response text NOT NULL,
    language varchar(2) NOT NULL,
    channel varchar(100) NOT NULL,
    service varchar(300) NOT NULL,
    complainant_kind varchar(100) NOT NULL,
    framing varchar(60) NOT NULL,
    harm varchar(300) NOT NULL,
    mandate varchar(7) NOT NULL,
    admissibility varchar(100) NOT NULL,
    stage varchar(100) NOT NULL,
    status varchar(6) NOT NULL,
    status_raw varchar(200) NOT NULL,
    finding varchar(13) NOT NULL,
    finding_raw varchar(200) NOT NULL,
    closure varchar(18) NOT NULL,
    closure_raw varchar(200) NOT NULL,
    remedy varchar(300) NOT NULL,
    amount numeric(16, 2),
    currency varchar(3) NOT NULL,
    received_on date,
    closed_on date,
    extra jsonb NOT NULL,
    import_id bigint NOT NULL,
    source_record bigint NOT NULL,
    source_line bigint NOT NULL,
    content_hash uuid NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT complaints_record_pkey PRIMARY KEY (id, dataset_id),
    CONSTRAINT complaints_record_reference_is_unique UNIQUE (dataset_id, reference),
    CONSTRAINT record_has_a_reference CHECK (reference <> ''),
    CONSTRAINT record_kind_is_known CHECK (kind IN ('complaint', 'finding', 'recommendation')),
    CONSTRAINT record_institution_kind_is_known
        CHECK (institution_kind IN ('ombudsman', 'audit-office', 'regulator', 'other')),
    CONSTRAINT record_mandate_is_known CHECK (mandate IN ('', 'inside', 'outside')),
    CONSTRAINT record_status_is_known CHECK (status IN ('', 'open', 'closed')),
    CONSTRAINT record_finding_is_known
        CHECK (finding IN ('', 'upheld', 'partly-upheld', 'not-upheld', 'no-finding')),
    CONSTRAINT record_closure_is_known
        CHECK (closure IN ('', 'settled', 'friendly-solution', 'transferred', 'withdrawn', 'no-further-inquiry',
                           'recommendation', 'critical-remark', 'special-report', 'decision'))
) PARTITION BY LIST (dataset_id);

ALTER SEQUENCE complaints_complaintrecord_id_seq OWNED BY complaints_complaintrecord.id;

-- Long narratives are compressed by lz4 where this server was built with it: several times quicker than pglz.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        ALTER TABLE complaints_complaintrecord
            ALTER subject SET COMPRESSION lz4, ALTER narrative SET COMPRESSION lz4, ALTER response SET COMPRESSION lz4;
    END IF;
END $$;
"""

# One index serves all languages: each vector carries a marker lexeme of its row's language, and a query is the OR of
# "marker AND words stemmed in that language". PL/pgSQL, so that the planner sees the true cost instead of inlining.
SEARCH = """
CREATE FUNCTION complaints_record_vector(language text, subject text, narrative text, response text)
RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 3000 AS $$
BEGIN
    RETURN public.search_vector(language, subject || ' ' || narrative || ' ' || response)
        || array_to_tsvector(ARRAY['§' || language]);
END $$;

-- `monotone`: without the parts that say what must be absent. A text that the whole query matches is matched by this one
-- too, and so is every longer text: what is asked of an index over more text than a reader may search.
CREATE FUNCTION complaints_record_query(languages text[], words text, monotone boolean)
RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    one text;
    arm tsquery;
    indexable text;
    whole tsquery;
BEGIN
    FOREACH one IN ARRAY languages LOOP
        arm := public.search_query(one, words);
        CONTINUE WHEN numnode(arm) = 0;
        IF monotone THEN
            indexable := querytree(arm);
            arm := CASE WHEN indexable IN ('', 'T') THEN NULL ELSE indexable::tsquery END;
        END IF;
        arm := coalesce(quote_literal('§' || one)::tsquery && arm, quote_literal('§' || one)::tsquery);
        whole := coalesce(whole || arm, arm);
    END LOOP;
    RETURN whole;
END $$;
"""

INDEXES = """
CREATE INDEX complaints_record_received_on
    ON complaints_complaintrecord (received_on, id);
CREATE INDEX complaints_record_closed_on
    ON complaints_complaintrecord (closed_on, id);
CREATE INDEX complaints_record_updated_at ON complaints_complaintrecord (updated_at, id);
CREATE INDEX complaints_record_case_reference ON complaints_complaintrecord (case_reference)
    WHERE case_reference <> '';
CREATE INDEX complaints_record_search ON complaints_complaintrecord
    USING gin (complaints_record_vector(language, subject, narrative, response));
"""

TIES = """
ALTER TABLE complaints_issue ADD CONSTRAINT issue_belongs_to_a_record
    FOREIGN KEY (dataset_id, record_id) REFERENCES complaints_complaintrecord (dataset_id, id) ON DELETE CASCADE;
ALTER TABLE complaints_recommendation ADD CONSTRAINT recommendation_belongs_to_a_record
    FOREIGN KEY (dataset_id, record_id) REFERENCES complaints_complaintrecord (dataset_id, id) ON DELETE CASCADE;
ALTER TABLE complaints_followup ADD CONSTRAINT follow_up_belongs_to_a_recommendation
    FOREIGN KEY (recommendation_id) REFERENCES complaints_recommendation (id) ON DELETE CASCADE;
"""

RECORD = migrations.CreateModel(
    name="ComplaintRecord",
    fields=[
        ("id", models.BigAutoField(primary_key=True, serialize=False)),
        (
            "dataset",
            models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="imports.dataset"
            ),
        ),
        ("reference", models.CharField(max_length=200)),
        ("case_reference", models.CharField(max_length=200)),
        (
            "kind",
            models.CharField(
                choices=[("complaint", "Complaint"), ("finding", "Finding"), ("recommendation", "Recommendation")],
                max_length=14,
            ),
        ),
        ("institution", models.CharField(max_length=250)),
        (
            "institution_kind",
            models.CharField(
                choices=[
                    ("ombudsman", "Ombudsman"),
                    ("audit-office", "Audit office"),
                    ("regulator", "Regulator"),
                    ("other", "Other"),
                ],
                max_length=12,
            ),
        ),
        ("country", models.CharField(max_length=2)),
        ("policy_sector", models.CharField(max_length=60)),
        ("respondent", models.CharField(max_length=500)),
        ("category", models.CharField(max_length=500)),
        ("subject", models.TextField()),
        ("narrative", models.TextField()),
        ("response", models.TextField()),
        ("language", models.CharField(max_length=2)),
        ("channel", models.CharField(max_length=100)),
        ("service", models.CharField(max_length=300)),
        ("complainant_kind", models.CharField(max_length=100)),
        ("framing", models.CharField(max_length=60)),
        ("harm", models.CharField(max_length=300)),
        (
            "mandate",
            models.CharField(
                choices=[("inside", "Inside the mandate"), ("outside", "Outside the mandate")], max_length=7
            ),
        ),
        ("admissibility", models.CharField(max_length=100)),
        ("stage", models.CharField(max_length=100)),
        ("status", models.CharField(choices=[("open", "Open"), ("closed", "Closed")], max_length=6)),
        ("status_raw", models.CharField(max_length=200)),
        (
            "finding",
            models.CharField(
                choices=[
                    ("upheld", "Upheld"),
                    ("partly-upheld", "Partly upheld"),
                    ("not-upheld", "Not upheld"),
                    ("no-finding", "No finding"),
                ],
                max_length=13,
            ),
        ),
        ("finding_raw", models.CharField(max_length=200)),
        (
            "closure",
            models.CharField(
                choices=[
                    ("settled", "Settled"),
                    ("friendly-solution", "Friendly solution"),
                    ("transferred", "Transferred"),
                    ("withdrawn", "Withdrawn"),
                    ("no-further-inquiry", "No further inquiry"),
                    ("recommendation", "Recommendation"),
                    ("critical-remark", "Critical remark"),
                    ("special-report", "Special report"),
                    ("decision", "Decision"),
                ],
                max_length=18,
            ),
        ),
        ("closure_raw", models.CharField(max_length=200)),
        ("remedy", models.CharField(max_length=300)),
        ("amount", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
        ("currency", models.CharField(max_length=3)),
        ("received_on", models.DateField(null=True)),
        ("closed_on", models.DateField(null=True)),
        ("extra", models.JSONField(help_text="Columns of the source that no field was mapped to, as text.")),
        ("import_id", models.BigIntegerField(help_text="The import that wrote this version of the row.")),
        ("source_record", models.BigIntegerField()),
        ("source_line", models.BigIntegerField()),
        ("content_hash", models.UUIDField(help_text="MD5 of all mapped values: an equal row is not rewritten.")),
        ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
    ],
    options={"ordering": ["id"]},
)


def of_record() -> list[tuple[str, models.Field]]:
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        (
            "dataset",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="imports.dataset"),
        ),
        (
            "record",
            models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="%(class)s_rows",
                to="complaints.complaintrecord",
            ),
        ),
    ]


class Migration(migrations.Migration):
    initial = True

    dependencies = [("imports", "0001_initial"), ("standards", "0001_text_search")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[RECORD],
            database_operations=[
                migrations.RunSQL(RECORD_TABLE, "DROP TABLE complaints_complaintrecord"),
                migrations.RunSQL(SEARCH, "DROP FUNCTION complaints_record_vector, complaints_record_query"),
                migrations.RunSQL(INDEXES, "DROP INDEX complaints_record_search"),
            ],
        ),
        migrations.CreateModel(
            name="Partition",
            fields=[
                (
                    "dataset",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="imports.dataset",
                    ),
                ),
                ("table", models.CharField(max_length=63, unique=True)),
                (
                    "version",
                    models.PositiveBigIntegerField(
                        default=1, help_text="Grows with each load, so that answers can be kept."
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Issue",
            fields=[
                *of_record(),
                ("scheme", models.CharField(max_length=60)),
                ("category", models.CharField(max_length=120)),
                ("severity", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("stage", models.CharField(blank=True, max_length=100)),
                ("norm", models.CharField(blank=True, max_length=200)),
                ("coded_by", models.CharField(blank=True, max_length=100)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                *of_record(),
                ("addressee", models.CharField(max_length=300)),
                ("text", models.TextField()),
                ("type", models.CharField(blank=True, max_length=60)),
                ("priority", models.CharField(blank=True, max_length=60)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("criterion", models.TextField(blank=True)),
                ("condition", models.TextField(blank=True)),
                ("cause", models.TextField(blank=True)),
                ("effect", models.TextField(blank=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "recommendation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_ups",
                        to="complaints.recommendation",
                    ),
                ),
                ("observed_on", models.DateField(blank=True, null=True)),
                ("assessor", models.CharField(blank=True, max_length=200)),
                ("scale", models.CharField(max_length=100)),
                ("raw_value", models.CharField(max_length=200)),
                ("value", models.CharField(blank=True, max_length=60)),
                ("promised_action", models.TextField(blank=True)),
            ],
        ),
        migrations.RunSQL(TIES, migrations.RunSQL.noop),
    ]
