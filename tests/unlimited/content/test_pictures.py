import io
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
