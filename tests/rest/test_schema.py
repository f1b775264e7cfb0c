from rest.schema import document


def test_the_document_is_openapi_3_1_and_knows_the_lists(api_client, db):
    answer = api_client.get("/api/v1/schema/")
    assert answer.status_code == 200
    body = answer.json()
    assert body["openapi"].startswith("3.1")
    parameters = body["paths"]["/api/v1/organisations/"]["get"]["parameters"]
    names = {one.get("name") or one["$ref"].rpartition("/")[2].partition("-")[0] for one in parameters}
    assert {"country", "country__in", "cursor", "ordering", "fields", "count", "page_size", "search"} <= names


def test_exports_and_facets_take_the_filters_of_their_list(db):
    paths = document()["paths"]
    of_list = names_of(paths["/api/v1/complaint-records/"])
    filters = of_list - {"cursor", "page_size", "count", "ordering", "fields", "highlight", "explain"}

    assert "received_on__gte" in filters
    assert names_of(paths["/api/v1/complaint-records/export/"]) == filters | {"format", "fields", "explain", "extra"}
    assert names_of(paths["/api/v1/complaint-records/facets/"]) == filters | {"field", "values", "start"}
    assert names_of(paths["/api/v1/codings/export/"]) >= {"format", "code"}
    assert names_of(paths["/api/v1/assignments/next/"]) == set()


def names_of(path):
    return {parameter["name"] for parameter in path["get"].get("parameters", ())}


def test_the_document_is_made_without_warnings(capsys, db):
    document.cache_clear()
    document()
    complaints = [line for line in capsys.readouterr().err.splitlines() if "Error" in line or "Warning" in line]
    assert complaints == []


def test_the_pages_have_no_inline_code(client, db):
    page = client.get("/api/v1/docs/").content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
