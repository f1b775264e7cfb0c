"""Settings from the environment. An invalid value raises ImproperlyConfigured with the valid ones."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """The setting without spaces around it; one that is empty, as compose files leave it, was not given."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in _YES | _NO:
        return value in _YES
    raise ImproperlyConfigured(f"{name} is {value!r}; write 1 or 0.")


def number(name: str, default: int, *, at_least: int = 0, at_most: int = 2**31) -> int:
    value = text(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not at_least <= int(value) <= at_most:
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number from {at_least} to {at_most}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def address(name: str, schemes: tuple[str, ...], default: str = "") -> str:
    """A URL with one of these schemes."""
    value = text(name, default)
    if value and urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(f"{name} does not begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    return value


def choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    value = text(name).upper() or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; write one of {', '.join(allowed)}.")
    return value


def required(name: str, because: str) -> str:
    """A text that is required because another setting has a value."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is empty, and {because} needs it.")
    return value


def folder(name: str, default: Path) -> Path:
    value = text(name)
    if value and not Path(value).is_absolute():
        raise ImproperlyConfigured(f"{name} is {value!r}; write the whole path, from /.")
    path = Path(value or default).resolve()
    if path.exists() and not path.is_dir():
        raise ImproperlyConfigured(f"{name} is {value!r}, which is a file; name a folder.")
    return path


def kept_secret(name: str, data_dir: Path, *, allowed: bool) -> str:
    """A signing key. If there is none and that is allowed, a random one is stored in the data folder with mode 0600."""
    given = text(name)
    if given:
        return given
    if not allowed:
        raise ImproperlyConfigured(f"{name} is empty; with LIPSE_DEBUG=0 set it to 50 random characters.")
    path = data_dir / "secret_key"
    try:
        if not path.exists():
            _keep(path, secrets.token_urlsafe(50))
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{data_dir} cannot be written ({error.strerror}); set LIPSE_DATA_DIR to a folder that can."
        ) from error


def mail_backend(address: str, *, debug: bool) -> str:
    """How mail goes without an address: into files in debug mode, nowhere on a real site."""
    kind = "smtp" if address else "filebased" if debug else "dummy"
    return f"django.core.mail.backends.{kind}.EmailBackend"


def _keep(path: Path, secret: str) -> None:
    """Written completely or not at all, and only by the first of several processes that start at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, fresh = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    Path(fresh).unlink()
