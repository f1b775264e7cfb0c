"""The codebook of everything that can be exported is DDI Codebook 2.5: its elements stand where the schema has them.

The order of parts, and those that can be there once, are facts of the schema, which is not ours to distribute: where
`DDI_SCHEMA` names its folder, `xmllint` compares each codebook with the schema itself.
"""

import subprocess
from collections import Counter
from xml.etree import ElementTree

import pytest

from exports.codebook import NAMESPACE
from imports.models import Comparison, Import
from rest.schema import document
from tests.exports.asking import made
from tests.exports.test_codebook import HAS_SCHEMA, MANDATORY, SCHEMA, of_ddi
from tests.factories.complaints import load_records, make_dataset

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]

# The parts of an element in their order; those with a * can be there several times.
PARTS = {
    "codeBook": "docDscr* stdyDscr* fileDscr* dataDscr* otherMat*",
    "stdyDscr": "citation* studyAuthorization* stdyInfo* studyDevelopment* method* dataAccs* othrStdyMat* notes*",
    "citation": "titlStmt rspStmt prodStmt distStmt serStmt* verStmt* biblCit holdings* notes*",
    "titlStmt": "titl subTitl* altTitl* parTitl* IDNo*",
    "distStmt": "distrbtr* contact* depositr* depDate* distDate",
    "stdyInfo": "studyBudget* subject* abstract* sumDscr* qualityStatement notes*",
    "sumDscr": "timePrd* collDate* nation* geogCover* geogUnit* anlyUnit* universe* dataKind*",
    "fileDscr": "fileTxt* locMap notes*",
    "fileTxt": "fileName fileCitation fileCont fileStrc dimensns fileType format software* verStmt",
    "dimensns": "caseQnty* varQnty*",
    "verStmt": "version verResp notes*",
    "dataDscr": "varGrp* nCubeGrp* var* nCube* notes*",
    "var": "location* labl* universe* txt* catgryGrp* catgry* codInstr* concept* varFormat notes*",
    "catgry": "catValu labl* txt* catStat* mrow",
}
VALUES = {
    ("var", "intrvl"): {"contin", "discrete"},
    ("varFormat", "type"): {"numeric", "character"},
    ("varFormat", "category"): {"date", "time"},
    ("varFormat", "schema"): {"ISO"},
    ("catgry", "missing"): {"Y", "N"},
}
# Files of counts, and of how many fields.
COUNTS = {"facets": 1, "cross-table": 2, "days-open": 1}
MORE_QUERIES = [
    "/api/v1/complaint-records/?country=NL&search=%22damp%20wall%22%20-roof%20OR%20mould*",
    "/api/v1/complaint-records/?fields=id,extra,finding,received_on&extra.Region=%3CN%3E",
]


def counted(client):
    """The address of each file of counts, of its first fields."""
    for path in document()["paths"]:
        if path.endswith("/export/") and path.split("/")[-3] in COUNTS and "{" not in path:
            refused = client.get(path, {"format": "csv"}).json()
            known = refused["errors"][0]["message"].partition(": ")[2].rstrip(".").split(", ")
            yield f"{path}?field={','.join(known[: COUNTS[path.split('/')[-3]]])}"


def addresses():
    for path in document()["paths"]:
        if not path.endswith("/export/") or path.split("/")[-3] in COUNTS:
            continue
        rows = {"{run}": Import, "{comparison}": Comparison}
        name = next((one for one in rows if one in path), "")
        for pk in rows[name].objects.values_list("pk", flat=True)[:3] if name else [0]:
            yield path.replace(name, str(pk)) if name else path


def faults(root):
    """What is not where it belongs."""
    for element in root.iter():
        if element.tag in PARTS:
            allowed = PARTS[element.tag].split()
            names = [name.rstrip("*") for name in allowed]
            found = [part.tag for part in element]
            places = [names.index(tag) if tag in names else -1 for tag in found]
            once = [name for name, n in Counter(found).items() if n > 1 and name in allowed]
            if places != sorted(places) or -1 in places or once:
                yield element.tag, found
        elif len(element):
            yield element.tag, [part.tag for part in element]
        for name, value in element.attrib.items():
            if value not in VALUES.get((element.tag, name), {value}):
                yield element.tag, name, value
    ids = [one.get("ID") for one in root.iter("var")]
    if len(ids) != len(set(ids)):
        yield "ID", ids


def check(ddi, tmp_path):
    path = tmp_path / "codebook.xml"
    path.write_bytes(ddi)
    root = ElementTree.fromstring(ddi)  # noqa: S314 -- our own document
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    assert list(faults(root)) == []
    for mandatory in [*MANDATORY, "biblCit"]:
        assert root.find(f"stdyDscr/citation/{mandatory}") is not None, mandatory
    assert root.findtext("stdyDscr/stdyInfo/abstract")
    if HAS_SCHEMA:
        command = ["xmllint", "--noout", "--nonet", "--schema", SCHEMA, path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]


def test_the_codebook_of_everything_that_can_be_exported(planted, tmp_path):
    _plants, cast = planted
    load_records(
        make_dataset(cast.alpha, slug="odd", title='Odd & <b>"names"</b> \x85'),
        [{"subject": "Dämp ☃ \x85 ]]> &amp;", "extra": '{"Region": "<N>&\\t", "a\\u0001b ": "1"}'}],
    )
    client = cast.clients["data-manager"]
    counts = list(counted(client))
    assert {path.split("/")[-3] for path in counts} == COUNTS.keys()
    asked = [*addresses(), *counts, *MORE_QUERIES]
    seen = Counter()
    for address in asked:
        answer = client.get("/api/v1/exports/codebook/", {"query": address, "as": "ddi"})
        assert answer.status_code == 200, (address, answer.content[:300])
        check(answer.content, tmp_path)
        seen[address.split("/")[3]] += 1
    assert {"case-studies", "complaint-records", "datasets", "questionnaires", "rounds", "imports"} <= seen.keys()
    assert {"events", "responses", "codings", "submissions", "participation", "contributions"} <= seen.keys()


def test_the_codebook_of_an_export(planted, monkeypatch, tmp_path):
    monkeypatch.setattr("exports.actions.wake_worker", lambda job: None)
    _plants, cast = planted
    client = cast.clients["data-manager"]
    for address in ("/api/v1/complaint-records/?kind=complaint", "/api/v1/events/"):
        export = made(client, address)
        check(client.get(f"/api/v1/exports/{export['id']}/codebook/", {"as": "ddi"}).content, tmp_path)


def test_what_is_in_the_wrong_place_is_found():
    root = of_ddi()
    assert list(faults(root)) == []
    variable = next(root.iter("var"))
    variable.insert(0, variable.find("varFormat"))
    variable.append(ElementTree.Element("varFormat", type="number"))
    assert [fault[0] for fault in faults(root)] == ["var", "varFormat"]
