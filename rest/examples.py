"""Calls of the API to copy: curl, R (httr2) and Python (requests). Standard library only.

Each reads the token from the environment variable LIPSE_TOKEN, so that no script contains it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

JSON, FORM = "application/json", "multipart/form-data"
_HEADER = '-H "Authorization: Bearer $LIPSE_TOKEN"'


@dataclass(frozen=True)
class Call:
    """One request. `media` names how `body`, or a file beside it, is sent; empty where nothing is."""

    method: str
    address: str
    media: str = ""
    body: object = None

    @property
    def fields(self) -> Mapping[str, object]:
        """The fields of a body that is sent as a form."""
        return self.body if isinstance(self.body, Mapping) else {}


def example_path(path: str) -> str:
    """`/events/{pk}/` with a placeholder for a value: `/events/ID/`."""
    return re.sub(r"\{(\w+)\}", lambda found: {"pk": "ID"}.get(found[1], found[1].upper()), path)


def in_curl(call: Call) -> str:
    lines = [f"curl {f'-X {call.method} ' if call.method != 'GET' else ''}'{call.address}'"]
    lines.append(_HEADER)
    if call.media == JSON:
        lines += [f"-H 'Content-Type: {JSON}'", f"-d {_quoted(json.dumps(call.body, ensure_ascii=False))}"]
    elif call.media == FORM:
        lines += [f"-F {_quoted(f'{name}={_field(name, value)}')}" for name, value in call.fields.items()]
    elif call.media:
        lines += [f"-H 'Content-Type: {call.media}'", "--data-binary @FILE"]
    return " \\\n  ".join(lines)


def in_r(call: Call) -> str:
    steps = [f'request("{call.address}")', 'req_auth_bearer_token(Sys.getenv("LIPSE_TOKEN"))']
    if call.method != "GET":
        steps.append(f'req_method("{call.method}")')
    if call.media == JSON:
        steps.append(f'req_body_raw({_quoted(json.dumps(call.body, ensure_ascii=False))}, "{JSON}")')
    elif call.media == FORM:
        parts = [f"{name} = {_r_part(name, value)}" for name, value in call.fields.items()]
        steps.append(f"req_body_multipart({', '.join(parts)})")
    elif call.media:
        steps.append(f'req_body_file("FILE", type = "{call.media}")')
    return "library(httr2)\n" + " |>\n  ".join([*steps, "req_perform()", "resp_body_json()"])


def in_python(call: Call) -> str:
    arguments = [f'"{call.address}"', "headers=headers"]
    if call.media == JSON:
        arguments.append(f"json={call.body!r}")
    elif call.media == FORM:
        fields = {name: value for name, value in call.fields.items() if name != "file"}
        files = ['files={"file": open("FILE", "rb")}'] if "file" in call.fields else []
        arguments += [*files, f"data={fields!r}"]
    elif call.media:
        arguments.append('data=open("FILE", "rb")')
    inner = "".join(f"    {argument},\n" for argument in arguments)
    return (
        "import os\n\nimport requests\n\n"
        'headers = {"Authorization": f"Bearer {os.environ[\'LIPSE_TOKEN\']}"}\n'
        f"answer = requests.{call.method.lower()}(\n{inner})\n"
        "answer.raise_for_status()\nprint(answer.json())"
    )


def all_rows(listed: str, exported: str) -> list[tuple[str, str]]:
    """(language, code) that reads all rows of a list. `listed`: its address, `exported`: that of its file, with other
    parameters than pages have."""
    return [
        ("curl", _file_in_curl(exported)),
        ("R", _pages_in_r(listed)),
        ("Python", _pages_in_python(listed)),
    ]


def _file_in_curl(address: str) -> str:
    """A file of any size: asked for, waited for, and continued where a download broke off."""
    asked = _quoted(json.dumps({"query": address, "format": "csv"}, ensure_ascii=False))
    site, _api, _list = address.partition("/api/v1/")
    return (
        f"rm -f rows.csv\nexport=$(curl -fsS -D - -o /dev/null '{site}/api/v1/exports/' \\\n  {_HEADER} \\\n"
        f"  -H 'Content-Type: {JSON}' \\\n  -d {asked} |\n"
        "  tr -d '\\r' | sed -n 's/^[Ll]ocation: //p')\n"
        "for n in $(seq 500); do\n"
        f'  curl -fsS -C - -o rows.csv {_HEADER} "${{export}}file/" && break\n  sleep 5\ndone'
    )


def _pages_in_r(address: str) -> str:
    return (
        f'library(httr2)\nurl <- "{address}"\nrows <- list()\nwhile (!is.null(url)) {{\n'
        "  page <- request(url) |>\n"
        '    req_auth_bearer_token(Sys.getenv("LIPSE_TOKEN")) |>\n'
        "    req_retry(max_tries = 5) |>\n    req_perform() |>\n    resp_body_json()\n"
        "  rows <- c(rows, page$results)\n  url <- page$`next`\n}\nlength(rows)"
    )


def _pages_in_python(address: str) -> str:
    return (
        "import os\nimport time\n\nfrom requests import Session\n\nsession = Session()\n"
        'session.headers["Authorization"] = f"Bearer {os.environ[\'LIPSE_TOKEN\']}"\n'
        f'url, rows = "{address}", []\nwhile url:\n'
        "    answer = session.get(url, timeout=60)\n    if answer.status_code == 429:\n"
        '        time.sleep(int(answer.headers["Retry-After"]))\n        continue\n    answer.raise_for_status()\n'
        '    page = answer.json()\n    rows += page["results"]\n    url = page["next"]\nprint(len(rows))'
    )


def in_each(call: Call) -> list[tuple[str, str]]:
    return [("curl", in_curl(call)), ("R", in_r(call)), ("Python", in_python(call))]


def _field(name: str, value: object) -> str:
    return "@FILE" if name == "file" else str(value)


def _r_part(name: str, value: object) -> str:
    return 'curl::form_file("FILE")' if name == "file" else json.dumps(str(value))


def _quoted(text: str) -> str:
    """For a shell and for R alike: in single quotes, an apostrophe spelled as JSON's own escape."""
    return "'" + text.replace("'", "\\u0027") + "'"
