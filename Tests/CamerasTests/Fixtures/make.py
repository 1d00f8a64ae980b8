#!/usr/bin/env python3
"""Writes the pictures of the camera tests and what Pillow makes of them."""
import pathlib

import numpy as np
from PIL import Image

here = pathlib.Path(__file__).parent


def scene(width: int, height: int) -> Image.Image:
    """Slopes, edges and some noise, as a camera sees them."""
    random = np.random.default_rng(7)
    y, x = np.mgrid[0:height, 0:width]
    levels = np.stack([255 * x / width, 255 * y / height, 127 + 120 * np.sin((x + y) / 7)], axis=-1)
    levels[(x // 16 + y // 12) % 5 == 0] = (200, 40, 30)
    levels += random.normal(0, 4, levels.shape)
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


def save(name: str, image: Image.Image, **options: object) -> None:
    """Writes the file, and its pixels as Pillow reads them."""
    image.save(here / name, **options)
    pixels = Image.open(here / name).convert("RGB")
    (here / (name + ".rgb")).write_bytes(pixels.tobytes())


def main() -> None:
    picture = scene(60, 44)
    save("scene.png", picture)
    save("palette.png", picture.quantize(32))
    save("grey.png", picture.convert("L"))
    save("opaque.png", picture.convert("RGBA"))
    save("scene.jpg", picture, quality=90)
    save("progressive.jpg", picture, quality=90, progressive=True)
    save("grey.jpg", picture.convert("L"), quality=90)
    picture.convert("CMYK").save(here / "inks.jpg", quality=90)
    clear = picture.convert("RGBA")
    clear.putpixel((30, 20), (1, 2, 3, 100))
    clear.save(here / "transparent.png")
    depth = np.arange(60 * 44, dtype=np.uint16).reshape(44, 60)
    Image.fromarray(depth).save(here / "depth.png")
    for width, height in [(24, 17), (90, 66)]:
        resized = picture.resize((width, height), Image.Resampling.BILINEAR)
        (here / f"resized-{width}-{height}.rgb").write_bytes(resized.tobytes())
    cropped = picture.resize((24, 24), Image.Resampling.BILINEAR, box=(8, 0, 52, 44))
    (here / "cropped-24-24.rgb").write_bytes(cropped.tobytes())


if __name__ == "__main__":
    main()
