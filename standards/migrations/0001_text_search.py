"""Text search configurations per language, and functions that choose one by the language of a row.

The bodies are in the SQL standard's form (RETURN ...): names are resolved once, when the function is made, so that a
restored dump, which runs with an empty search path, finds them, and pg_dump sees what depends on what.
"""

from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

STEMMERS = (
    ("ar", "arabic"), ("ca", "catalan"), ("da", "danish"), ("de", "german"), ("el", "greek"), ("en", "english"),
    ("es", "spanish"), ("et", "estonian"), ("eu", "basque"), ("fi", "finnish"), ("fr", "french"), ("ga", "irish"),
    ("hi", "hindi"), ("hu", "hungarian"), ("hy", "armenian"), ("id", "indonesian"), ("it", "italian"),
    ("lt", "lithuanian"), ("nb", "norwegian"), ("ne", "nepali"), ("nl", "dutch"), ("nn", "norwegian"),
    ("no", "norwegian"), ("pt", "portuguese"), ("ro", "romanian"), ("ru", "russian"), ("sr", "serbian"),
    ("sv", "swedish"), ("ta", "tamil"), ("tr", "turkish"), ("yi", "yiddish"),
)  # fmt: skip

# A server whose PostgreSQL lacks a stemmer (Estonian came after 15) searches that language unstemmed.
CONFIGURE = """
CREATE TEXT SEARCH CONFIGURATION public.lipse_{code} (COPY = pg_catalog.simple);
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_ts_dict WHERE dictname = '{stemmer}_stem') THEN
        ALTER TEXT SEARCH CONFIGURATION public.lipse_{code}
            ALTER MAPPING FOR asciihword, asciiword, hword, hword_asciipart, hword_part, word
            WITH public.unaccent, pg_catalog.{stemmer}_stem;
    ELSE
        ALTER TEXT SEARCH CONFIGURATION public.lipse_{code}
            ALTER MAPPING FOR asciihword, asciiword, hword, hword_asciipart, hword_part, word
            WITH public.unaccent, pg_catalog.simple;
    END IF;
END $$;
"""

# Stemmers of these languages look at accents, so their texts are read twice: folded then stemmed, and stemmed then
# folded. For each: what to do to endings before the second reading, what to fold after it.
READ_TWICE = {
    "ca": ("regexp_replace({body}, '([cs])io\\M', '\\1ió', 'gi')", "àáèéíïòóúüç", "aaeeiioouuc"),
    "es": ("regexp_replace({body}, '([cs])ion\\M', '\\1ión', 'gi')", "áéíóúüñ", "aeiouun"),
    "fr": ("regexp_replace({body}, 'e(es?)\\M', 'é\\1', 'gi')", "àâäçéèêëîïôöùûüÿ", "aaaceeeeiioouuuy"),
    "it": ("{body}", "àáèéìíîòóùú", "aaeeiiioouu"),
    "pt": (
        "regexp_replace(regexp_replace({body}, '[cç](ão|ao|ões|oes)\\M', 'ção', 'gi'), "
        "'s(ão|ao|ões|oes)\\M', 'são', 'gi')",
        "áâãàçéêíóôõúü",
        "aaaaceeiooouu",
    ),
    "ro": ("regexp_replace({body}, 't(ie|iei|ii|iile|iilor)\\M', 'ț\\1', 'gi')", "ăâîșşțţ", "aaisstt"),
}

FUNCTIONS = r"""
CREATE FUNCTION public.search_config(language text) RETURNS regconfig
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE language {arms} ELSE 'public.lipse_simple'::regconfig END;

-- The second reading, as the text of a tsvector: single letters are folded, so quotes and positions stay as they are.
CREATE FUNCTION public.search_stems(language text, body text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    CASE language
    {stems}
    END CASE;
END $$;

CREATE FUNCTION public.search_vector_of_both(language text, body text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    -- Read back as one, each word has both its forms in the same place, so phrases may mix them.
    RETURN (pg_catalog.to_tsvector(public.search_config(language), body)::text
            || ' ' || public.search_stems(language, body))::tsvector;
END $$;

-- Words of a text that the two readings write differently.
CREATE FUNCTION public.search_pairs(language text, body text) RETURNS TABLE (folded tsquery, stemmed tsquery)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    RETURN QUERY
    WITH first AS (
        SELECT lexeme, unnest(positions) AS place
        FROM unnest(pg_catalog.to_tsvector(public.search_config(language), body))
    ), second AS (
        SELECT lexeme, unnest(positions) AS place FROM unnest(public.search_stems(language, body)::tsvector)
    )
    SELECT DISTINCT public.search_word(first.lexeme), public.search_word(second.lexeme)
    FROM first JOIN second USING (place) WHERE first.lexeme <> second.lexeme;
END $$;

CREATE FUNCTION public.search_word(lexeme text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''')::tsquery;

CREATE FUNCTION public.search_query_of_both(language text, words text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    whole tsquery := pg_catalog.websearch_to_tsquery(public.search_config(language), words);
    pair record;
BEGIN
    -- Word by word, so that -not and phrases stay what they are.
    FOR pair IN SELECT * FROM public.search_pairs(language, words) LOOP
        whole := ts_rewrite(whole, pair.folded, pair.folded || pair.stemmed);
    END LOOP;
    RETURN whole;
END $$;

CREATE FUNCTION public.search_vector(language text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN language IN ({twice}) THEN public.search_vector_of_both(language, body)
    ELSE pg_catalog.to_tsvector(public.search_config(language), body) END;

CREATE FUNCTION public.search_query(language text, words text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN language IN ({twice}) THEN public.search_query_of_both(language, words)
    ELSE pg_catalog.websearch_to_tsquery(public.search_config(language), words) END;

-- ts_headline reads a text in the first way only: the query is given that reading of the words it finds by the second.
CREATE FUNCTION public.search_headline(language text, body text, words text, options text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    whole tsquery := public.search_query(language, words);
    pair record;
BEGIN
    IF language IN ({twice}) THEN
        FOR pair IN SELECT * FROM public.search_pairs(language, body) LOOP
            IF pair.stemmed <@ whole THEN
                whole := ts_rewrite(whole, pair.stemmed, pair.stemmed || pair.folded);
            END IF;
        END LOOP;
    END IF;
    RETURN pg_catalog.ts_headline(public.search_config(language), body, whole, options);
END $$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION public.search_headline(text, text, text, text);
DROP FUNCTION public.search_query(text, text);
DROP FUNCTION public.search_vector(text, text);
DROP FUNCTION public.search_query_of_both(text, text);
DROP FUNCTION public.search_pairs(text, text);
DROP FUNCTION public.search_word(text);
DROP FUNCTION public.search_vector_of_both(text, text);
DROP FUNCTION public.search_stems(text, text);
DROP FUNCTION public.search_config(text);
"""

CODES = ("simple", *(code for code, _ in STEMMERS))
ARMS = " ".join(f"WHEN '{code}' THEN 'public.lipse_{code}'::regconfig" for code, _ in STEMMERS)
TWICE = ", ".join(f"'{code}'" for code in READ_TWICE)


def stems() -> str:
    """The arms of search_stems."""
    stemmers = dict(STEMMERS)
    arm = "WHEN '{}' THEN RETURN translate(to_tsvector('pg_catalog.{}', {})::text, '{}', '{}');"
    return "\n    ".join(
        arm.format(code, stemmers[code], endings.format(body="body"), accented, plain)
        for code, (endings, accented, plain) in READ_TWICE.items()
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGinExtension(),
        migrations.RunSQL(
            "".join(CONFIGURE.format(code=code, stemmer=stemmer) for code, stemmer in (("simple", "none"), *STEMMERS)),
            "".join(f"DROP TEXT SEARCH CONFIGURATION public.lipse_{code};" for code in CODES),
        ),
        migrations.RunSQL(FUNCTIONS.format(arms=ARMS, stems=stems(), twice=TWICE), DROP_FUNCTIONS),
    ]
