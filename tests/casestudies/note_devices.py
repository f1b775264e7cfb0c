"""Three devices that run the scripts of the site in Node, against the views of the site: for generated histories."""

import json
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

# That of the machine, or the one that the set-up puts beside Python.
NODE = shutil.which("node") or shutil.which("node", path=Path(sys.executable).parent)
DRIVER = settings.BASE_DIR / "tests" / "casestudies" / "note-devices.mjs"
NO_ANSWER = {"status": 0, "body": None}


class Devices:
    """Commands go to Node; its requests come back here and are answered, lost or held as `network` says.

    `driver` is the script that Node runs: another one than DRIVER has other scripts of the site beside it.

    network: device -> "online", "offline" (nothing arrives), "lossy" (it arrives, the answer does not) or "held" (it
    waits for `let_through`). sent: every request that was ever made, to be delivered again.
    """

    def __init__(self, driver: Path = DRIVER) -> None:
        self.driver = driver
        self.process = self._started()
        self.is_settled = True
        self.network: dict[str, str] = {}
        self.browsers: dict[str, Client] = {}
        self.held: dict[str, list[dict[str, Any]]] = {}
        self.sent: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {"tabs": [], "kept": []}

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen([NODE, str(self.driver)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def close(self) -> None:
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()

    def reset(self, people: dict[str, Any], api: str) -> None:
        if not self.is_settled:
            # A history that failed within a command left answers behind that nobody has read.
            self.process.kill()
            self.close()
            self.process, self.is_settled = self._started(), True
        self.network = dict.fromkeys(people, "online")
        self.browsers = {name: Client(enforce_csrf_checks=True) for name in people}
        self.held = {name: [] for name in people}
        self.sent = []
        for name, person in people.items():
            self.browsers[name].force_login(person)
        about = {
            name: {"username": person.username, "number": str(person.pk), "api": api} for name, person in people.items()
        }
        self.do("reset", all=about)

    def do(self, command: str, **about: Any) -> None:
        """Run a command until nothing moves any more but what is held."""
        self._write({"command": command, **about})
        self._until_settled()

    def let_through(self, device: str, *, answered: bool) -> None:
        """The oldest request that the network holds arrives, and its answer does or does not."""
        request = self.held[device].pop(0)
        status, body = self.deliver(request)
        answer = {"status": status, "body": body} if answered else NO_ANSWER
        self._write({"answer": request["request"], "late": True, **answer})
        self._until_settled()

    def deliver(self, request: dict[str, Any]) -> tuple[int, str]:
        """What the site answers."""
        headers = {name: value for name, value in request["headers"].items() if name != "Content-Type"}
        browser = self.browsers[request["device"]]
        answer = browser.generic(
            request["method"],
            request["url"],
            request["body"] or "",
            content_type="application/json",
            headers=headers,
        )
        return answer.status_code, answer.content.decode()

    def _until_settled(self) -> None:
        # After a failure within a command nobody knows what Node waits for: it would be waited for without an end.
        assert self.is_settled, "the devices did not come to rest"
        self.is_settled = False
        while True:
            line = self.process.stdout.readline()
            message = json.loads(line)
            if "error" in message:
                raise AssertionError(message["error"])
            if "state" in message:
                self.state = message["state"]
                self.is_settled = True
                return
            self._network(message)

    def _network(self, request: dict[str, Any]) -> None:
        device, number = request["device"], request["request"]
        network = self.network[device]
        if network == "held" and request["method"] != "GET":
            self.held[device].append(request)
            self._write({"held": number})
            return
        answer = NO_ANSWER
        if network != "offline":
            if request["method"] != "GET":
                self.sent.append(request)
            status, body = self.deliver(request)
            if network != "lossy":
                answer = {"status": status, "body": body}
        self._write({"answer": number, **answer})

    def _write(self, message: dict[str, Any]) -> None:
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
