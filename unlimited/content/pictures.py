"""Pictures from strangers, decoded and encoded anew: what a camera or an attacker wrote beside the pixels is gone."""

import io
import secrets
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 10 * 2**20
MAX_PIXELS = 25_000_000
LONGEST_SIDE = 1600
# A progressive picture has about ten, its small preview as many.
MOST_SCANS = 100
# What Pillow raises on broken or hostile files: it documents OSError alone, its decoders raise the others too.
_UNREADABLE = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError, OverflowError, MemoryError, ZeroDivisionError,
    KeyError, AttributeError,
)  # fmt: skip


class PictureRefusedError(Exception):
    """The file is not taken; `message` says why, in words for the person."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


def reencode(upload: BinaryIO) -> ContentFile:
    """Return the picture in `upload` as a WebP of at most 1600 pixels a side, upright, with a random name."""
    upload.seek(0, io.SEEK_END)
    if upload.tell() > MAX_BYTES:
        raise PictureRefusedError(_("The picture is larger than 10 MB. Choose a smaller one."))
    upload.seek(0)
    try:
        image = _decode(upload)
        encoded = io.BytesIO()
        image.save(encoded, "WEBP", quality=82, method=4, exif=b"", icc_profile=b"", xmp=b"")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except _UNREADABLE as error:
        raise PictureRefusedError(
            _("We could not read this file as a picture. Choose a JPEG, PNG or WebP picture.")
        ) from error
    return ContentFile(encoded.getvalue(), name=f"{secrets.token_urlsafe(18)}.webp")


def _decode(upload: BinaryIO) -> Image.Image:
    """Return the first frame, upright and scaled down. The size is checked before any pixel is unpacked."""
    image = Image.open(upload, formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    if image.format == "JPEG" and _scans_in(upload) > MOST_SCANS:
        raise ValueError("more scans than any camera writes")
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # lets a JPEG be unpacked small; others ignore it
    image.load()
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode != wanted:
        image = image.convert(wanted)
    # Small before it is turned: each copy of a large one would be another 100 MB.
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return ImageOps.exif_transpose(image)


def _scans_in(upload: BinaryIO) -> int:
    """Return how often a JPEG goes over its pixels: forty bytes ask for 20 ms of work, as often as they stand there."""
    place = upload.tell()
    upload.seek(0)
    scans = upload.read().count(b"\xff\xda")
    upload.seek(place)
    return scans


def _too_many_pixels() -> PictureRefusedError:
    return PictureRefusedError(_("The picture has more than 25 million pixels. Choose a smaller one."))
