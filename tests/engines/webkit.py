"""WebKitGTK, of Safari's family, over WebDriver. Its window is ours (webkit_window.py): MiniBrowser forgets everything
when a program drives it, and a browser that is started again must find its profile."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from tests.engines.driver import ENTER, Browser, Tab
from tests.engines.websocket import Gone, Refused
from tests.waiting import PATIENCE_S

DRIVER, SCREEN = "WebKitWebDriver", "Xvfb"
# The Python of the system has the bindings of GTK; that of the project need not.
PYTHON = "/usr/bin/python3"
WINDOW = Path(__file__).with_name("webkit_window.py")
# The driver gives up before we do, so that it says what did not come.
ANSWERS_WITHIN_S = PATIENCE_S // 2


class WebKitTab(Tab):
    def __init__(self, browser, handle):
        super().__init__(browser)
        self.handle = handle

    def _ask(self, method, path, body=None):
        self.browser.ask("POST", "/window", {"handle": self.handle})
        return self.browser.ask(method, path, body)

    def _open(self, url):
        self._ask("POST", "/url", {"url": url})
        # The driver answers before scripts and pictures are there.
        self._loaded()

    def _run(self, script, args):
        wrapped = f"""const [arguments_, done] = arguments;
            (async () => {{ {script} }})().then(
              (value) => done({{ value }}), (error) => done({{ error: String(error) }}));"""
        answer = self._ask("POST", "/execute/async", {"script": wrapped, "args": [args]})
        if "error" in (answer or {}):
            raise Refused(answer["error"])
        return (answer or {}).get("value")

    def keys(self, text):
        steps = [
            {"type": kind, "value": ENTER if character == "\n" else character}
            for character in text
            for kind in ("keyDown", "keyUp")
        ]
        self._ask("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": steps}]})

    def back(self):
        with contextlib.suppress(Refused):
            self._ask("POST", "/back", {})
            self._loaded()

    def reload(self):
        with contextlib.suppress(Refused):
            self._ask("POST", "/refresh", {})
            self._loaded()

    def close(self):
        self._ask("DELETE", "/window")


class WebKit(Browser):
    name = "webkit"
    screen = None

    @classmethod
    def missing(cls):
        for program, package in ((DRIVER, "webkit2gtk-driver"), (SCREEN, "xvfb")):
            if shutil.which(program) is None:
                return f"no {program} on this machine (Debian: {package})"
        bindings = "import gi; gi.require_version('Gtk', '3.0'); gi.require_version('WebKit2', '4.1')"
        if subprocess.run([PYTHON, "-c", bindings], check=False, capture_output=True).returncode:
            return "no bindings of WebKitGTK on this machine (Debian: python3-gi and gir1.2-webkit2-4.1)"
        return ""

    def _start(self):
        if self.screen is None:
            self._begin_screen()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._run_program(
            [shutil.which(DRIVER), f"--port={self.port}"],
            DISPLAY=self.display, WEBKIT_DISABLE_COMPOSITING_MODE="1", LIBGL_ALWAYS_SOFTWARE="1",
            HOME=str(self.profile), GDK_BACKEND="x11", NO_AT_BRIDGE="1", WEBKIT_FORCE_SANDBOX="0",
        )  # fmt: skip
        self._when(self._listens, "no port")
        window = {"binary": PYTHON, "args": [str(WINDOW), str(self.profile)]}
        wanted = {"webkitgtk:browserOptions": window, "unhandledPromptBehavior": "accept"}
        answer = self._asked("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = answer["sessionId"]
        self.ask("POST", "/timeouts", {"script": ANSWERS_WITHIN_S * 1000, "pageLoad": ANSWERS_WITHIN_S * 1000})
        # The driver's session ends with its last window, which therefore is never a journey's.
        self.first = self.ask("GET", "/window")

    def _begin_screen(self):
        reading, writing = os.pipe()
        self.screen = subprocess.Popen(
            [shutil.which(SCREEN), "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
            pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        with open(reading) as number:  # noqa: PTH123 -- a pipe has no path
            self.display = f":{number.readline().strip()}"

    def _listens(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def remove(self):
        super().remove()
        if self.screen is not None:
            self.screen.send_signal(signal.SIGTERM)
            self.screen.wait()
            self.screen = None

    def ask(self, method, path, body=None):
        return self._asked(method, f"/session/{self.session}{path}", body)

    def _asked(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            with contextlib.closing(connection):
                sent = None if body is None else json.dumps(body)
                connection.request(method, path, sent, {"Content-Type": "application/json"})
                answer = json.loads(connection.getresponse().read())["value"]
        except (OSError, http.client.HTTPException) as error:
            raise Gone(f"{method} {path}: {error}") from error
        if isinstance(answer, dict) and "error" in answer and "stacktrace" in answer:
            # The driver outlives the window that it drives.
            kind = Gone if answer["error"] == "invalid session id" else Refused
            raise kind(f"{method} {path}: {answer['error']}: {answer.get('message')}")
        return answer

    def tab(self):
        # A window is asked of the one that was used last, which may have been closed.
        self.ask("POST", "/window", {"handle": self.first})
        return WebKitTab(self, self.ask("POST", "/window/new", {"type": "tab"})["handle"])
