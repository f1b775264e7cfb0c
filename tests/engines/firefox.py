"""Firefox, over WebDriver BiDi, which it speaks by itself."""

import contextlib
import json
import re
import shutil

from tests.engines.driver import ENTER, Browser, Tab
from tests.engines.websocket import Commands, Refused

PROGRAMS = ("firefox-esr", "firefox")
# No first-run pages, no requests of its own; questions about lasting storage are answered as a person would, with yes.
PREFERENCES = {
    "browser.shell.checkDefaultBrowser": False, "browser.startup.page": 0, "browser.startup.homepage": "about:blank",
    "browser.aboutwelcome.enabled": False, "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False, "app.update.enabled": False, "app.normandy.enabled": False,
    "browser.safebrowsing.update.enabled": False, "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False, "extensions.update.enabled": False,
    "services.settings.server": "data:,none", "browser.sessionstore.resume_from_crash": False,
    "toolkit.startup.max_resumed_crashes": -1, "browser.tabs.firefox-view": False,
    "dom.storageManager.prompt.testing": True, "dom.storageManager.prompt.testing.allow": True,
    "remote.active-protocols": 1,
}  # fmt: skip


class FirefoxTab(Tab):
    def __init__(self, browser, context):
        super().__init__(browser)
        self.context = context

    def _ask(self, method, **parameters):
        return self.browser.commands.ask(method, {"context": self.context, **parameters})

    def _open(self, url):
        self._ask("browsingContext.navigate", url=url, wait="complete")

    def _run(self, script, args):
        # Strings in and out, so that no value needs a description of its kind.
        declaration = f"async (given) => {{ const arguments_ = JSON.parse(given);" \
                      f" return JSON.stringify((await (async () => {{ {script} }})()) ?? null) }}"  # fmt: skip
        answer = self.browser.commands.ask("script.callFunction", {
            "functionDeclaration": declaration, "awaitPromise": True, "target": {"context": self.context},
            "arguments": [{"type": "string", "value": json.dumps(args)}], "userActivation": True,
        })  # fmt: skip
        if answer["type"] != "success":
            raise Refused(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def keys(self, text):
        steps = [
            {"type": kind, "value": ENTER if character == "\n" else character}
            for character in text
            for kind in ("keyDown", "keyUp")
        ]
        self._ask("input.performActions", actions=[{"type": "key", "id": "keys", "actions": steps}])

    def back(self):
        with contextlib.suppress(Refused):
            self.run("globalThis.isBeingLeft = true")
            self._ask("browsingContext.traverseHistory", delta=-1)
            self.until("return document.readyState === 'complete' && !globalThis.isBeingLeft")

    def reload(self):
        with contextlib.suppress(Refused):
            self._ask("browsingContext.reload", wait="complete")

    def close(self):
        self._ask("browsingContext.close", promptUnload=False)


class Firefox(Browser):
    name = "firefox"

    @classmethod
    def program(cls):
        return next((found for name in PROGRAMS if (found := shutil.which(name))), None)

    @classmethod
    def missing(cls):
        return "" if cls.program() else "no Firefox on this machine (Debian: firefox-esr)"

    def _start(self):
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (self.profile / "user.js").write_text("\n".join(lines))
        self.log.write_bytes(b"")
        self._run_program(
            [
                self.program(),
                "--headless",
                "--no-remote",
                "--profile",
                str(self.profile),
                "--remote-debugging-port",
                "0",
            ],
            MOZ_CRASHREPORTER_DISABLE="1",
        )
        port = self._when(self._port, "no port")
        self.commands = Commands(port, "/session")
        answers = {"default": "accept", "beforeUnload": "accept"}
        self.commands.ask("session.new", {"capabilities": {"alwaysMatch": {"unhandledPromptBehavior": answers}}})

    def _port(self):
        found = re.search(r"BiDi listening on ws://[^:]+:(\d+)", self.log.read_text(errors="replace"))
        return found and int(found[1])

    def _disconnect(self):
        self.commands.close()

    def tab(self):
        return FirefoxTab(self, self.commands.ask("browsingContext.create", {"type": "tab"})["context"])
