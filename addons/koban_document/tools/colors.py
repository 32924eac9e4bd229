"""Colours of printed documents. Pure functions."""

import re

_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
BLACK = (0x1A, 0x1A, 0x1A)
WHITE = (0xFF, 0xFF, 0xFF)
# Below, a text is too light to fax or scan (WCAG's level AA).
READABLE_CONTRAST = 4.5


def parse(color: str | None, default: str = "#1F4E79") -> tuple[int, int, int]:
    """Return red, green and blue of ``#RRGGBB`` or ``#RGB``; of the default if it is neither."""
    match = _HEX.fullmatch((color or "").strip()) or _HEX.fullmatch(default)
    digits = match[1]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return tuple(int(digits[i : i + 2], 16) for i in (0, 2, 4))


def to_hex(rgb: tuple[int, int, int]) -> str:
    """Return ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def mix(rgb: tuple[int, int, int], other: tuple[int, int, int], share: float) -> tuple:
    """Return the first colour with a share (0 to 1) of the other."""
    return tuple(
        round(one * (1 - share) + two * share) for one, two in zip(rgb, other, strict=True)
    )


def luminance(rgb: tuple[int, int, int]) -> float:
    """Return the relative luminance, from 0 (black) to 1 (white)."""
    linear = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[int, int, int], two: tuple[int, int, int]) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(rgb: tuple[int, int, int]) -> tuple:
    """Return the colour, darkened until it can be read on white paper."""
    share = 0.0
    color = rgb
    while contrast(color, WHITE) < READABLE_CONTRAST and share < 1:
        share += 0.05
        color = mix(rgb, BLACK, min(share, 1.0))
    return color


def palette(accent: str | None, second: str | None = None) -> dict[str, str]:
    """Return the colours of a page: those chosen, tints of them, and the text upon them."""
    main = parse(accent)
    other = parse(second, to_hex(main))
    return {
        "accent": to_hex(main),
        "accent-text": to_hex(readable(main)),
        "accent-tint": to_hex(mix(main, WHITE, 0.9)),
        "accent-line": to_hex(mix(main, WHITE, 0.6)),
        "on-accent": to_hex(max((WHITE, BLACK), key=lambda color: contrast(color, main))),
        "second": to_hex(readable(other)),
        "second-tint": to_hex(mix(other, WHITE, 0.88)),
    }
