"""What a person does with a browser, the same for every engine: open, type, press, read, leave, lose it, start again.

An engine is a `Browser` and its `Tab`; what differs between engines is in their own files, and a journey knows only
what is here. A Browser keeps its profile folder, so that one started again after a kill is the same person's browser.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time

from tests.engines.websocket import Gone, Refused
from tests.waiting import PATIENCE_S

# Keys that are no characters, numbered as WebDriver does.
TAB, ENTER, END, BACKSPACE = "\ue004", "\ue007", "\ue010", "\ue003"
# The field that a label names, whether the label holds it, points to it, or is an attribute of it.
_FIELD = """
const named = (words) => words.replace(/\\s+/g, " ").trim().startsWith(label);
const labels = [...document.querySelectorAll("label")].filter((one) => named(one.textContent));
const field = labels.map((one) => one.control).find(Boolean)
  ?? [...document.querySelectorAll("[aria-label]")].find((one) => named(one.getAttribute("aria-label")));
"""
_FOCUS_FIELD = f"""const [label] = args; {_FIELD}
if (!field) return false;
field.focus();
if (field.setSelectionRange && field.type !== "number") field.setSelectionRange(field.value.length, field.value.length);
return document.activeElement === field;
"""
_VALUE_OF = f"""const [label] = args; {_FIELD}
return field ? field.value : null;
"""
_FOCUS_PRESSABLE = """const [name] = args;
const words = (one) => (one.getAttribute("aria-label") ?? one.textContent ?? "").replace(/\\s+/g, " ").trim();
const all = [...document.querySelectorAll("button, a[href], summary")].filter((one) => one.checkVisibility());
const found = all.find((one) => words(one) === name) ?? all.find((one) => words(one).startsWith(name));
if (!found) return false;
found.focus();
return document.activeElement === found;
"""


class Tab:
    """One page of a browser. An engine brings `_open`, `_run`, `keys`, `close`, `back` and `reload`."""

    def __init__(self, browser):
        self.browser = browser

    def open(self, address):
        """Go there; whether a page came."""
        with contextlib.suppress(Refused):
            self._open(self.browser.base + address)
            return self.run("return location.pathname !== 'blank' && location.protocol.startsWith('http')")
        return False

    def run(self, script, *args):
        """What the body of an async function returns, with `args` as its list of arguments."""
        return self._run(f"const args = arguments_; {script}", list(args))

    def has(self, label):
        return self.run(_VALUE_OF, label) is not None

    def value(self, label):
        """The value of the field with that label; None where there is no such field."""
        return self.run(_VALUE_OF, label)

    def type(self, label, text):
        """Key by key at the end of the field; whether there was such a field."""
        if not self.run(_FOCUS_FIELD, label):
            return False
        self.keys(text)
        return True

    def press(self, name):
        """A button or a link, with the Enter key; whether there was one."""
        if not self.run(_FOCUS_PRESSABLE, name):
            return False
        self.keys(ENTER)
        return True

    def text(self, selector="main"):
        """What is written there, None where there is no such element."""
        return self.run("return document.querySelector(args[0])?.innerText ?? null", selector)

    def address(self):
        return self.run("return location.pathname + location.search")

    def until(self, script, *args, seconds=30):
        """Wait until the script gives something; a page that is being left is asked again. None when nothing came."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(Refused):
                if found := self.run(script, *args):
                    return found
            time.sleep(0.05)
        return None

    def _loaded(self):
        """Wait for all of the page that was asked for."""
        if not self.until("return document.readyState === 'complete' && !globalThis.isBeingLeft", seconds=PATIENCE_S):
            raise Gone("The page does not load.")

    def set_clock(self, milliseconds):
        """From now on, until this page is left, the clock of its scripts is so much ahead."""
        self.run("""const real = Date.now.bind(Date), ahead = args[0];
            globalThis.Date = new Proxy(Date, {
              construct: (target, given) => given.length ? new target(...given) : new target(real() + ahead),
              get: (target, name) => name === "now" ? () => real() + ahead : Reflect.get(target, name),
            });""", milliseconds)  # fmt: skip

    def refuse_storage(self, refused=True):
        """From now on, until this page is left, its database takes nothing more, as one that is full."""
        self.run("""const store = IDBObjectStore.prototype;
            store.put_ ??= store.put;
            store.put = args[0]
              ? () => { throw new DOMException("The quota has been exceeded.", "QuotaExceededError"); }
              : store.put_;""", refused)  # fmt: skip


class Browser:
    """A program on a profile of its own. An engine brings `name`, `missing()`, `_start`, `_connect`, `tab`."""

    name = ""

    def __init__(self, folder, base):
        self.profile, self.base = folder, base
        self.log = folder.with_suffix(".log")
        self.process = None

    @classmethod
    def missing(cls):
        """A sentence that says what this machine lacks for the engine; empty where nothing is missing."""
        raise NotImplementedError

    def start(self):
        self.profile.mkdir(exist_ok=True)
        self._start()
        return self

    def kill(self):
        """All its processes at once, as when a phone's battery is empty."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._disconnect()
        self.process = None

    def remove(self):
        self.kill()
        for _attempt in range(20):
            # What the kernel has not ended yet may write once more.
            shutil.rmtree(self.profile, ignore_errors=True)
            if not self.profile.exists():
                break
            time.sleep(0.05)

    def set_offline(self, is_offline):
        """The browser itself says that it is offline; whether this engine can. A proxy works for all (proxy.py)."""
        return False

    def _disconnect(self):
        pass

    def _run_program(self, arguments, **environment):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0,
                env=os.environ | environment,
            )  # fmt: skip

    def _when(self, holds, what):
        """What `holds` gives as soon as it gives something."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            if found := holds():
                return found
            time.sleep(0.02)
        raise Gone(f"{self.name}: {what}\n{self.log.read_text(errors='replace')[-2000:]}")
