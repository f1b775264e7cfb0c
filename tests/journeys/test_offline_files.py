"""Photos and recordings of a note are on the device at once, survive its tab, and reach the server as they were."""

import base64
import hashlib
import io
import os
import shutil
import time

import pytest
from PIL import Image
from playwright.sync_api import Error, expect

from casestudies.models import FieldNote, NoteAttachment
from casestudies.models.attachments import arrivals
from lipse_site.management.commands.take_pictures import BROWSERS
from tests.factories.casestudies import make_case_study, make_note
from tests.journeys.conftest import FLAGS, PATIENCE_MS

FAKE_MICROPHONE = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def phone(browser, live_server, tmp_path):
    """A browser with a profile and a microphone of its own."""
    program = next(found for name in BROWSERS if (found := shutil.which(name)))
    context = browser.browser_type.launch_persistent_context(
        tmp_path / "profile",
        executable_path=program,
        args=[*FLAGS, *FAKE_MICROPHONE],
        base_url=live_server.url,
        viewport={"width": 390, "height": 844},
    )
    context.set_default_timeout(PATIENCE_MS)
    context.grant_permissions(["microphone"])
    yield context
    context.close()


@pytest.fixture
def note(fay):
    return make_note(make_case_study(fay), fay)


def photo():
    """1,200 by 900 pixels with the place where it was taken."""
    made, details = io.BytesIO(), Image.Exif()
    details.get_ifd(0x8825).update({1: "N", 2: (52.0, 0.0, 41.76), 3: "E", 4: (4.0, 21.0, 25.56)})
    details[0x010F] = "Planted Camera"
    Image.effect_noise((1200, 900), 80).convert("RGB").save(made, "JPEG", exif=details)
    return made.getvalue()


def until(found, seconds=40):
    """What `found()` answers as soon as it is something."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.1)
    return answer


def take_photo(page, name, content):
    page.locator("[data-camera]").set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": content})


def row_of(page, name):
    return page.locator("[data-files-rows] li").filter(has_text=name)


def test_a_photo_and_a_recording_of_a_tab_that_was_killed_without_a_connection_arrive(phone, sign_in, axe, fay, note):
    page, content = phone.pages[0], photo()
    sign_in(page, fay)
    page.goto(f"/field-notes/{note.pk}/edit/")
    expect(page.locator("[data-take]")).to_be_visible()
    phone.set_offline(True)
    take_photo(page, "quay.jpg", content)
    expect(row_of(page, "quay.jpg")).to_contain_text("On this device, not on the server yet")
    expect(row_of(page, "quay.jpg").locator("canvas")).to_be_visible()
    row_of(page, "quay.jpg").get_by_label("Caption").fill("The quay at noon")
    page.locator("[data-record]").focus()
    page.locator("[data-record]").click()
    expect(page.locator("[data-recorder-time]")).to_have_text("0:02")
    page.locator("[data-pause]").click()
    expect(page.locator("[data-recorder-words]")).to_contain_text("Paused")
    page.locator("[data-pause]").click()
    expect(page.locator("[data-recorder-time]")).to_have_text("0:04")
    axe(page)

    killed(page)
    phone.set_offline(False)
    page = phone.new_page()
    page.goto("/accessibility/")

    until(lambda: note.attachments.count() == 2)
    picture = note.attachments.get(name="quay.jpg")
    assert picture.sent_sha256 == hashlib.sha256(content).hexdigest()
    assert picture.caption == "The quay at noon"
    stored = picture.attachment.path.read_bytes()
    assert b"Planted" in content
    assert b"Planted" not in stored
    opened = Image.open(io.BytesIO(stored))
    assert opened.tobytes() == Image.open(io.BytesIO(content)).tobytes()
    assert not opened.getexif().get_ifd(0x8825)
    recording = note.attachments.get(attachment__media_type="audio/webm")
    assert recording.attachment.path.stat().st_size > 5000
    assert seconds_of(page, recording) > 2
    expect(page.locator("[data-waiting]")).to_be_hidden()
    until(lambda: page.evaluate(LEFT) == {"drafts": 0, "parts": 0, "equal": [True, True]})
    page.goto(f"/field-notes/{note.pk}/edit/")
    page.get_by_role("link", name="2 files on the server").click()
    axe(page)
    expect(page.get_by_text("without the place, names and serial numbers")).to_be_visible()
    expect(page.locator("main li img")).to_have_js_property("naturalWidth", 320)


LEFT = """async () => {
  const { Table } = await import("/static/device/database.js");
  const all = (name) => new Table(name).all();
  const [drafts, parts, receipts] = await Promise.all(["drafts", "files", "receipts"].map(all));
  return { drafts: drafts.length, parts: parts.length, equal: receipts.map((line) => line.equal) };
}"""
DURATION = """async (address) => {
  const bytes = await (await fetch(address)).arrayBuffer();
  const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes);
  return sound.duration;
}"""


def seconds_of(page, use):
    return page.evaluate(DURATION, f"/api/v1/attachments/{use.attachment.sha256}/")


def killed(page):
    """The process of the tab is gone at once: no event tells its scripts."""
    with pytest.raises(Error, match="crash"):
        page.goto("chrome://crash", timeout=10_000)
    page.close()


def test_a_note_is_sent_at_once_while_its_file_is_on_its_way(phone, sign_in, fay, note):
    page, content = phone.pages[0], b"%PDF-1.7\n" + os.urandom(20_000_000)
    sign_in(page, fay)
    page.goto(f"/field-notes/{note.pk}/edit/")
    expect(page.locator("[data-take]")).to_be_visible()
    network = phone.new_cdp_session(page)
    slow = {"offline": False, "latency": 50, "downloadThroughput": 400_000, "uploadThroughput": 400_000}
    network.send("Network.emulateNetworkConditions", slow)
    page.locator("[data-chosen]").set_input_files(
        {"name": "report.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    until(lambda: [path for path in arrivals().rglob("*") if path.is_file() and path.stat().st_size > 100_000])

    page.locator("textarea[name=text]").fill("Written while the report is on its way.")

    until(lambda: FieldNote.objects.filter(pk=note.pk, text__startswith="Written while").exists(), seconds=10)
    assert not NoteAttachment.objects.exists()
    expect(row_of(page, "report.pdf")).to_contain_text("Sending")
    network.send("Network.emulateNetworkConditions", slow | {"downloadThroughput": -1, "uploadThroughput": -1})
    expect(row_of(page, "report.pdf")).to_contain_text("On the server")
    assert note.attachments.get().attachment.path.read_bytes() == content


SHARE = """(photo) => {
  const form = Object.assign(document.createElement("form"), { action: "/today/shared/", method: "post" });
  form.enctype = "multipart/form-data";
  const files = Object.assign(document.createElement("input"), { type: "file", name: "files" });
  const bytes = Uint8Array.from(atob(photo), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], "shared.jpg", { type: "image/jpeg" }));
  files.files = carried.files;
  const words = Object.assign(document.createElement("input"), { name: "text", value: "Heard at the quay" });
  form.append(files, words);
  document.body.append(form);
  form.submit();
}"""


def test_what_another_app_shares_is_kept_until_a_note_is_chosen(phone, sign_in, fay, note):
    page, content = phone.pages[0], base64.b64encode(photo()).decode()
    sign_in(page, fay)
    page.goto("/today/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.evaluate(SHARE, content)
    expect(page.locator("[data-shared]")).to_contain_text("2 shared files or texts are on this device, in no note yet")

    page.goto(f"/field-notes/{note.pk}/edit/")
    expect(row_of(page, "shared.jpg")).to_contain_text("in no note yet")
    row_of(page, "shared.jpg").get_by_role("button", name="Add to this note").click()
    row_of(page, "Heard at the quay").get_by_role("button", name="Put the text into this note").click()

    until(lambda: FieldNote.objects.filter(pk=note.pk, text__endswith="Heard at the quay").exists())
    until(lambda: note.attachments.filter(name="shared.jpg").exists())
    # Without anybody's key nothing is kept, and the page says so.
    page.evaluate("() => import('/static/device/vault.js').then((vault) => vault.dropKeys())")
    page.evaluate(SHARE, content)
    expect(page.locator("[data-shared]")).to_contain_text("nobody is signed in on this device")
