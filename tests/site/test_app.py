"""The installable app: one shell for everybody, a worker that names its files, a manifest that phones accept."""

import json
import re
import struct

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from lipse_site.app import assets, views
from lipse_site.lanes import takes_long
from tests.factories.casestudies import make_case_study, make_note, make_sector

pytestmark = pytest.mark.django_db


def own_of(client):
    """What the worker says that its version consists of."""
    text = client.get("/sw.js").content.decode()
    return json.loads(re.search(r"start\(self, (.*)\);", text)[1])


def test_everybody_is_sent_the_same_shell_without_a_name_in_it(client_of, fay):
    make_sector()
    make_note(make_case_study(fay, working_title="Gardens of the quarter"), fay)
    client = client_of(fay)
    client.get("/today/")

    shells = [asking.get("/app/") for asking in (client, Client())]

    assert [shell.status_code for shell in shells] == [200, 200]
    assert shells[0].content == shells[1].content
    text = shells[0].content.decode()
    assert not [word for word in ("Gardens", "data-token", "csrfmiddlewaretoken", "Fay") if word in text]
    assert not re.findall(r'data-(?:person|username)="[^"]', text)
    assert not shells[0].cookies


def test_the_shell_has_the_form_of_a_note_and_the_words_for_its_fields(client):
    make_sector(slug="water", name="Water")

    text = client.get("/app/").content.decode()

    assert 'name="text"' in text
    assert "In person and online" in text
    assert "Water" in text


def test_the_worker_names_the_shell_and_every_file_it_needs(client):
    own = own_of(client)

    assert own["shell"] == "/app/"
    paths = [address.removeprefix(settings.STATIC_URL) for address in own["assets"]]
    assert {"app/shell.js", "casestudies/note-page.js", "device/vault.js", "vendor/idb.js", "css/tokens.css"} <= {
        *paths
    }
    assert [path for path in paths if finders.find(path) is None] == []
    linked = re.findall(r'(?:href|src)="/static/([^"]+)"', client.get("/app/").content.decode())
    without = {"app/icon-192.png"}
    assert [path for path in linked if path not in {*paths, *without}] == []


def test_the_worker_is_asked_for_each_time_and_is_the_same_for_everybody(client, client_of, fay):
    answers = [client.get("/sw.js"), client_of(fay).get("/sw.js")]

    assert answers[0].content == answers[1].content
    assert answers[0]["Content-Type"].startswith("text/javascript")
    assert answers[0]["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answers[0]["Content-Security-Policy"]
    assert not answers[0].cookies


def test_the_version_of_the_app_changes_with_its_words(client, monkeypatch):
    views._worker.cache_clear()
    before = own_of(client)["version"]
    make_sector(slug="water", name="Water")
    views._worker.cache_clear()

    assert own_of(client)["version"] != before


def test_the_manifest_has_what_installing_needs(client):
    answer = client.get("/app.webmanifest")
    members = json.loads(answer.content)

    assert answer["Content-Type"] == "application/manifest+json"
    assert (members["start_url"], members["scope"], members["display"]) == ("/today/", "/", "standalone")
    for icon in members["icons"]:
        name = icon["src"].removeprefix(settings.STATIC_URL)
        content = assets.content_of(name)
        if icon["type"] == "image/png":
            assert icon["sizes"] == "{}x{}".format(*struct.unpack(">II", content[16:24]))
    script = assets.content_of("app/share.js").decode()
    wanted = re.search(r"SHARE_TARGET = ({.*?\n});", script, re.DOTALL)[1]
    assert members["share_target"] == json.loads(re.sub(r",(\s*})", r"\1", re.sub(r"(\w+):", r'"\1":', wanted)))
    assert {"any", "maskable"} == {icon["purpose"] for icon in members["icons"]}


def test_the_colours_of_the_app_are_those_of_the_site():
    tokens = assets.content_of("css/tokens.css").decode()
    light, dark = tokens.split("prefers-color-scheme: dark")
    base = (settings.BASE_DIR / "templates" / "base.html").read_text()

    assert f"--accent: {views.ACCENT};" in light
    assert f"--paper: {views.PAPER};" in light
    assert re.findall(r'name="theme-color" content="(#\w+)"', base) == [
        re.search(r"--ground: (#\w+);", part)[1] for part in (light, dark)
    ]


def test_only_the_pages_of_fieldworkers_start_the_worker(client, client_of, fay, rita):
    pages = [asking.get("/").content.decode() for asking in (client_of(fay), client_of(rita), client)]

    assert ["data-app-worker" in page for page in pages] == [True, False, False]
    assert ["app/update.js" in page for page in pages] == [True, True, False]


def test_the_app_is_answered_by_the_quick_processes():
    assert not takes_long("/sw.js", "")
    assert not takes_long("/app.webmanifest", "")
    assert takes_long("/exports/table.csv", "")


def test_every_module_is_found_however_it_is_imported(tmp_path, settings):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.js").write_text('import {\n  b,\n} from "./sub/b.js";\nconst c = () => import("./sub/c.js");\n')
    (tmp_path / "sub" / "b.js").write_text('export { d } from "../d.js";\n// import x from "./never.js" is a comment\n')
    (tmp_path / "sub" / "c.js").write_text('import "../a.js";\n')
    (tmp_path / "d.js").write_text("export const d = 1;\n")
    settings.STATICFILES_DIRS = [tmp_path]
    finders.get_finder.cache_clear()
    assets.modules.cache_clear()
    try:
        assert assets.modules("a.js") == ("a.js", "sub/b.js", "sub/c.js", "d.js")
        assert assets.modules("a.js", to_start=True) == ("a.js", "sub/b.js", "d.js")
    finally:
        assets.modules.cache_clear()
        finders.get_finder.cache_clear()


def test_events_and_notes_are_found_by_organisation_and_by_name(client_of, fay, ada, beta):
    case_study = make_case_study(fay)
    notes = [make_note(case_study, fay, title=str(number)) for number in range(3)]
    client = client_of(fay)

    def found(address, key):
        return [row[key] for row in client.get(address).json()["results"]]

    wanted = ",".join(str(note.pk) for note in notes[:2])
    assert sorted(found(f"/api/v1/field-notes/?uuid__in={wanted}", "uuid")) == sorted(wanted.split(","))
    assert client.get("/api/v1/field-notes/?uuid__in=garden").status_code == 400
    assert found("/api/v1/events/?organisation=alpha-university", "id") == []
    assert client.get("/api/v1/events/?id__in=a").status_code == 400
    assert reverse("app-shell") == "/app/"
