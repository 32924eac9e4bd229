"""What articles are found by: words without accents and capitals (row 4-41)."""

import re
import unicodedata

# Letters that are two, and signs that are written in several ways.
SAME = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "‘": "'"})
# A number is the same with a comma and with a point.
COMMA = re.compile(r"(?<=\d),(?=\d)")
GRAM = 3


def normalize(text: str | None) -> str:
    """Return a text as it is stored and compared: small letters, no accents, single spaces."""
    parts = unicodedata.normalize("NFKD", (text or "").casefold().translate(SAME))
    plain = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return " ".join(COMMA.sub(".", plain).split())


def split_words(text: str | None) -> list[str]:
    """Return the words of what was typed, each once: an article must have all of them."""
    return list(dict.fromkeys(normalize(text).split()))


def find_grams(words: list[str]) -> list[str]:
    """Return what the index knows of words: each three signs in a row.

    A word of two signs has none: it is looked for without the index.
    """
    return sorted(
        {word[place : place + GRAM] for word in words for place in range(len(word) - GRAM + 1)}
    )


def escape_like(word: str) -> str:
    """Return a word as a pattern that means itself."""
    return re.sub(r"([\\%_])", r"\\\1", word)
