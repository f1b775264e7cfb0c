"""Run as a child process with limits on memory and time: a photo to a small WebP picture on standard output.

Called as `python thumbnail_child.py PATH MEDIA_TYPE MEMORY,SECONDS,PIXELS,EDGE`. It imports nothing of the project, so
that a malicious file can reach as little as possible. Ends with 3 where the photo has more than so many pixels.
"""

import resource
import sys

import pi_heif
from PIL import Image, ImageOps

FORMATS = {
    "image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/avif": "AVIF", "image/heic": "HEIF"
}  # fmt: skip
TOO_MANY_PIXELS = 3


def main(path: str, media_type: str, limits: str) -> None:
    memory, seconds, pixels, edge = map(int, limits.split(","))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    # Counted below, before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(path, formats=[FORMATS[media_type]]) as photo:
        if photo.width * photo.height > pixels:
            sys.exit(TOO_MANY_PIXELS)
        # A JPEG is decoded at a fraction of its size.
        photo.draft("RGB", (2 * edge, 2 * edge))
        photo.thumbnail((edge, edge))
        upright = ImageOps.exif_transpose(photo)
        small = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    small.info = {}
    small.save(sys.stdout.buffer, "WEBP", quality=75)


if __name__ == "__main__":
    pi_heif.register_heif_opener()
    main(*sys.argv[1:])
