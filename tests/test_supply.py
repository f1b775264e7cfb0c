"""The list of what the product is made of, and how the answers of the auditing programs are read."""

import json
import re
import subprocess
import sys

import pytest

import supply

PINS = """\
one==1.0 \\
    --hash=sha256:aa
two-words==2.0+local ; sys_platform == 'win32' \\
    --hash=sha256:bb
"""


@pytest.fixture(scope="module")
def bill():
    return supply.bill_of_materials(supply.ROOT)


def test_each_package_of_the_lock_files_is_listed_once(bill):
    locked = re.findall(r"^([\w.-]+)==", (supply.ROOT / "requirements.lock").read_text(), re.MULTILINE)
    served = json.loads((supply.ROOT / "package.json").read_text())["dependencies"]
    listed = [component["name"] for component in bill["components"] if component["type"] == "library"]
    assert sorted(listed) == sorted([*locked, *served])
    references = [component["bom-ref"] for component in bill["components"]]
    assert len(references) == len(set(references))


def test_each_image_of_the_container_files_is_listed(bill):
    images = {component["name"] for component in bill["components"] if component["type"] == "container"}
    assert images == {"python", "postgres", "valkey/valkey"}


def test_the_list_has_the_form_of_its_format(bill):
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])
    for component in bill["components"]:
        assert re.fullmatch(r"pkg:(pypi|npm|docker)/[\w./%-]+@[\w.+%:-]+(\?tag=[\w.-]+)?", component["purl"])
        assert component["version"]
        assert component["scope"] in {"required", "optional"}
        for digest in component.get("hashes", ()):
            assert re.fullmatch(r"[0-9a-f]{128}", digest["content"])
    assert set(bill["dependencies"][0]["dependsOn"]) == {component["bom-ref"] for component in bill["components"]}


def test_the_same_lock_files_give_the_same_list(bill):
    assert supply.bill_of_materials(supply.ROOT) == bill


def test_a_package_for_some_platforms_is_optional():
    found = [(package["name"], package["version"], package["scope"]) for package in supply.python_packages(PINS)]
    assert found == [("one", "1.0", "required"), ("two-words", "2.0+local", "optional")]


def test_an_image_that_is_pinned_is_listed_with_its_digest():
    digest = "sha256:" + "a" * 64
    (image,) = supply.images(f"FROM python:3.12-slim@{digest} AS build\nFROM python:3.12-slim@{digest}\n")
    assert image["purl"] == f"pkg:docker/python@sha256%3A{'a' * 64}?tag=3.12-slim"


def test_the_list_needs_no_network_and_no_package():
    blocked = "import socket, sys; socket.socket = None; sys.argv = ['supply.py', 'sbom']; "
    program = blocked + "import runpy; runpy.run_path('supply.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], cwd=supply.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((supply.ROOT / done.stdout.strip()).read_text())["bomFormat"] == "CycloneDX"


def python(*packages):
    return json.dumps({"dependencies": list(packages)})


FINE = {"name": "one", "version": "1.0", "vulns": []}
FAULTY = {"name": "two", "version": "2.0", "vulns": [{"id": "X-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "three", "skip_reason": "not found"}
BROWSER = {"metadata": {"vulnerabilities": {"total": 0}}, "vulnerabilities": {}}
BROWSER_FAULT = {"metadata": {"vulnerabilities": {"total": 1}}, "vulnerabilities": {"idb": {}}}


@pytest.mark.parametrize(
    ("judge", "output", "is_wrong", "sentence"),
    [
        (supply.judge_python, python(FINE), False, "No known vulnerability in 1 Python packages."),
        (supply.judge_python, python(FINE, FAULTY), True, "two 2.0: X-1, repaired in 2.1"),
        (supply.judge_python, python(FINE, UNKNOWN), False, "NOT checked, .* does not know them: three"),
        (supply.judge_python, python(UNKNOWN), False, "Python packages were NOT checked"),
        (supply.judge_python, "", False, "Python packages were NOT checked: .*no route"),
        (supply.judge_browser, json.dumps(BROWSER), False, "No known vulnerability in the browser libraries"),
        (supply.judge_browser, json.dumps(BROWSER_FAULT), True, "known vulnerabilities: idb"),
        (supply.judge_browser, '{"message": "405"}', False, "Browser libraries were NOT checked: .*no route"),
    ],
)  # fmt: skip
def test_the_audit_says_what_is_wrong_and_what_was_not_checked(judge, output, is_wrong, sentence):
    found, said = judge(output, "no route\n")
    assert found is is_wrong
    assert re.search(sentence, said)
