"""Pictures from strangers, decoded and encoded anew: what a camera or an attacker wrote beside the pixels is gone.

What comes out is 8-bit sRGB, whatever came in. Pillow itself reads AVIF. HEIC is not read: Pillow has no decoder for
it, and those of other libraries are large, written in C and under patents. A phone sends a JPEG where a form asks for
one, and the words say how to make one.
"""

import io
import secrets
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MAX_BYTES = 10 * 2**20
# What is unpacked at once: three or four bytes a pixel.
MAX_PIXELS = 25_000_000
# A JPEG is unpacked at a half, a quarter or an eighth of its size, so a phone's photo of 48 million pixels is small.
MAX_JPEG_PIXELS = 60_000_000
LONGEST_SIDE = 1600
# A progressive picture has about ten, its small preview as many.
MOST_SCANS = 100
# A camera's profile has 600 bytes, a printer's 2 MB.
MAX_PROFILE_BYTES = 4 * 2**20
# The brands in the first bytes of a HEIC or HEIF file.
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
AVIF_BRANDS = {b"avif", b"avis"}
SRGB = ImageCms.createProfile("sRGB")
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
    """Return the picture in `upload` as a WebP of at most 1600 pixels a side, upright, in sRGB, with a random name."""
    upload.seek(0, io.SEEK_END)
    if upload.tell() > MAX_BYTES:
        raise PictureRefusedError(_("The picture is larger than 10 MB. Choose a smaller one."))
    if _is_heic(upload):
        raise PictureRefusedError(
            _(
                "This is a HEIC picture, which we cannot read. Choose it again from the photo library of the phone, "
                "or take a screenshot of it. On an iPhone, Settings, Camera, Formats, Most Compatible makes JPEG."
            )
        )
    upload.seek(0)
    try:
        image = _decode(upload)
        encoded = io.BytesIO()
        image.save(encoded, "WEBP", quality=82, method=4, exif=b"", icc_profile=b"", xmp=b"")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(MAX_PIXELS) from error
    except _UNREADABLE as error:
        raise PictureRefusedError(
            _("We could not read this file as a picture. Choose a JPEG, PNG, WebP or AVIF picture.")
        ) from error
    return ContentFile(encoded.getvalue(), name=f"{secrets.token_urlsafe(18)}.webp")


def _is_heic(upload: BinaryIO) -> bool:
    """Whether the file says that it is HEIC, and not AVIF, which has the same container."""
    upload.seek(0)
    head = upload.read(64)
    if head[4:8] != b"ftyp":
        return False
    size = min(int.from_bytes(head[:4]), len(head))
    brands = {head[8:12], *(head[place : place + 4] for place in range(16, size, 4))}
    return bool(brands & HEIC_BRANDS) and not brands & AVIF_BRANDS


def _decode(upload: BinaryIO) -> Image.Image:
    """Return the first frame in 8-bit sRGB, upright and scaled down. The size is checked before a pixel is unpacked."""
    image = Image.open(upload, formats=FORMATS)
    is_jpeg = image.format == "JPEG"
    # A progressive JPEG is held whole in memory, however small it is unpacked.
    most = MAX_JPEG_PIXELS if is_jpeg and not image.info.get("progressive") else MAX_PIXELS
    _check_pixels(image, most)
    if is_jpeg and _scans_in(upload) > MOST_SCANS:
        raise ValueError("more scans than any camera writes")
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # lets a JPEG be unpacked small; others ignore it
    _check_pixels(image, MAX_PIXELS)
    image.load()
    profile = image.info.get("icc_profile") or b""
    image = _in_eight_bits(image)
    # Small before it is converted and turned: each copy of a large one would be another 100 MB.
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return ImageOps.exif_transpose(_in_srgb(image, profile))


def _check_pixels(image: Image.Image, most: int) -> None:
    if image.width * image.height > most:
        raise _too_many_pixels(most)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Return the picture in a mode of 8 bits a channel that can be scaled: L, LA, RGB, RGBA or CMYK."""
    if image.mode.startswith("I"):  # 16 bits of grey; Pillow itself would make all but the darkest white
        return image.point(lambda value: value * (1 / 257)).convert("L")
    if image.mode in {"L", "LA", "RGB", "RGBA", "CMYK"} and not (image.mode in {"L", "RGB"} and _is_see_through(image)):
        return image
    is_grey = image.mode in {"1", "L"}
    if _is_see_through(image):
        return image.convert("LA" if is_grey else "RGBA")
    return image.convert("L" if is_grey else "RGB")


def _is_see_through(image: Image.Image) -> bool:
    return image.has_transparency_data


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture as RGB or RGBA in sRGB. A profile that cannot be used is as none: then sRGB is assumed."""
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    colours = image.convert(image.mode.removesuffix("A")) if alpha else image
    if 0 < len(profile) <= MAX_PROFILE_BYTES:
        colours = _by_profile(colours, profile)
    colours = colours.convert("RGB")
    if alpha:
        colours.putalpha(alpha)
    # The way it is to be turned is said beside the pixels, and goes along.
    colours.info = {name: image.info[name] for name in ("exif", "xmp") if name in image.info}
    return colours


def _by_profile(colours: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(colours, source, SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, *_UNREADABLE):
        return colours


def _scans_in(upload: BinaryIO) -> int:
    """Return how often a JPEG goes over its pixels: forty bytes ask for 20 ms of work, as often as they stand there."""
    place = upload.tell()
    upload.seek(0)
    scans = upload.read().count(b"\xff\xda")
    upload.seek(place)
    return scans


def _too_many_pixels(most: int) -> PictureRefusedError:
    if most == MAX_JPEG_PIXELS:
        return PictureRefusedError(_("The picture has more than 60 million pixels. Choose a smaller one."))
    return PictureRefusedError(
        _("The picture has more than 25 million pixels. Choose a smaller one, or a JPEG as a phone makes it.")
    )
