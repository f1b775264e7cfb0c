"""Static files of a real site: modules find what they import under hashed names, and pages find all they name."""

import json
import os
import re
import subprocess
import sys
from pathlib import PurePosixPath

import pytest
from django.conf import settings

from tests.factories.casestudies import make_case_study
from tests.lipse_site.test_settings import REAL_SITE
from tests.worker import database_url

IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")
# What a browser does, in the process of a real site: the first page, then all that it names.
VISIT = """
import gzip, json, os, re, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "lipse_site.settings"
import django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("collectstatic", interactive=False, verbosity=0)
client = Client(headers={"host": "casebook.example.org", "accept-encoding": "gzip"})
page = client.get("/", secure=True)
found = {"/": [page.status_code, "", page["Content-Encoding"]]}
for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', gzip.decompress(page.content).decode()):
    answer = client.get(address, secure=True)
    smaller = client.get(address, secure=True, headers={"accept-encoding": "br, gzip"})
    encodings = [one.get("Content-Encoding", "") for one in (answer, smaller)]
    found[address] = [answer.status_code, answer.get("Cache-Control", ""), encodings]
json.dump(found, sys.stdout)
"""
# What a browser waits for before it paints anything: the page and its style sheets, in bytes over the wire.
WAIT = """
import json, os, re, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "lipse_site.settings"
import django
django.setup()
import gzip
from django.core.management import call_command
from django.test import Client
call_command("collectstatic", interactive=False, verbosity=0)
client = Client(headers={"host": "casebook.example.org", "accept-encoding": "br, gzip"})
sent = lambda answer: len(b"".join(answer))
found = {}
for address in sys.argv[1:]:
    page = client.get(address, secure=True)
    text = gzip.decompress(page.content).decode()
    blocking = re.findall(r'<link\\s+rel="stylesheet"\\s+href="([^"]+)"\\s*>', text)
    blocking += re.findall(r'<script(?![^>]*type="module")[^>]*src="([^"]+)"', text)
    files = {one: sent(client.get(one, secure=True)) for one in blocking}
    found[address] = [sent(page), files]
json.dump(found, sys.stdout)
"""
MOST_FILES = 4
# Before there was one style sheet, a list of case studies waited for 74,000 bytes in 12 files.
MOST_BYTES = {"/": 36_000, "/case-studies/": 40_000, "/complaint-records/": 27_000, "case": 25_000}


@pytest.fixture
def real_site(tmp_path, transactional_db):
    """`real_site(program, *arguments)`: what this program prints, as JSON, in the process of a real site."""
    environment = os.environ | REAL_SITE | {
        "DATABASE_URL": database_url(), "REDIS_URL": os.environ["REDIS_URL"], "LIPSE_DATA_DIR": str(tmp_path),
    }  # fmt: skip

    def run(program, *arguments):
        done = subprocess.run([sys.executable, "-c", program, *arguments], cwd=settings.BASE_DIR, env=environment,
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    return run


def test_little_stands_before_the_first_paint(real_site, fay, ada):
    case = make_case_study(fay, country="EE", access="public", state="approved", reviewer=ada).get_absolute_url()
    pages = real_site(WAIT, *(case if address == "case" else address for address in MOST_BYTES))

    for address, (page, files) in pages.items():
        waited = page + sum(files.values())
        assert waited <= MOST_BYTES.get(address, MOST_BYTES["case"]), (address, page, files)
        assert len(files) <= MOST_FILES, address


def test_pages_and_modules_find_their_files_under_hashed_names(real_site, tmp_path):
    visit = real_site(VISIT)
    assert visit["/"] == [200, "", "gzip"]
    files = {address: answer for address, answer in visit.items() if address != "/"}
    for address, (status, cache, encodings) in files.items():
        assert status == 200, address
        assert "immutable" in cache, address
        assert encodings == ["gzip", "br"] or not address.endswith((".js", ".css")), address

    folder = tmp_path / "static"
    names = json.loads((folder / "staticfiles.json").read_text())["paths"]
    ours = {
        path.relative_to(source).as_posix() for source in settings.STATICFILES_DIRS for path in source.rglob("*.js")
    }
    assert ours <= set(names)
    for name in ours:
        for target in IMPORTED.findall((folder / names[name]).read_text()):
            imported = os.path.normpath(PurePosixPath(names[name]).parent / target)
            assert imported in names.values(), f"{name} imports {target}"
    # The sheet of all pages has the others in it, with their licences, and asks for none of them.
    styles = (folder / names["css/site.css"]).read_text()
    assert "Licensed under MIT" in styles
    assert styles.startswith("@layer pico {")
    assert "@import" not in styles and "@charset" not in styles
    named = set()
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        named |= set(re.findall(r"{% static ['\"]([^'\"]+)['\"]", path.read_text()))
    assert named
    assert named <= set(names)
