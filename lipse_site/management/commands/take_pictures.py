"""`make pictures`: take the pictures of the README from a new demo site, which is deleted afterwards."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from playwright.sync_api import Browser, Page, sync_playwright

from accounts.management.ready import TranslatedCommand
from accounts.roles import Role
from lipse_site.demo.people import demo_password

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CASE = "a[href^='/case-studies/']:not([href*='new'], [href*='?'])"
EVENT = "tbody a[href^='/events/']"


@dataclass(frozen=True)
class Picture:
    """Who looks at which page, on which screen.

    follow: selects a link on that page whose target is photographed instead. press: the name of a button that leads
    there.
    """

    name: str
    path: str
    role: Role | None = None
    follow: str = ""
    press: str = ""
    width: int = 1280
    height: int = 800
    scheme: Literal["light", "dark"] = "light"


PICTURES = (
    Picture("home", "/"),
    Picture("home-dark", "/", Role.READER, scheme="dark"),
    Picture("home-phone", "/", width=390),
    Picture("country", "/countries/NL/", Role.READER),
    Picture("institution", "/institutions/Demo%20Ombudsman%20of%20the%20Netherlands/", height=1000),
    Picture("country-phone-dark", "/countries/NL/", Role.READER, width=390, scheme="dark"),
    Picture("search", "/search/?q=workshop"),
    Picture("cases", "/case-studies/", Role.READER),
    Picture("case", "/case-studies/", Role.FIELDWORKER, CASE),
    Picture("case-phone", "/case-studies/", Role.FIELDWORKER, CASE, width=390),
    Picture("event", "/events/", Role.READER, EVENT),
    Picture("event-phone-dark", "/events/", Role.READER, EVENT, width=390, scheme="dark"),
    Picture("note-phone", "/field-notes/new/", Role.FIELDWORKER, width=390),
    Picture("today-phone", "/today/", Role.FIELDWORKER, width=390),
    Picture("records", "/complaint-records/", Role.READER),
    Picture("record", "/complaint-records/", Role.READER, "#list a[href^='/complaint-records/']", scheme="dark"),
    Picture("coding", "/assignments/", Role.CODER, press="Next unit"),
    Picture("codebooks", "/codebooks/", Role.LEAD_CODER),
    Picture(
        "import",
        "/datasets/demo-letters-nl/",
        Role.DATA_MANAGER,
        "a[href^='/imports/']:not([href*='new'])",
        height=1150,
    ),
    Picture("datasets", "/datasets/", Role.DATA_MANAGER),
    Picture("dataset", "/datasets/demo-letters-nl/", Role.READER, height=1150),
    Picture("questionnaires", "/questionnaires/", Role.FIELDWORKER),
    Picture("vocabulary", "/vocabularies/participation-level/1/", Role.LEAD_CODER),
    Picture("people", "/people/", Role.ADMIN),
)


class Command(TranslatedCommand):
    help = gettext_noop("Take the pictures of the README from a demo site that is started for them.")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BASE_DIR / "docs" / "pictures")

    def handle(self, *args: object, to: Path, **options: object) -> None:
        program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
        if program is None:
            raise CommandError(_("Taking pictures needs Chromium. Install the package chromium."))
        to.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="lipse-pictures-") as folder:
            site, address = _serve(Path(folder))
            try:
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
                    for picture in PICTURES:
                        file = to / f"{picture.name}.png"
                        _take(browser, address, picture, file)
                        self.stdout.write(str(file))
                    browser.close()
            finally:
                site.terminate()
                site.wait()


def _serve(folder: Path) -> tuple["subprocess.Popen[str]", str]:
    """Run `serve` on a free port with its own data folder; returns when its demo is loaded."""
    # The user of the services must be able to enter it.
    folder.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "LIPSE_DATA_DIR": str(folder / "data"),
        "LIPSE_HOST": "127.0.0.1",
        "LIPSE_PORT": str(port),
        "LIPSE_DEBUG": "1",
        "LIPSE_DEMO": "1",
        "LIPSE_SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": "",
        "REDIS_URL": "",
    }
    command = [sys.executable, "-u", str(settings.BASE_DIR / "manage.py"), "serve"]
    with (folder / "log").open("w") as log:
        site = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    printed = []
    for line in site.stdout or ():
        printed.append(line)
        if "Ctrl-C" in line:
            return site, f"http://127.0.0.1:{port}"
    raise CommandError(_("The demo site did not start: %(output)s") % {"output": "".join(printed[-5:])})


def _take(browser: Browser, address: str, picture: Picture, file: Path) -> None:
    context = browser.new_context(
        base_url=address,
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        locale="en-GB",
    )
    page = context.new_page()
    if picture.role:
        _sign_in(page, f"demo-{picture.role}")
    page.goto(picture.path)
    if picture.follow:
        page.goto(str(page.locator(f"main {picture.follow}").first.get_attribute("href")))
    if picture.press:
        page.get_by_role("button", name=picture.press).click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)
    context.close()


def _sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(demo_password(username))
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
