"""Ask the web server of this machine for its health: `python -m lipse_site.probe readyz`; exit status 0 if ready."""

import http
import http.client
import sys

from lipse_site import environment as env
from standards.translation import gettext as _


def main() -> int:
    page = sys.argv[1] if len(sys.argv) > 1 else "readyz"
    # The site answers only requests for its own host names, so the probe sends one of them.
    host = next(iter(env.words("LIPSE_ALLOWED_HOSTS")), "localhost").lstrip(".")
    server = http.client.HTTPConnection("127.0.0.1", env.number("LIPSE_PORT", 8000), timeout=8)
    try:
        server.request("GET", f"/{page}", headers={"Host": host})
        answer = server.getresponse()
        sys.stdout.write(answer.read().decode() + "\n")
    except OSError as error:
        sys.stdout.write(_("No answer: %(reason)s") % {"reason": error} + "\n")
        return 1
    return 0 if answer.status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
