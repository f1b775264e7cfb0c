"""Small pictures of photos, made when they are first asked for, by a child process that a photo cannot harm."""

import resource
import subprocess
import sys
import threading
from pathlib import Path

from casestudies.actions.attachments import arriving
from casestudies.models import Attachment
from casestudies.models.attachments import thumbnail_of

PICTURED = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/heic")
EDGE = 320  # pixels
MOST_PIXELS = 100_000_000
MEMORY = 768 * 1024**2
SECONDS = 20
_SCRIPT = Path(__file__).parent / "thumbnail_child.py"
# A page of photos asks for all of them at once.
_one_at_a_time = threading.Lock()


def thumbnail(attachment: Attachment) -> bytes:
    """The photo as WebP, at most `EDGE` pixels wide and high; empty where there is none or it cannot be decoded."""
    if attachment.media_type not in PICTURED:
        return b""
    kept = thumbnail_of(attachment.sha256)
    if kept.exists():
        return kept.read_bytes()
    with _one_at_a_time:
        made = _made(attachment.path, attachment.media_type)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with arriving([made]) as file:
        file.replace(kept)
    return made


def has_no_thumbnail(attachment: Attachment) -> bool:
    """Whether it is a photo of which it is known that no small picture can be made."""
    kept = thumbnail_of(attachment.sha256)
    return attachment.media_type in PICTURED and kept.exists() and not kept.stat().st_size


def _made(photo: Path, media_type: str) -> bytes:
    """Empty where the child fails: a photo of a broken or hostile file is none."""
    limits = (_within(resource.RLIMIT_DATA, MEMORY), _within(resource.RLIMIT_CPU, SECONDS), MOST_PIXELS, EDGE)
    command = [sys.executable, "-I", str(_SCRIPT), str(photo), media_type, ",".join(map(str, limits))]
    try:
        done = subprocess.run(command, capture_output=True, timeout=2 * SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return b""
    return b"" if done.returncode else done.stdout


def _within(limit: int, most: int) -> int:
    """`most`, or less where this process is limited itself: a child cannot raise that."""
    own = resource.getrlimit(limit)[1]
    return most if own == resource.RLIM_INFINITY else min(most, own)
