"""Words as they are written, words that begin so, and endings of languages without a stemmer (docs/adr/0113).

Terms that are compared as they are written arrive as JSON: `[{"excluded": false, "words": [{"text": "repair", "prefix":
true}]}]`. The index holds stems, so it only narrows: `search_narrow` matches every text that `search_words_query`
matches. The bodies are in the SQL standard's form or name their schema, as in the first migration.
"""

from importlib import import_module

from django.db import migrations

first = import_module("standards.migrations.0001_text_search")

# Words are kept whole, those that the stemmer of the language ignores are left out.
CONFIGURE = """
CREATE TEXT SEARCH CONFIGURATION public.lipse_words_{code} (COPY = public.lipse_simple);
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_ts_dict WHERE dictname = '{stemmer}_stem' AND dictinitoption ~ 'stopwords') THEN
        CREATE TEXT SEARCH DICTIONARY public.lipse_words_{code} (TEMPLATE = pg_catalog.simple, STOPWORDS = '{stemmer}');
        ALTER TEXT SEARCH CONFIGURATION public.lipse_words_{code}
            ALTER MAPPING FOR asciihword, asciiword, hword, hword_asciipart, hword_part, word
            WITH public.unaccent, public.lipse_words_{code};
    END IF;
END $$;
"""

# Endings of nouns, adjectives and verbs without accents, the longest first; three letters are left at least.
ENDINGS = {
    "cs": "a aji ala ali alo aly am ama ame ami as at ata ate aval avala avali avalo avat ach avaly e ech eho ej ejsi "
    "ejsich ejsiho ejsim ejsima ejsimi ejsimu ela eli elo ely em eme emu es et ete eti eji i iho ich il ila ili ilo "
    "ily im ima ime imi imu is it ite j mi o ost ostech ostem osti ostmi ou ov ova oval ovala ovali ovalo ovaly ovani "
    "ovanich ovanim ovat ove ovi u uj uje ujes ujeme ujete uji ujici ujme ujou ujte um uv y ych ym yma ymi",
    "pl": "a ac acie ach aja al ala ali alo aly am ami amy ania anie aniem aniu asz e ego ej ejsza ejsze ejszego ejszej "
    "ejszemu ejszy ejszych ejszym ejszymi ec ela eli elo ely em emu enia enie eniem eniu i ia iach iami ic ich icie ie "
    "iego iej iem iemu il ila ili ilo ily im imi imy io iom iowi isz iow iu j o om osc osci oscia osciach oscie osciom "
    "oscmi ow owac owal owala owali owalo owaly owania owanie owaniem owaniu owi u uj uja ujac ujcie uje ujecie ujemy "
    "ujesz y yc ych ycie yl yla yli ylo yly ym ymi ymy ysz",
    "sk": "a ach aju al ala ali alo am ame ami as ast at ate aval avala avali avat e eho ej ejsej ejsi ejsia ejsich "
    "ejsie ejsieho ejsiemu ejsim ejsimi ejsiu ejsom ejsou ela eli elo em eme emi emu es et ete eju i ia iach iam iami "
    "ich ie ieho iemu iek ii il ila ili ilo im ime imi iou is it ite iu j la li lo mi o och om ost osti ostiach ostiam "
    "ostami ostou ou ov oval ovala ovali ovalo ovania ovanie ovaniu ovanim ovani ovat u uj uje ujem ujeme ujes ujete "
    "ujme ujte uju ujuc ujuci y ych ym ymi",
}
# What a consonant becomes before an ending: uredník, uredníci; kniha, knize; noga, nodze.
CONSONANTS = {"cs": (("z", "h"),), "pl": (("dz", "g"),), "sk": (("z", "h"),)}


def endings_removed(code: str) -> str:
    """The expression of the second reading of a text without a stemmer, as the text of a tsvector."""
    longest_first = "|".join(sorted(ENDINGS[code].split(), key=lambda ending: (-len(ending), ending)))
    steps = [
        (rf"''([^\W\d_]{{3,}}?)(?:{longest_first})'':", r"''\1'':"),
        # The vowel of the last syllable that other forms lack: obec, obce; domek, domku.
        (r"''([^\W\d_]+[^\W\d_aeiouy])[eo]([ck])'':", r"''\1\2'':"),
        *((rf"([^\W\d_]{{2}}){found}'':", rf"\1{instead}'':") for found, instead in (("c", "k"), *CONSONANTS[code])),
    ]
    text = "pg_catalog.to_tsvector('public.lipse_simple', body)::text"
    for pattern, replacement in steps:
        text = f"pg_catalog.regexp_replace({text}, '{pattern}', '{replacement}', 'g')"
    return text


def functions(twice: str, stems: str) -> str:
    return FUNCTIONS.replace("<twice>", twice).replace("<stems>", stems)


FUNCTIONS = """
CREATE OR REPLACE FUNCTION public.search_stems(language text, body text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    CASE language
    <stems>
    END CASE;
END $$;

CREATE OR REPLACE FUNCTION public.search_vector(language text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN language IN (<twice>) THEN public.search_vector_of_both(language, body)
    ELSE pg_catalog.to_tsvector(public.search_config(language), body) END;

CREATE OR REPLACE FUNCTION public.search_query(language text, words text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN language IN (<twice>) THEN public.search_query_of_both(language, words)
    ELSE pg_catalog.websearch_to_tsquery(public.search_config(language), words) END;
"""

WORDS = r"""
CREATE FUNCTION public.search_words_config(language text) RETURNS regconfig
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE language {arms} ELSE 'public.lipse_simple'::regconfig END;

CREATE FUNCTION public.search_words(language text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_catalog.to_tsvector(public.search_words_config(language), body);

-- What `search_words` must match. A word that the language ignores is left out, and in a phrase takes a place.
CREATE FUNCTION public.search_words_query(language text, terms jsonb) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    term jsonb;
    word jsonb;
    piece tsquery;
    phrase tsquery;
    gap int;
    whole tsquery := '';
BEGIN
    FOR term IN SELECT * FROM jsonb_array_elements(terms) LOOP
        phrase := '';
        gap := 1;
        FOR word IN SELECT * FROM jsonb_array_elements(term -> 'words') LOOP
            piece := public.search_word_as_written(language, word);
            IF numnode(piece) > 0 THEN
                phrase := CASE WHEN numnode(phrase) = 0 THEN piece ELSE tsquery_phrase(phrase, piece, gap) END;
                gap := 1;
            ELSIF numnode(pg_catalog.phraseto_tsquery('public.lipse_simple', word ->> 'text')) > 0 THEN
                gap := gap + 1;
            END IF;
        END LOOP;
        CONTINUE WHEN numnode(phrase) = 0;
        whole := whole && CASE WHEN (term ->> 'excluded')::boolean THEN !!phrase ELSE phrase END;
    END LOOP;
    RETURN whole;
END $$;

CREATE FUNCTION public.search_word_as_written(language text, word jsonb) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (word ->> 'prefix')::boolean
    THEN pg_catalog.to_tsquery('public.lipse_simple', '''' || (word ->> 'text') || ''':*')
    ELSE pg_catalog.phraseto_tsquery(public.search_words_config(language), word ->> 'text') END;

-- The stems of words that begin so: the stem of the beginning itself, stems that begin so, those that end within it, and,
-- as a stemmer may change last letters, those that begin with a few letters less.
CREATE FUNCTION public.search_prefix(language text, prefix text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    lexeme text := (
        SELECT l.lexeme FROM unnest(pg_catalog.to_tsvector('public.lipse_simple', prefix)) l ORDER BY l.positions LIMIT 1
    );
    found tsquery;
BEGIN
    IF lexeme IS NULL THEN
        RETURN '';
    END IF;
    found := public.search_beginning(lexeme);
    IF language IN ({stemmed}) THEN
        FOR letters IN 2 .. length(lexeme) - 1 LOOP
            found := found || public.search_word(left(lexeme, letters));
        END LOOP;
        FOR fewer IN 1 .. least(3, length(lexeme) / 2 - 1) LOOP
            found := found || public.search_beginning(left(lexeme, -fewer));
        END LOOP;
        found := found || public.search_query(language, '"' || prefix || '"');
    END IF;
    RETURN found;
END $$;

CREATE FUNCTION public.search_beginning(lexeme text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (public.search_word(lexeme)::text || ':*')::tsquery;

-- What `search_vector` matches of every text whose words match; excluded terms narrow nothing.
CREATE FUNCTION public.search_narrow(language text, terms jsonb) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    word jsonb;
    whole tsquery := '';
BEGIN
    FOR word IN
        SELECT w FROM jsonb_array_elements(terms) t, jsonb_array_elements(t -> 'words') w
        WHERE NOT (t ->> 'excluded')::boolean
    LOOP
        whole := whole && CASE WHEN (word ->> 'prefix')::boolean THEN public.search_prefix(language, word ->> 'text')
            ELSE public.search_query(language, '"' || (word ->> 'text') || '"') END;
    END LOOP;
    RETURN whole;
END $$;

-- Whether anything is left of a search in a language: a search of words that it ignores finds nothing.
CREATE FUNCTION public.search_has_words(language text, words text, terms jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN numnode(public.search_query(language, words)) > 0 OR numnode(public.search_words_query(language, terms)) > 0;

-- Whether a text matches, where no index is used.
CREATE FUNCTION public.search_matches(language text, body text, words text, terms jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    by_stems tsquery := public.search_query(language, words);
    by_words tsquery := public.search_words_query(language, terms);
BEGIN
    RETURN (numnode(by_stems) > 0 OR numnode(by_words) > 0)
        AND (numnode(by_stems) = 0 OR public.search_vector(language, body) @@ by_stems)
        AND (numnode(by_words) = 0 OR public.search_words(language, body) @@ by_words);
END $$;

-- How well a text matches, in millionths: how often and how close together, in the head four times as much.
CREATE FUNCTION public.search_relevance(language text, head text, body text, words text, terms jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 3000
RETURN (1000000 * ts_rank(
    '{{0.1, 0.2, 0.25, 1.0}}',
    setweight(public.search_vector(language, head), 'A') || setweight(public.search_vector(language, body), 'B'),
    public.search_query(language, words) || public.search_narrow(language, terms), 1
))::integer;

-- The words that a text was found by. `words` and `terms` are those that it may contain, none of them excluded. With
-- words as they are written the text is read so, and what the stems find is looked up in it.
CREATE FUNCTION public.search_headline(language text, body text, words text, terms jsonb, options text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    whole tsquery := public.search_query(language, words);
    stems text[] := tsvector_to_array(public.search_vector(language, replace(words, ' or ', ' ')));
    pair record;
    found tsquery;
BEGIN
    IF jsonb_array_length(terms) > 0 THEN
        SELECT coalesce(public.search_any(public.search_word_as_written(language, w)), '') INTO found
        FROM jsonb_array_elements(terms) t, jsonb_array_elements(t -> 'words') w;
        IF cardinality(stems) > 0 THEN
            SELECT found || coalesce(public.search_any(public.search_word(lexeme)), '') INTO found
            FROM unnest(public.search_words(language, body))
            WHERE tsvector_to_array(public.search_vector(language, lexeme)) && stems;
        END IF;
        RETURN pg_catalog.ts_headline(public.search_words_config(language), body, found, options);
    END IF;
    -- ts_headline reads a text in the first way only: the query gets that reading of the words it finds by the second.
    IF language IN ({twice}) THEN
        FOR pair IN SELECT * FROM public.search_pairs(language, body) LOOP
            IF pair.stemmed <@ whole THEN
                whole := ts_rewrite(whole, pair.stemmed, pair.stemmed || pair.folded);
            END IF;
        END LOOP;
    END IF;
    RETURN pg_catalog.ts_headline(public.search_config(language), body, whole, options);
END $$;
DROP FUNCTION public.search_headline(text, text, text, text);
"""
ANY = "CREATE AGGREGATE public.search_any (tsquery) (SFUNC = tsquery_or, STYPE = tsquery);"

BACK = """
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
DROP FUNCTION public.search_headline(text, text, text, jsonb, text);
DROP FUNCTION public.search_relevance(text, text, text, text, jsonb);
DROP FUNCTION public.search_matches(text, text, text, jsonb);
DROP FUNCTION public.search_has_words(text, text, jsonb);
DROP FUNCTION public.search_narrow(text, jsonb);
DROP FUNCTION public.search_prefix(text, text);
DROP FUNCTION public.search_beginning(text);
DROP FUNCTION public.search_words_query(text, jsonb);
DROP FUNCTION public.search_word_as_written(text, jsonb);
DROP FUNCTION public.search_words(text, text);
DROP FUNCTION public.search_words_config(text);
"""

ARMS = " ".join(f"WHEN '{code}' THEN 'public.lipse_words_{code}'::regconfig" for code, _ in first.STEMMERS)
TWICE = first.TWICE + "".join(f", '{code}'" for code in ENDINGS)
STEMMED = ", ".join(f"'{code}'" for code, _ in first.STEMMERS)
STEMS = first.stems() + "".join(f"\n    WHEN '{code}' THEN RETURN {endings_removed(code)};" for code in ENDINGS)


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_text_search")]

    operations = [
        migrations.RunSQL(
            "".join(CONFIGURE.format(code=code, stemmer=stemmer) for code, stemmer in first.STEMMERS),
            "".join(
                f"DROP TEXT SEARCH CONFIGURATION public.lipse_words_{code};"
                f"DROP TEXT SEARCH DICTIONARY IF EXISTS public.lipse_words_{code};"
                for code, _ in first.STEMMERS
            ),
        ),
        migrations.RunSQL(functions(TWICE, STEMS), functions(first.TWICE, first.stems())),
        migrations.RunSQL(ANY, "DROP AGGREGATE public.search_any (tsquery);"),
        migrations.RunSQL(WORDS.format(arms=ARMS, stemmed=STEMMED, twice=TWICE), BACK.format(twice=first.TWICE)),
    ]
