"""Static files of a real site: modules find what they import under hashed names, and pages find all they name."""

import json
import os
import re
import subprocess
import sys
from pathlib import PurePosixPath

import pytest
from django.conf import settings

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


@pytest.fixture
def visit(tmp_path, transactional_db):
    environment = os.environ | REAL_SITE | {
        "DATABASE_URL": database_url(), "REDIS_URL": os.environ["REDIS_URL"], "LIPSE_DATA_DIR": str(tmp_path),
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", VISIT], cwd=settings.BASE_DIR, env=environment, capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_pages_and_modules_find_their_files_under_hashed_names(visit, tmp_path):
    assert visit["/"] == [200, "", "gzip"]
    files = {address: answer for address, answer in visit.items() if address != "/"}
    assert [address for address in files if "/vendor/" in address]
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
    named = set()
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        named |= set(re.findall(r"{% static ['\"]([^'\"]+)['\"]", path.read_text()))
    assert named
    assert named <= set(names)
