"""Records are searched by words as they are written too, and by words that begin so (docs/adr/0113).

The index holds stems and narrows the records. Those that are left are read again: `complaints_words_vector` has the
words of a record as they are, with the marker of its language as in the index.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION complaints_query_language(language text, fallback text, words text, terms jsonb)
RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF language <> '' OR fallback = '' THEN
        RETURN language;
    END IF;
    RETURN CASE WHEN public.search_has_words(fallback, words, terms) THEN fallback ELSE '' END;
END $$;

CREATE FUNCTION complaints_record_query(languages text[], words text, terms jsonb, monotone boolean)
RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    marker text;
    one text;
    arm tsquery;
    indexable text;
    whole tsquery;
BEGIN
    FOREACH marker IN ARRAY languages LOOP
        one := CASE WHEN marker LIKE '?%'
            THEN public.complaints_query_language('', substr(marker, 2), words, terms) ELSE marker END;
        arm := public.search_query(one, words);
        CONTINUE WHEN numnode(arm) = 0 AND numnode(public.search_words_query(one, terms)) = 0;
        arm := arm && public.search_narrow(one, terms);
        IF monotone AND numnode(arm) > 0 THEN
            indexable := querytree(arm);
            arm := CASE WHEN indexable IN ('', 'T') THEN '' ELSE indexable::tsquery END;
        END IF;
        arm := quote_literal('§' || marker)::tsquery && arm;
        whole := coalesce(whole || arm, arm);
    END LOOP;
    RETURN whole;
END $$;

CREATE FUNCTION complaints_words_vector(language text, fallback text, subject text, narrative text, response text)
RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 3000 AS $$
BEGIN
    RETURN public.search_words(language, subject || ' ' || narrative || ' ' || response)
        || array_to_tsvector(ARRAY['§' || CASE WHEN language <> '' OR fallback = '' THEN language
                                          ELSE '?' || fallback END]);
END $$;

CREATE FUNCTION complaints_words_query(languages text[], words text, terms jsonb)
RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    marker text;
    one text;
    arm tsquery;
    whole tsquery;
BEGIN
    FOREACH marker IN ARRAY languages LOOP
        one := CASE WHEN marker LIKE '?%'
            THEN public.complaints_query_language('', substr(marker, 2), words, terms) ELSE marker END;
        CONTINUE WHEN NOT public.search_has_words(one, words, terms);
        arm := quote_literal('§' || marker)::tsquery && public.search_words_query(one, terms);
        whole := coalesce(whole || arm, arm);
    END LOOP;
    RETURN whole;
END $$;
DROP FUNCTION complaints_record_query(text[], text, boolean);
DROP FUNCTION complaints_query_language(text, text, text);
"""

BACK = """
CREATE FUNCTION complaints_query_language(language text, fallback text, words text)
RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF language <> '' OR fallback = '' THEN
        RETURN language;
    END IF;
    RETURN CASE WHEN numnode(public.search_query(fallback, words)) > 0 THEN fallback ELSE '' END;
END $$;

CREATE FUNCTION complaints_record_query(languages text[], words text, monotone boolean)
RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    one text;
    arm tsquery;
    indexable text;
    whole tsquery;
BEGIN
    FOREACH one IN ARRAY languages LOOP
        arm := public.search_query(
            CASE WHEN one LIKE '?%' THEN public.complaints_query_language('', substr(one, 2), words) ELSE one END, words);
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
DROP FUNCTION complaints_words_query(text[], text, jsonb);
DROP FUNCTION complaints_words_vector(text, text, text, text, text);
DROP FUNCTION complaints_record_query(text[], text, jsonb, boolean);
DROP FUNCTION complaints_query_language(text, text, text, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0006_transactions_of_records"),
        ("standards", "0002_words_as_written"),
    ]

    operations = [migrations.RunSQL(FUNCTIONS, BACK)]
