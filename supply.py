"""What the product is made of, and what is known to be wrong with it: `make sbom` and `make audit`.

Standard library only. The list (CycloneDX 1.6, JSON) is read from the lock files and the container files, without a
network, and the same files give the same list. The audit asks the registries of the packages, and says so where one
does not answer.
"""

import base64
import json
import os
import re
import subprocess
import sys
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent
CACHE = ROOT / ".cache"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: *; *([^\\]+?))? *\\?$", re.MULTILINE)
_IMAGE = re.compile(r"^(?:FROM|\s+image:) ([\w./-]+:[\w.-]+)(?:@(sha256:[0-9a-f]{64}))?", re.MULTILINE)

Component = dict[str, object]


def python_packages(lock: str) -> Iterator[Component]:
    """Packages of a lock file of pip. One that only some platforms need is optional. The hashes of its files, one for
    each platform, stay in the lock file."""
    for name, version, marker in _PINNED.findall(lock):
        yield _component(
            "library", name, version, f"pkg:pypi/{name.lower()}@{quote(version)}", is_optional=bool(marker)
        )


def browser_packages(lock: str) -> Iterator[Component]:
    """Packages of package-lock.json that browsers are served; not the tools of checks and tests."""
    for path, facts in json.loads(lock)["packages"].items():
        name = path.rpartition("node_modules/")[2]
        if not name or facts.get("dev"):
            continue
        component = _component("library", name, facts["version"], f"pkg:npm/{quote(name)}@{quote(facts['version'])}")
        algorithm, _dash, digest = facts.get("integrity", "").partition("-")
        if algorithm == "sha512":
            component["hashes"] = [{"alg": "SHA-512", "content": base64.b64decode(digest).hex()}]
        if "license" in facts:
            component["licenses"] = [{"license": {"name": facts["license"]}}]
        yield component


def images(text: str) -> Iterator[Component]:
    """Container images that a Dockerfile or a compose file names with a tag, and the digest where it is pinned."""
    for image, digest in dict.fromkeys(_IMAGE.findall(text)):
        name, _colon, tag = image.rpartition(":")
        reference = f"{name}@{quote(digest)}?tag={tag}" if digest else f"{name}@{tag}"
        yield _component("container", name, tag, f"pkg:docker/{reference}")


def _component(kind: str, name: str, version: str, purl: str, *, is_optional: bool = False) -> Component:
    scope = "optional" if is_optional else "required"
    return {"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl, "scope": scope}


def bill_of_materials(root: Path) -> dict[str, object]:
    """The list as CycloneDX 1.6. Its serial number is made of its content."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    components = [
        *python_packages((root / "requirements.lock").read_text()),
        *browser_packages((root / "package-lock.json").read_text()),
        *images((root / "Dockerfile").read_text() + (root / "docker-compose.yml").read_text()),
    ]
    product = {
        "type": "application",
        "bom-ref": project["name"],
        "name": project["name"],
        "version": project["version"],
        "licenses": [{"license": {"id": project["license"]["text"]}}],
    }
    content = json.dumps([product, components])
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, content)}",
        "version": 1,
        "metadata": {"lifecycles": [{"phase": "pre-build"}], "component": product},
        "components": components,
        "dependencies": [{"ref": product["bom-ref"], "dependsOn": [component["bom-ref"] for component in components]}],
    }


def write_sbom() -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    target = CACHE / f"{project['name']}-{project['version']}.cdx.json"
    CACHE.mkdir(exist_ok=True)
    target.write_text(json.dumps(bill_of_materials(ROOT), indent=1) + "\n")
    _say(str(target.relative_to(ROOT)))
    return 0


def judge_python(output: str, errors: str) -> tuple[bool, str]:
    """Whether there is something to repair, and a sentence. output: of `pip-audit --format json`."""
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return False, _not_checked("Python packages", _last_line(errors))
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if len(unknown) == len(packages):
        return False, _not_checked("Python packages", "it knows none of them")
    found = [_fault(package, fault) for package in packages for fault in package.get("vulns", ())]
    if found:
        return True, "Python packages with known vulnerabilities:\n" + "\n".join(found)
    rest = f" NOT checked, because the registry does not know them: {', '.join(unknown)}." if unknown else ""
    return False, f"No known vulnerability in {len(packages) - len(unknown)} Python packages.{rest}"


def _fault(package: dict[str, str], fault: dict[str, list[str]]) -> str:
    return (
        f"{package['name']} {package['version']}: {fault['id']}, repaired in {', '.join(fault['fix_versions']) or '-'}"
    )


def _not_checked(what: str, reason: str) -> str:
    return f"{what} were NOT checked: the registry does not answer such questions ({reason})."


def judge_browser(output: str, errors: str) -> tuple[bool, str]:
    """The same of `npm audit --json`."""
    try:
        report = json.loads(output)
        total = report["metadata"]["vulnerabilities"]["total"]
    except (ValueError, KeyError, TypeError):
        return False, _not_checked("Browser libraries", _first_line(errors))
    if total:
        return True, "Browser libraries with known vulnerabilities: " + ", ".join(sorted(report["vulnerabilities"]))
    return False, "No known vulnerability in the browser libraries."


def audit() -> int:
    """1 if something is known to be wrong; 0 otherwise, also where a registry did not answer."""
    tool = _audit_tool()
    reports = []
    if tool is None:
        reports.append((False, "Python packages were NOT checked: pip-audit could not be installed."))
    else:
        options = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]
        done = _run([str(tool), *options, "--requirement", str(ROOT / "requirements.lock")])
        reports.append(judge_python(done.stdout, done.stderr))
    done = _run(["npm", "audit", "--json", "--omit=dev"])
    reports.append(judge_browser(done.stdout, done.stderr))
    for _is_wrong, sentence in reports:
        _say(sentence)
    return int(any(is_wrong for is_wrong, _sentence in reports))


def _audit_tool() -> Path | None:
    """pip-audit in a folder of its own, because it needs other versions than the product."""
    folder, lock = CACHE / "audit", ROOT / "requirements-audit.lock"
    stamp = folder / "installed"
    if not stamp.exists() or stamp.read_text() != lock.read_text():
        _say("Installing pip-audit into .cache/audit")
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            [str(folder / "bin/python"), *install, "-r", str(lock)],
        ):
            if _run(command).returncode:
                return None
        stamp.write_text(lock.read_text())
    return folder / "bin/pip-audit"


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    environment = dict(os.environ, PATH=f"{ROOT / '.venv/bin'}:{os.environ.get('PATH', '')}")
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, check=False)


def _last_line(text: str) -> str:
    return _lines(text)[-1][:200]


def _first_line(text: str) -> str:
    return _lines(text)[0][:200]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()] or ["it said nothing"]


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")


if __name__ == "__main__":
    sys.exit({"sbom": write_sbom, "audit": audit}[sys.argv[1]]())
