"""The OpenAPI document leaves nothing to guess: every field, parameter, status and header field is described."""

import re

import pytest
from jsonschema import Draft202012Validator

from lipse_site import api_terms
from rest.renderers import to_json
from rest.schema import document, published

METHODS = ("get", "post", "put", "patch", "delete")
# Where OpenAPI allows an example.
EXAMPLES = ("example", "examples", "default")


def operations():
    """(name, operation) of each."""
    return [
        (f"{method.upper()} {path}", item[method])
        for path, item in document()["paths"].items()
        for method in METHODS
        if method in item
    ]


def members(schema, where):
    """(where, name, schema) of each member, inner ones too."""
    if not isinstance(schema, dict):
        return
    for name, inner in schema.get("properties", {}).items():
        yield where, name, inner
        yield from members(inner, f"{where}.{name}")
    parts = [schema.get("items"), schema.get("additionalProperties")]
    for part in parts + [part for kind in ("anyOf", "oneOf", "allOf") for part in schema.get(kind, ())]:
        yield from members(part, where)


def text_of(schema):
    """The description without the list of choices that drf-spectacular adds; of a reference that of what it names."""
    own = schema.get("description", "").partition("* `")[0].strip()
    if not own and "$ref" in schema:
        return text_of(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    return own


def says_nothing(name, text):
    """Whether a text has no word that the name does not have."""
    words = set(re.findall(r"[a-z0-9]+", text.lower())) - {"the", "a", "an", "of", "is", "are", "it", "its"}
    return words <= set(re.findall(r"[a-z0-9]+", name.lower()))


def test_each_member_is_described_by_more_than_its_name():
    found = [entry for name, schema in document()["components"]["schemas"].items() for entry in members(schema, name)]
    assert len(found) > 1000
    wrong = [f"{where}.{name}" for where, name, schema in found if says_nothing(name, text_of(schema))]
    assert not wrong, sorted(wrong)


def test_each_parameter_is_described_by_more_than_its_name():
    wrong = {
        f"{name}: {parameter['name']}"
        for name, operation in operations()
        for parameter in operation.get("parameters", ())
        if says_nothing(parameter["name"], text_of(parameter))
    }
    assert not wrong, sorted(wrong)


@pytest.mark.parametrize(("name", "text"), [("opened_at", ""), ("kind", "The kind."), ("case_study", "Case study.")])
def test_a_text_that_repeats_the_name_says_nothing(name, text):
    assert says_nothing(name, text)
    assert not says_nothing(name, f"{text} More of it.")


def test_each_term_is_of_a_member_parameter_or_address_that_is_there():
    """A term of something that was renamed would never be read."""
    in_schemas = [
        entry for name, schema in document()["components"]["schemas"].items() for entry in members(schema, name)
    ]
    parameters = [p for _name, operation in operations() for p in operation.get("parameters", ())]
    named = {p["name"].partition("__")[0] for p in parameters} | {name for _where, name, _schema in in_schemas}
    addresses = {f"{{{p['name']}}}" for p in parameters if p["in"] == "path"}
    unknown = {
        key
        for key in api_terms.ALL
        if re.split(r"[.?]", key)[-1] not in named and re.sub("^[a-z-]+", "", key) not in addresses
    }
    assert not unknown


def test_each_operation_names_the_limits_and_each_problem_it_can_answer_with():
    for name, operation in operations():
        statuses = set(operation["responses"])
        assert {"400", "401", "403", "406", "413", "414", "429", "503", "504"} <= statuses, name
        assert ("404" in statuses) >= ("{" in name), name
        assert ({"404", "409", "415", "507"} <= statuses) >= (not name.startswith("GET")), name
        assert ("304" in statuses) == name.startswith("GET"), name


def test_problems_have_the_schema_and_their_header_fields():
    answers = document()["components"]["responses"]
    assert "Retry-After" in answers["TooManyRequests"]["headers"]
    assert "Retry-After" in answers["ServiceUnavailable"]["headers"]
    assert "WWW-Authenticate" in answers["Unauthorized"]["headers"]
    for answer in answers.values():
        assert set(answer["content"]) == {"application/problem+json"}


def test_each_success_is_described_with_its_header_fields():
    for name, operation in operations():
        good = {status: answer for status, answer in operation["responses"].items() if status < "400"}
        assert good, name
        for status, answer in good.items():
            assert answer["description"], f"{name}: {status}"
            assert {"RateLimit", "RateLimit-Policy"} <= set(answer["headers"]), f"{name}: {status}"
        assert ("Location" in good.get("201", {}).get("headers", ())) == ("201" in good), name


def test_each_reference_leads_somewhere():
    whole = document()

    def references(part):
        if isinstance(part, dict):
            yield from [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            for inner in part.values():
                yield from references(inner)
        elif isinstance(part, list):
            for inner in part:
                yield from references(inner)

    for reference in set(references(whole)):
        found = whole
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]


def parts_of(part, where=""):
    """(where, part) of each object of the document. Members are no part: one can have the name of a keyword."""
    if isinstance(part, list):
        for inner in part:
            yield from parts_of(inner, where)
    elif isinstance(part, dict):
        yield where, part
        for name, inner in part.items():
            if name == "properties":
                for member in inner.values():
                    yield from parts_of(member, f"{where}/{name}")
            elif name not in EXAMPLES:
                yield from parts_of(inner, f"{where}/{name}")


def examples_of(part):
    named = part.get("examples", [])
    return [part[kind] for kind in ("example", "default") if kind in part] + (named if isinstance(named, list) else [])


def test_examples_and_defaults_are_valid_against_their_schemas():
    components, seen, wrong = document()["components"], 0, []
    for where, part in parts_of({"paths": document()["paths"], **components}):
        # A media type, a header field and a parameter have their schema beside the example; a schema is its own.
        schema = part["schema"] if isinstance(part.get("schema"), dict) else part
        for example in examples_of(part):
            seen += 1
            validator = Draft202012Validator({**schema, "components": components})
            wrong += [f"{where}: {error.message}" for error in validator.iter_errors(example)]
    assert seen > 20
    assert not wrong


def test_the_document_is_openapi_and_stays_small():
    schemathesis_reads = document()
    assert schemathesis_reads["openapi"].startswith("3.1")
    assert len(to_json(published())) < 800_000


def test_what_operations_share_is_referred_to_and_is_what_the_operations_say():
    whole, sent = document(), published()
    shared = sent["components"]
    assert all(re.fullmatch(r"[a-zA-Z0-9._-]+", name) for name in (*shared["parameters"], *shared["responses"]))

    def resolved(part, kind):
        # A response of the whole can be a reference itself, to one of every operation.
        name = part.get("$ref", "").rpartition("/")[2]
        return shared[kind][name] if name and name not in whole["components"].get(kind, {}) else part

    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            place = sent["paths"][path][method]
            found = [resolved(one, "parameters") for one in place.get("parameters", ())]
            assert found == list(operation.get("parameters", ())), (method, path)
            answers = {status: resolved(one, "responses") for status, one in place["responses"].items()}
            assert answers == operation["responses"], (method, path)


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["json", "csv", "ddi"])
def test_each_form_of_a_codebook_is_described_with_its_media_type(api_client, form):
    path = "/api/v1/exports/codebook/"
    answer = api_client.get(path, {"query": "/api/v1/complaint-records/", "as": form})
    assert answer.status_code == 200
    assert b"".join(answer)
    assert answer["Content-Type"] in document()["paths"][path]["get"]["responses"]["200"]["content"]
