"""Rows without a language are searched in the language of their dataset (ADR 0097).

The index computes a vector from the columns of its row, so the vector of such a row is stored: its words as they are, and
as the language of the dataset stems them, with a marker of its own. Rows that were indexed before keep the marker of
rows without a language, and are found by their words as they are until a job has read them again.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION complaints_fallback_vector(language text, fallback text, subject text, narrative text, response text)
RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 3000 AS $$
DECLARE
    body text;
BEGIN
    IF language <> '' OR fallback = '' THEN
        RETURN NULL;
    END IF;
    body := subject || ' ' || narrative || ' ' || response;
    -- Read back as one, both forms of a word are in the same place, so phrases may mix them.
    RETURN (public.search_vector('', body)::text || ' ' || public.search_vector(fallback, body)::text)::tsvector
        || array_to_tsvector(ARRAY['§?' || fallback]);
END $$;

-- The language in which the words of a search are read for a row. A row without a language is searched in that of its
-- dataset. Its vector has every word as the dataset's language stems it, so a word as it is finds no row more, unless
-- that language ignores all words of the search ("die" in German): then they are searched as they are.
CREATE FUNCTION complaints_query_language(language text, fallback text, words text)
RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF language <> '' OR fallback = '' THEN
        RETURN language;
    END IF;
    RETURN CASE WHEN numnode(public.search_query(fallback, words)) > 0 THEN fallback ELSE '' END;
END $$;
"""

QUERY = """
CREATE OR REPLACE FUNCTION complaints_record_query(languages text[], words text, monotone boolean)
RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    one text;
    arm tsquery;
    indexable text;
    whole tsquery;
BEGIN
    FOREACH one IN ARRAY languages LOOP
        arm := public.search_query({language}, words);
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

OF_DATASET = "CASE WHEN one LIKE '?%' THEN public.complaints_query_language('', substr(one, 2), words) ELSE one END"

DROP = """
DROP FUNCTION complaints_query_language(text, text, text);
DROP FUNCTION complaints_fallback_vector(text, text, text, text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_partitions"), ("imports", "0004_language_of_datasets")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        migrations.RunSQL(QUERY.format(language=OF_DATASET), QUERY.format(language="one")),
    ]
