import io
import json
import struct
import subprocess
import sys
import zlib

import pytest
from django.utils import translation
from PIL import Image

from unlimited.content.pictures import MAX_BYTES, MOST_SCANS, PictureRefusedError, reencode


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def encoded(image, kind, **options) -> io.BytesIO:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file


def with_gps() -> io.BytesIO:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(0x8825)[1] = "N"
    return encoded(Image.new("RGB", (60, 40), "red"), "JPEG", exif=exif)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_reencode_takes_the_three_formats_and_makes_webp_with_a_random_name(kind):
    one, two = (reencode(encoded(Image.new("RGB", (60, 40), "red"), kind)) for _ in range(2))
    assert Image.open(one).format == "WEBP"
    assert one.name != two.name
    assert len(one.name) >= 24


def test_reencode_turns_it_upright_and_leaves_out_place_and_camera():
    source = with_gps()
    assert b"CameraMaker" in source.getvalue()
    image = Image.open(reencode(source))
    assert image.size == (40, 60)
    assert dict(image.getexif()) == {}


def test_reencode_scales_down():
    assert Image.open(reencode(encoded(Image.new("RGB", (4000, 1000)), "PNG"))).size == (1600, 400)


def test_reencode_keeps_transparency():
    assert Image.open(reencode(encoded(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), "PNG"))).mode == "RGBA"


def test_reencode_leaves_nothing_of_a_polyglot():
    source = encoded(Image.new("RGB", (60, 40), "red"), "JPEG")
    source.write(b"<script>alert(1)</script><?php system('id'); ?>")
    assert b"script" not in reencode(source).read()


def bomb(width, height) -> io.BytesIO:
    """A PNG of a few bytes that claims to be huge."""

    def chunk(kind, data):
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    header = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2, 0, 0, 0])
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)


@pytest.mark.parametrize("size", [(5001, 5000), (10_000, 10_000), (60_000, 60_000)])
def test_reencode_refuses_more_pixels_than_it_can_carry_before_unpacking(size):
    with pytest.raises(PictureRefusedError, match="25 million pixels"):
        reencode(bomb(*size))


def test_reencode_refuses_a_large_file_unread():
    with pytest.raises(PictureRefusedError, match="10 MB"):
        reencode(io.BytesIO(b"\0" * (MAX_BYTES + 1)))


def many_scans(count: int) -> io.BytesIO:
    """A progressive JPEG that goes over its pixels once more, `count` times."""
    whole = encoded(Image.new("RGB", (60, 40), "red"), "JPEG", progressive=True).getvalue()
    last_scan = whole[whole.rindex(b"\xff\xda") : -2]
    return io.BytesIO(whole[:-2] + last_scan * count + whole[-2:])


def test_reencode_takes_a_progressive_jpeg():
    assert Image.open(reencode(many_scans(0))).size == (60, 40)


def test_reencode_does_not_go_over_a_picture_for_ever():
    with pytest.raises(PictureRefusedError, match="could not read this file"):
        reencode(many_scans(MOST_SCANS))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"%PDF-1.7",
        encoded(Image.new("RGB", (600, 400), "red"), "JPEG").getvalue()[:200],
        encoded(Image.new("RGB", (600, 400), "red"), "PNG").getvalue()[:60],
        bomb(100, 100).getvalue(),
    ],
)
def test_reencode_refuses_what_is_no_picture(content):
    with pytest.raises(PictureRefusedError, match="could not read this file"):
        reencode(io.BytesIO(content))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_reencode_takes_odd_colour_modes(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert Image.open(reencode(encoded(Image.new(mode, (10, 10)), kind))).format == "WEBP"


# --- Colours ----------------------------------------------------------------------------------------------------------


def matrix_profile(space: str, primaries: dict[str, tuple[float, float, float]]) -> bytes:
    """Return an ICC profile of a display: its primaries as D50 XYZ, and a gamma of 2.2."""

    def fixed(number: float) -> bytes:
        return struct.pack(">i", round(number * 65536))

    def xyz(values) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(fixed, values))

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    white = (0.9642, 1.0, 0.8249)
    tags = {b"wtpt": xyz(white), b"desc": b"desc\0\0\0\0" + struct.pack(">I", 2) + b"P\0" + b"\0" * 78}
    if space == "RGB ":
        tags |= {f"{name}XYZ".encode(): xyz(values) for name, values in primaries.items()}
        tags |= {f"{name}TRC".encode(): curve for name in "rgb"}
    else:
        tags |= {b"kTRC": curve}
    place, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        data += b"\0" * (-len(data) % 4)
        table += name + struct.pack(">II", place + len(body), len(data))
        body += data
    size = place + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02100000, b"mntr", space.encode(), b"XYZ ")
    header += b"\0" * 12 + b"acsp" + b"\0" * 28 + b"".join(map(fixed, white))
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


# What iPhones write (Display P3), and what cameras write (Adobe RGB).
P3 = matrix_profile(
    "RGB ", {"r": (0.5151, 0.2412, -0.0011), "g": (0.292, 0.6922, 0.0419), "b": (0.1571, 0.0666, 0.7841)}
)
ADOBE = matrix_profile(
    "RGB ", {"r": (0.6097, 0.3111, 0.0195), "g": (0.2053, 0.6257, 0.0609), "b": (0.1492, 0.0632, 0.7446)}
)
GREY = matrix_profile("GRAY", {})
# A red that a screen shows as sRGB 230, 40, 30, as each space writes it.
RED, RED_IN_P3, RED_IN_ADOBE = (230, 40, 30), (211, 60, 47), (197, 42, 34)


def colour_of(source: io.BytesIO) -> tuple[int, ...]:
    return Image.open(reencode(source)).convert("RGBA").getpixel((20, 20))


def is_near(one, other, by: int = 6) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=False))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize(("profile", "written"), [(None, RED), (P3, RED_IN_P3), (ADOBE, RED_IN_ADOBE)])
def test_colour_is_the_same_in_srgb_whatever_profile_and_format(kind, profile, written):
    source = encoded(Image.new("RGB", (60, 40), written), kind, icc_profile=profile, quality=95)
    assert is_near(colour_of(source), RED, by=9)


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 128, (128, 128, 128)),
        ("LA", (128, 200), (128, 128, 128, 200)),
        ("RGB", RED, RED),
        ("RGBA", (*RED, 200), (*RED, 200)),
        ("I;16", 32896, (128, 128, 128)),
        ("I;16", 65535, (255, 255, 255)),
        ("I;16", 0, (0, 0, 0)),
    ],
)
def test_colour_of_each_mode_is_kept(mode, colour, seen):
    assert is_near(colour_of(encoded(Image.new(mode, (60, 40), colour), "PNG")), seen)


def test_colour_of_a_palette_is_kept_with_what_is_see_through():
    image = Image.new("RGB", (60, 40), RED).convert("P", palette=Image.Palette.ADAPTIVE)
    assert is_near(colour_of(encoded(image, "PNG")), RED)
    assert colour_of(encoded(image, "PNG", transparency=image.getpixel((0, 0))))[3] == 0


def test_colour_of_print_inks_is_kept():
    image = Image.new("RGB", (60, 40), RED).convert("CMYK")
    assert is_near(colour_of(encoded(image, "JPEG", quality=95)), RED, by=12)


@pytest.mark.parametrize(
    ("mode", "colour", "profile", "seen"),
    [
        ("RGBA", (*RED_IN_P3, 200), P3, (*RED, 200)),
        ("L", 128, GREY, (128, 128, 128)),
        ("LA", (128, 200), GREY, (128, 128, 128, 200)),
        ("I;16", 32896, GREY, (128, 128, 128)),
        # A profile of another kind of picture, and one that is none: the numbers are taken as they are.
        ("RGB", RED, GREY, RED),
        ("L", 128, P3, (128, 128, 128)),
        ("RGB", RED, b"not a profile", RED),
        ("RGB", RED, P3[:200], RED),
    ],
)
def test_profile_is_used_in_each_mode_and_dropped_where_it_does_not_fit(mode, colour, profile, seen):
    source = encoded(Image.new(mode, (60, 40), colour), "PNG", icc_profile=profile)
    assert is_near(colour_of(source), seen, by=9)


def test_picture_with_a_profile_is_still_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    source = encoded(Image.new("RGB", (60, 40), RED_IN_P3), "JPEG", exif=exif, icc_profile=P3)
    image = Image.open(reencode(source))
    assert image.size == (40, 60)
    assert "icc_profile" not in image.info


# --- Large photos, AVIF and HEIC --------------------------------------------------------------------------------------


def claims(width: int, height: int, **options) -> io.BytesIO:
    """A small JPEG whose header says that it is large: it is judged before a pixel is unpacked."""
    whole = bytearray(encoded(Image.new("RGB", (64, 64), "red"), "JPEG", **options).getvalue())
    start = next(place for mark in (b"\xff\xc0", b"\xff\xc2") if (place := whole.find(mark)) >= 0)
    whole[start + 5 : start + 9] = struct.pack(">HH", height, width)
    return io.BytesIO(bytes(whole))


# Prints the size and a pixel of the picture in standard input, and by how many kB the process has grown.
MEASURED = """
import io, json, resource, sys
from PIL import Image
from unlimited.content.pictures import reencode
reencode(io.BytesIO(open(sys.argv[1], "rb").read()))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
image = Image.open(reencode(io.BytesIO(sys.stdin.buffer.read())))
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([image.size, image.convert("RGB").getpixel((9, 9)), grown]))
"""


def test_photo_of_48_million_pixels_is_taken_in_bounded_memory(tmp_path):
    """Unpacked whole, it would take 144 MB."""
    small = tmp_path / "small.jpg"
    small.write_bytes(encoded(Image.new("RGB", (60, 40), RED), "JPEG").getvalue())
    source = encoded(Image.new("RGB", (8000, 6000), RED), "JPEG").getvalue()
    done = subprocess.run([sys.executable, "-c", MEASURED, small], input=source, capture_output=True, check=True)
    size, pixel, grown = json.loads(done.stdout)
    assert size == [1600, 1200]
    assert is_near(pixel, RED)
    assert grown < 90_000


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (lambda: claims(10_000, 6_001), "60 million pixels"),
        (lambda: claims(30_000, 1_900), "25 million pixels"),  # too narrow to be unpacked at a half
        (lambda: claims(8_000, 6_000, progressive=True), "25 million pixels"),
    ],
    ids=["too many", "too long", "progressive"],
)
def test_jpeg_that_does_not_fit_is_refused_before_unpacking(source, words):
    with pytest.raises(PictureRefusedError, match=words):
        reencode(source())


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_heic_is_refused_with_what_to_do(brand):
    head = b"ftyp" + brand + b"\0\0\0\0mif1heic"
    source = io.BytesIO((len(head) + 4).to_bytes(4) + head + b"\0" * 500)
    with pytest.raises(PictureRefusedError, match=r"HEIC.*screenshot.*Most Compatible"):
        reencode(source)


def test_avif_is_no_heic_though_it_has_the_same_container():
    source = encoded(Image.new("RGB", (60, 40), RED), "AVIF", quality=95)
    assert b"mif1" in source.getvalue()[:32]
    assert is_near(colour_of(source), RED, by=9)
