"""The record table, partitioned by dataset, and the foreign keys of the tables that belong to a record.

Django has no PARTITION BY, so the plain table of the first migration, which is still empty, is replaced by SQL; the state
of Django's models stays. complaints/partitions.py reads columns, checks and indexes from this parent table, so they are
defined only here. `search_vector` belongs to the index and is not a field of the model, so that no query of records has to
leave it out; it is stored with records that are added to live ones (ADR 0040).
"""

from django.db import migrations

RECORD_TABLE = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM complaints_complaintrecord) THEN
        RAISE EXCEPTION 'complaints_complaintrecord holds records: its table cannot be made anew';
    END IF;
END $$;
DROP TABLE complaints_complaintrecord;

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
    search_vector tsvector,
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

-- Long narratives are compressed by lz4 where this server supports it: several times faster than pglz.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        ALTER TABLE complaints_complaintrecord
            ALTER subject SET COMPRESSION lz4, ALTER narrative SET COMPRESSION lz4, ALTER response SET COMPRESSION lz4,
            ALTER search_vector SET COMPRESSION lz4;
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

-- `monotone`: without the excluded words. A text that matches the whole query matches this one too, and so does every
-- longer text. It is used with an index over more text than the reader may search.
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
    USING gin (coalesce(search_vector, complaints_record_vector(language, subject, narrative, response)));
"""

TIES = """
ALTER TABLE complaints_issue ADD CONSTRAINT issue_belongs_to_a_record
    FOREIGN KEY (dataset_id, record_id) REFERENCES complaints_complaintrecord (dataset_id, id) ON DELETE CASCADE;
ALTER TABLE complaints_recommendation ADD CONSTRAINT recommendation_belongs_to_a_record
    FOREIGN KEY (dataset_id, record_id) REFERENCES complaints_complaintrecord (dataset_id, id) ON DELETE CASCADE;
ALTER TABLE complaints_followup ADD CONSTRAINT follow_up_belongs_to_a_recommendation
    FOREIGN KEY (recommendation_id) REFERENCES complaints_recommendation (id) ON DELETE CASCADE;
ALTER TABLE complaints_recordunit ADD CONSTRAINT coded_text_belongs_to_a_record
    FOREIGN KEY (dataset_id, record_id) REFERENCES complaints_complaintrecord (dataset_id, id);
"""

UNTIE = """
ALTER TABLE complaints_recordunit DROP CONSTRAINT coded_text_belongs_to_a_record;
ALTER TABLE complaints_followup DROP CONSTRAINT follow_up_belongs_to_a_recommendation;
ALTER TABLE complaints_recommendation DROP CONSTRAINT recommendation_belongs_to_a_record;
ALTER TABLE complaints_issue DROP CONSTRAINT issue_belongs_to_a_record;
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial"), ("standards", "0001_text_search")]

    operations = [
        # Backwards the table is left as it is: the first migration drops it, partitioned or not.
        migrations.RunSQL(RECORD_TABLE, migrations.RunSQL.noop),
        migrations.RunSQL(SEARCH, "DROP FUNCTION complaints_record_vector, complaints_record_query"),
        migrations.RunSQL(INDEXES, "DROP INDEX complaints_record_search"),
        migrations.RunSQL(TIES, UNTIE),
    ]
