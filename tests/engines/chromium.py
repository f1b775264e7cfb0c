"""Chromium, over its own protocol."""

import contextlib
import json
import shutil

from lipse_site.management.commands.take_pictures import BROWSERS
from tests.engines.driver import BACKSPACE, END, ENTER, TAB, Browser, Tab
from tests.engines.websocket import Commands, Refused

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--remote-debugging-port=0",
)  # fmt: skip
# (key, code, number of the key, text that it writes)
_KEYS = {
    ENTER: ("Enter", "Enter", 13, "\r"), "\n": ("Enter", "Enter", 13, "\r"), TAB: ("Tab", "Tab", 9, ""),
    END: ("End", "End", 35, ""), BACKSPACE: ("Backspace", "Backspace", 8, ""),
}  # fmt: skip


class ChromiumTab(Tab):
    def __init__(self, browser, target):
        super().__init__(browser)
        self.target = target
        self.session = browser.commands.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        self.ask("Page.enable")
        # A page of a window in the background would be told that it has no focus.
        self.ask("Emulation.setFocusEmulationEnabled", {"enabled": True})

    def ask(self, method, parameters=None):
        return self.browser.commands.ask(method, parameters, sessionId=self.session)

    def _open(self, url):
        error = self._leave("Page.navigate", {"url": url}).get("errorText")
        if error:
            raise Refused(error)

    def _run(self, script, args):
        expression = f"(async (arguments_) => {{ {script} }})({json.dumps(args)})"
        answer = self.ask(
            "Runtime.evaluate",
            {"expression": expression, "awaitPromise": True, "returnByValue": True, "userGesture": True},
        )
        if details := answer.get("exceptionDetails"):
            raise Refused(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def keys(self, text):
        for character in text:
            key, code, number, writes = _KEYS.get(character, (character, "", 0, character))
            down = {"type": "keyDown", "key": key, "code": code, "windowsVirtualKeyCode": number, "text": writes}
            self.ask("Input.dispatchKeyEvent", down)
            self.ask(
                "Input.dispatchKeyEvent", {"type": "keyUp", "key": key, "code": code, "windowsVirtualKeyCode": number}
            )

    def back(self):
        history = self.ask("Page.getNavigationHistory")
        if history["currentIndex"] < 1:
            return
        entry = history["entries"][history["currentIndex"] - 1]
        self._leave("Page.navigateToHistoryEntry", {"entryId": entry["id"]})

    def reload(self):
        self._leave("Page.reload")

    def _leave(self, method, parameters=None):
        self._run("globalThis.isBeingLeft = true", [])
        answer = self.ask(method, parameters)
        # A page that says what went wrong comes too, after the answer.
        self._loaded()
        return answer

    def close(self):
        # One that is closing may never answer.
        self.browser.tabs = [tab for tab in self.browser.tabs if tab is not self]
        # Like the button of the tab: the page is asked first.
        self.browser.commands.ask("Target.closeTarget", {"targetId": self.target})


class Chromium(Browser):
    name = "chromium"

    @classmethod
    def program(cls):
        return next((found for name in BROWSERS if (found := shutil.which(name))), None)

    @classmethod
    def missing(cls):
        return "" if cls.program() else "no Chromium on this machine (Debian: chromium-headless-shell or chromium)"

    def _start(self):
        port = self.profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        self._run_program([self.program(), *FLAGS, f"--user-data-dir={self.profile}", "about:blank"])
        lines = self._when(lambda: port.exists() and len(found := port.read_text().split()) == 2 and found, "no port")
        self.commands = Commands(int(lines[0]), lines[1])
        self.commands.heard["Page.javascriptDialogOpening"] = self._leave_anyway
        self.tabs = []

    def _leave_anyway(self, message):
        self.commands.tell("Page.handleJavaScriptDialog", {"accept": True}, sessionId=message["sessionId"])

    def _disconnect(self):
        self.commands.close()

    def tab(self):
        target = self.commands.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        self.tabs.append(ChromiumTab(self, target))
        return self.tabs[-1]

    def set_offline(self, is_offline):
        conditions = {"offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        for tab in self.tabs:
            # One that was closed is not told.
            with contextlib.suppress(Refused):
                tab.ask("Network.enable")
                tab.ask("Network.emulateNetworkConditions", conditions)
        return True

    def set_quota(self, bytes_=None):
        """So much room for the site and no more; None takes the limit away."""
        for target in self.commands.ask("Target.getTargets")["targetInfos"]:
            if target["type"] == "page" and target["url"].startswith(self.base):
                session = self.commands.ask("Target.attachToTarget", {"targetId": target["targetId"], "flatten": True})
                limit = {"origin": self.base} | ({} if bytes_ is None else {"quotaSize": bytes_})
                self.commands.ask("Storage.overrideQuotaForOrigin", limit, sessionId=session["sessionId"])
                return True
        return False
