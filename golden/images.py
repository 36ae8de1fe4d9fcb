"""Makes the golden images of the data module: what the Python Imaging Library says.

    pip install -r golden/requirements.txt
    python golden/images.py

Writes data/src/test/resources/golden/images/. All pictures come from formulas. Expected pixels are
PPM files (P6), which a test can read without the decoder it tests.
"""

import io
import random
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageOps
from timm.data import auto_augment

OUT = Path(__file__).parent.parent / "data/src/test/resources/golden/images"


def picture(width, height):
    """Gradients, a disc with a hard edge, and fine stripes: smooth, sharp and aliased parts."""
    y, x = np.mgrid[0:height, 0:width]
    red = 255 * x // max(1, width - 1)
    green = 255 * y // max(1, height - 1)
    blue = (x * 7 + y * 13) % 256
    disc = (2 * x - width) ** 2 + (2 * y - height) ** 2 < min(width, height) ** 2 // 3
    red = np.where(disc, 255 - red, red)
    green = np.where((x % 5 == 0) & (y > height // 2), 255 - green, green)
    return Image.fromarray(np.stack([red, green, blue], -1).astype(np.uint8))


def smooth(width, height):
    """What a camera would see; JPEG and lossy WebP are about such pictures."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    channels = [
        127 + 120 * np.sin(x / 7 + y / 11),
        127 + 120 * np.cos(x / 13 - y / 5),
        127 + 120 * np.sin((x + 2 * y) / 17),
    ]
    return Image.fromarray(np.stack(channels, -1).astype(np.uint8))


def ppm(name, image):
    path = OUT / f"{name}.ppm"
    path.parent.mkdir(parents=True, exist_ok=True)
    image = image.convert("RGB")
    path.write_bytes(b"P6\n%d %d\n255\n" % image.size + image.tobytes())


def encoded(name, content, upright=False):
    """A file in some format, and beside it what PIL reads from it."""
    path = OUT / "decode" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    image = Image.open(path)
    image.seek(0)
    ppm(f"decode/{name}", ImageOps.exif_transpose(image) if upright else image)


def bytes_of(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


# --- JPEG ---------------------------------------------------------------------------------------


def with_sampling(content, luma):
    """Re-labels the luma sampling; the number of blocks per MCU must stay. The picture scrambles."""
    at = content.index(b"\xff\xc0")
    assert content[at + 9] == 3
    return content[: at + 11] + bytes([luma]) + content[at + 12 :]


def jpegs():
    photo = smooth(37, 29)
    for name, sampling in (("444", "4:4:4"), ("422", "4:2:2"), ("420", "4:2:0")):
        encoded(f"{name}.jpg", bytes_of(photo, "JPEG", subsampling=sampling))
    encoded("420-progressive.jpg", bytes_of(photo, "JPEG", progressive=True))
    encoded("444-progressive.jpg", bytes_of(photo, "JPEG", progressive=True, subsampling=0))
    encoded("grey.jpg", bytes_of(photo.convert("L"), "JPEG"))
    encoded("restarts.jpg", bytes_of(photo, "JPEG", restart_marker_blocks=2))
    encoded("rgb.jpg", bytes_of(photo, "JPEG", keep_rgb=True))
    profile = b"not a profile at all"
    encoded("bad-profile.jpg", bytes_of(photo, "JPEG", icc_profile=profile))
    y, x = np.mgrid[0:29, 0:37]
    ink = np.stack([x * 6, y * 8, (x + y) * 3, x * y // 8], -1).astype(np.uint8)
    cmyk = bytes_of(Image.frombytes("CMYK", (37, 29), ink.tobytes()), "JPEG", quality=90)
    encoded("cmyk.jpg", cmyk)
    adobe = cmyk.index(b"Adobe")
    ycck = bytearray(cmyk)
    ycck[adobe + 11] = 2
    encoded("ycck.jpg", bytes(ycck))
    even = smooth(32, 16)
    encoded("440.jpg", with_sampling(bytes_of(even, "JPEG", subsampling="4:2:2"), 0x12))
    encoded("411.jpg", with_sampling(bytes_of(even, "JPEG", subsampling="4:2:0"), 0x41))


def exifs():
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        image = picture(11, 7)
        encoded(f"exif-{orientation}.png", bytes_of(image, "PNG", exif=exif), upright=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    encoded("exif-6.jpg", bytes_of(smooth(16, 8), "JPEG", exif=exif), upright=True)
    encoded(
        "exif-6.webp", bytes_of(picture(11, 7), "WEBP", lossless=True, exif=exif), upright=True
    )


# --- PNG ----------------------------------------------------------------------------------------

ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def png(samples, depth, colour, interlaced=False, extra=b""):
    """samples (H, W, channels); depths below 8 have one channel. Filter 0 in each row."""
    height, width, _ = samples.shape

    def rows(part):
        out = b""
        for row in part:
            if depth == 16:
                data = row.astype(">u2").tobytes()
            elif depth == 8:
                data = row.astype(np.uint8).tobytes()
            else:
                bits = "".join(format(int(v), f"0{depth}b") for v in row[:, 0])
                bits += "0" * (-len(bits) % 8)
                data = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
            out += b"\0" + data
        return out

    if interlaced:
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7]
        data = b"".join(rows(p) for p in parts if p.size)
    else:
        data = rows(samples)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pngs():
    image = picture(19, 13)
    grey = image.convert("L")
    alpha = Image.fromarray((np.mgrid[0:13, 0:19][1] * 13).astype(np.uint8))
    with_alpha = image.copy()
    with_alpha.putalpha(alpha)
    encoded("rgb8.png", bytes_of(image, "PNG"))
    encoded("rgba8.png", bytes_of(with_alpha, "PNG"))
    encoded("grey8.png", bytes_of(grey, "PNG"))
    encoded("grey-alpha8.png", bytes_of(with_alpha.convert("LA"), "PNG"))
    encoded("bilevel.png", bytes_of(image.convert("1"), "PNG"))
    palette = image.quantize(50)
    encoded("palette8.png", bytes_of(palette, "PNG"))
    encoded("palette8-transparent.png", bytes_of(palette, "PNG", transparency=3))
    encoded("palette2.png", bytes_of(image.quantize(4), "PNG", bits=2))
    rgb = np.asarray(image).astype(np.int64)
    deep = rgb * 257 - 91 * (rgb > 0)
    encoded("rgb16.png", png(deep, 16, 2))
    encoded("rgba16.png", png(np.concatenate([deep, deep[:, :, :1]], -1), 16, 6))
    encoded("rgb8-interlaced.png", png(rgb, 8, 2, interlaced=True))
    encoded("grey4.png", png(rgb[:, :, :1] // 16, 4, 0))
    encoded("grey2-interlaced.png", png(rgb[:, :, :1] // 64, 2, 0, interlaced=True))
    gamma = chunk(b"gAMA", struct.pack(">I", 100000))
    encoded("grey8-gamma.png", png(rgb[:, :, :1], 8, 0, extra=gamma))
    key = chunk(b"tRNS", struct.pack(">HHH", *map(int, rgb[2, 3])))
    encoded("rgb8-key.png", png(rgb, 8, 2, extra=key))
    # The documented deviation: PIL turns this white, the high byte is expected.
    content = png(deep[:, :, :1], 16, 0)
    (OUT / "decode/grey16.png").write_bytes(content)
    high = (deep[:, :, 0] >> 8).astype(np.uint8)
    ppm("decode/grey16.png", Image.fromarray(high))


# --- BMP, GIF, WebP -----------------------------------------------------------------------------


def bmp16(image):
    """Five bits per channel, bottom row first, rows padded to four bytes."""
    rgb = np.asarray(image).astype(np.uint16) >> 3
    values = rgb[:, :, 0] << 10 | rgb[:, :, 1] << 5 | rgb[:, :, 2]
    rows = b"".join(r.tobytes() + b"\0" * (-2 * len(r) % 4) for r in values[::-1].astype("<u2"))
    info = struct.pack("<IiiHHIIiiII", 40, image.width, image.height, 1, 16, 0, len(rows), 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(rows), 0, 0, 54) + info + rows


def bmps():
    image = picture(19, 13)
    encoded("rgb24.bmp", bytes_of(image, "BMP"))
    encoded("grey8.bmp", bytes_of(image.convert("L"), "BMP"))
    encoded("palette8.bmp", bytes_of(image.quantize(50), "BMP"))
    encoded("bilevel.bmp", bytes_of(image.convert("1"), "BMP"))
    encoded("rgb555.bmp", bmp16(image))
    with_alpha = image.copy()
    with_alpha.putalpha(128)
    encoded("rgba32.bmp", bytes_of(with_alpha, "BMP"))


def gifs():
    image = picture(19, 13).quantize(30)
    plain = bytes_of(image, "GIF")
    encoded("palette.gif", plain)
    encoded("interlaced.gif", bytes_of(image, "GIF", interlace=1))
    transparent = bytes_of(image, "GIF", transparency=5)
    encoded("transparent.gif", transparent)
    frames = [picture(19, 13).quantize(30), picture(19, 13).rotate(180).quantize(20)]
    encoded("animated.gif", bytes_of(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    for name, content in (("offset", plain), ("offset-transparent", transparent)):
        shifted = bytearray(content)
        shifted[6:10] = struct.pack("<HH", 25, 17)
        at = shifted.index(struct.pack("<BHHHH", 0x2C, 0, 0, 19, 13))
        shifted[at + 1 : at + 5] = struct.pack("<HH", 4, 2)
        encoded(f"{name}.gif", bytes(shifted))
        if name == "offset":
            shifted[11] = 0xFF  # a background that is not in the palette
            encoded("offset-background.gif", bytes(shifted))


def tiff_of(samples, photometric, extra=None):
    """Uncompressed, one strip, little-endian: what PIL reads and does not write."""
    height, width, bands = samples.shape
    data = samples.astype(samples.dtype.newbyteorder("<")).tobytes()
    bits = 8 * samples.dtype.itemsize  # in place where it is one number
    after = 8 + len(data) + len(data) % 2
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, bands, after if bands > 1 else bits), (259, 3, 1, 1)]
    tags += [(262, 3, 1, photometric), (273, 4, 1, 8), (277, 3, 1, bands), (278, 4, 1, height)]
    tags += [(279, 4, 1, len(data))] + ([(338, 3, 1, extra)] if extra is not None else [])
    content = struct.pack("<2sHI", b"II", 42, after + 2 * bands) + data + b"\0" * (len(data) % 2)
    content += struct.pack(f"<{bands}H", *[bits] * bands) + struct.pack("<H", len(tags))
    for tag, kind, count, value in tags:
        content += struct.pack("<HHII", tag, kind, count, value)
    return content + struct.pack("<I", 0)


def tiffs():
    image = picture(19, 13)
    with_alpha = image.copy()
    with_alpha.putalpha(Image.fromarray((np.mgrid[0:13, 0:19][1] * 13).astype(np.uint8)))
    for name in ("tiff_lzw", "tiff_adobe_deflate", "packbits"):
        short = name.split("_")[-1]
        encoded(f"rgb-{short}.tif", bytes_of(image, "TIFF", compression=name))
        encoded(f"cmyk-{short}.tif", bytes_of(image.convert("CMYK"), "TIFF", compression=name))
    encoded("rgb.tif", bytes_of(image, "TIFF"))
    encoded("rgb-jpeg.tif", bytes_of(smooth(37, 29), "TIFF", compression="jpeg", quality=90))
    encoded("grey-lzw.tif", bytes_of(image.convert("L"), "TIFF", compression="tiff_lzw"))
    encoded("grey-alpha.tif", bytes_of(with_alpha.convert("LA"), "TIFF"))
    encoded("rgba.tif", bytes_of(with_alpha, "TIFF"))
    encoded("palette-lzw.tif", bytes_of(image.quantize(30), "TIFF", compression="tiff_lzw"))
    encoded("bilevel.tif", bytes_of(image.convert("1"), "TIFF"))
    encoded("bilevel-fax.tif", bytes_of(image.convert("1"), "TIFF", compression="group4"))
    pages = {"save_all": True, "append_images": [image.rotate(180)]}
    encoded("pages.tif", bytes_of(image, "TIFF", **pages))
    encoded("orientation-6.tif", bytes_of(image, "TIFF", tiffinfo={274: 6}))
    deep = np.asarray(image).astype(np.uint16) * 257
    deep[..., 1] += 100
    encoded("rgb16.tif", tiff_of(deep, 2))
    premultiplied = np.asarray(with_alpha).astype(np.uint16)
    premultiplied[..., :3] = premultiplied[..., :3] * premultiplied[..., 3:] // 255
    encoded("rgba-associated.tif", tiff_of(premultiplied.astype(np.uint8), 2, extra=1))
    encoded("white-is-zero.tif", tiff_of(np.asarray(image.convert("L"))[..., None], 0))


def pnms():
    image = picture(19, 13)
    grey = image.convert("L")
    encoded("binary.pnm", bytes_of(image, "PPM"))
    encoded("binary.pgm", bytes_of(grey, "PPM"))
    encoded("binary.pbm", bytes_of(image.convert("1"), "PPM"))
    values = " ".join(str(v) for v in np.asarray(image).flatten())
    encoded("text.pnm", f"P3\n# a comment\n19 13 # another\n255\n{values}\n".encode())
    values = "\n".join(str(v % 8) for v in np.asarray(grey).flatten())
    encoded("text.pgm", f"P2 19 13 7\n{values}".encode())
    values = "".join(str(v % 2) for v in np.asarray(grey).flatten())
    encoded("text.pbm", f"P1\n19\n13\n{values}\n".encode())
    deep = (np.asarray(image).astype(">u2") * 3 + 1).astype(">u2").tobytes()
    encoded("deep.pnm", b"P6\n19 13\n1000\n" + deep)


def webps():
    image = picture(19, 13)
    with_alpha = image.copy()
    with_alpha.putalpha(Image.fromarray((np.mgrid[0:13, 0:19][1] * 13).astype(np.uint8)))
    encoded("lossless.webp", bytes_of(image, "WEBP", lossless=True))
    encoded("lossless-alpha.webp", bytes_of(with_alpha, "WEBP", lossless=True, exact=True))
    encoded("lossy.webp", bytes_of(smooth(37, 29), "WEBP", quality=90))
    # Blocks of both kinds, filters of all strengths, odd sizes, several segments.
    for quality in (5, 40, 75):
        encoded(f"lossy-q{quality}.webp", bytes_of(picture(71, 53), "WEBP", quality=quality))
        encoded(f"lossy-wide-q{quality}.webp", bytes_of(smooth(130, 34), "WEBP", quality=quality))
    encoded("lossy-fast.webp", bytes_of(picture(50, 50), "WEBP", quality=50, method=0))
    encoded("lossy-one.webp", bytes_of(picture(1, 1), "WEBP", quality=50))
    photo = smooth(37, 29)
    photo.putalpha(Image.fromarray((np.mgrid[0:29, 0:37][1] * 6).astype(np.uint8)))
    encoded("lossy-alpha.webp", bytes_of(photo, "WEBP", quality=90, exact=True))


# --- geometry -----------------------------------------------------------------------------------

FILTERS = {
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


def resizes():
    image = picture(41, 30)
    ppm("resize/source", image)
    for name, filter in FILTERS.items():
        for size in ((41, 30), (64, 47), (17, 13), (41, 11), (90, 30), (5, 60), (1, 1)):
            width, height = size
            ppm(f"resize/{name}-{width}x{height}", image.resize(size, filter))
    small = picture(8, 8)
    ppm("resize/small", small)
    digests = []
    for name, filter in FILTERS.items():
        for size in (224, 300):
            digest = zlib.crc32(small.resize((size, size), filter).tobytes())
            digests.append(f"{name} {size} {digest:08x}")
    (OUT / "resize/digests.txt").write_text("\n".join(digests) + "\n")


# --- augmentation -------------------------------------------------------------------------------

SAMPLINGS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}


def augmentations():
    """File names are OPERATION_AMOUNT[_SAMPLING] with the operation's name in timm's sense."""
    image = picture(25, 18)
    # Leave room at both ends, so that stretching has something to do.
    image = Image.fromarray((np.asarray(image) * 0.7 + 20).astype(np.uint8))
    ppm("augment/source", image)
    for op, enhancer in (
        ("color", ImageEnhance.Color),
        ("contrast", ImageEnhance.Contrast),
        ("brightness", ImageEnhance.Brightness),
        ("sharpness", ImageEnhance.Sharpness),
    ):
        for factor in (0, 0.1, 0.73, 1, 1.9):
            ppm(f"augment/{op}_{factor}", enhancer(image).enhance(factor))
    ppm("augment/auto-contrast_0", ImageOps.autocontrast(image))
    ppm("augment/equalize_0", ImageOps.equalize(image))
    ppm("augment/invert_0", ImageOps.invert(image))
    for bits in (1, 3, 4):
        ppm(f"augment/posterize_{bits}", auto_augment.posterize(image, bits))
    for threshold in (0, 100, 256):
        ppm(f"augment/solarize_{threshold}", ImageOps.solarize(image, threshold))
    ppm("augment/solarize-add_60", auto_augment.solarize_add(image, 60))
    for name, sampling in SAMPLINGS.items():
        options = {"resample": sampling, "fillcolor": (124, 116, 104)}
        for op, geometry, values in (
            ("rotate", auto_augment.rotate, (-17.3, 30)),
            ("shear-x", auto_augment.shear_x, (-0.3, 0.171)),
            ("shear-y", auto_augment.shear_y, (-0.3, 0.171)),
            ("translate-x", auto_augment.translate_x_rel, (-0.45, 0.123)),
            ("translate-y", auto_augment.translate_y_rel, (-0.45, 0.123)),
        ):
            for amount in values:
                ppm(f"augment/{op}_{amount}_{name}", geometry(image, amount, **options))
    flat = Image.new("RGB", (4, 3), (9, 200, 77))
    ppm("augment/flat", flat)
    ppm("augment/flat-auto-contrast", ImageOps.autocontrast(flat))
    ppm("augment/flat-equalize", ImageOps.equalize(flat))
    amounts()


def amounts():
    """The size of timm's translation of magnitudes; the sign is random there, so it is left out."""
    lines = []
    names = (
        "Rotate Posterize Solarize SolarizeAdd Color Contrast Brightness Sharpness"
        " ShearX ShearY TranslateXRel TranslateYRel"
    ).split()
    for name in names:
        for increasing in (False, True):
            known = auto_augment.LEVEL_TO_ARG
            full = name + "Increasing" if increasing and name + "Increasing" in known else name
            for magnitude in (0, 3, 5, 8.7, 9, 10):
                # An enhancement that increases goes to either side of 1.
                values = {known[full](magnitude, {})[0] for _ in range(60)}
                low, high = min(values), max(values)
                lines.append(f"{name} {increasing} {magnitude} {low} {high}")
    (OUT / "augment/amounts.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    random.seed(0)
    for make in (jpegs, exifs, pngs, bmps, gifs, tiffs, pnms, webps, resizes, augmentations):
        make()
    size = sum(f.stat().st_size for f in OUT.rglob("*") if f.is_file())
    print(f"{size / 1024:.0f} KiB in {OUT}")
