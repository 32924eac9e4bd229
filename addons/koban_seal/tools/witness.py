"""A link of a chain as a short code on paper: who keeps it can tell a history written anew.

A first byte (version, chain), company and number as sequences of 7 bits, and 128 bits of the
fingerprint, in the alphabet of Crockford, with three signs that tell a slip of the pen. With 128
bits nobody can make two histories with one code either. ``verifier.py`` of koban_archive reads it.
"""

import hashlib
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Read alike on paper.
ALIKE = str.maketrans("OIL", "011")
VERSION = 1
CHAINS = ("main", "test")
KEPT = 16
CHECKED = 3
GROUP = 5


@dataclass(frozen=True, slots=True)
class Witness:
    """Which link a code tells of.

    :param company: id
    :param chain: ``main`` or ``test``
    :param number: of the link
    :param hash: how its fingerprint begins, in hexadecimal
    """

    company: int
    chain: str
    number: int
    hash: str


def encode(company: int, chain: str, number: int, hash_: str) -> str:
    """Return the code of a link: groups of five letters and digits.

    :param hash_: fingerprint of the link, in hexadecimal
    """
    head = bytes([VERSION << 4 | CHAINS.index(chain)])
    payload = head + _pack(company) + _pack(number) + bytes.fromhex(hash_)[:KEPT]
    text = _spell(payload) + _check(payload)
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def decode(code: str) -> Witness:
    """Return which link a code tells of; case, blanks and dashes count for nothing.

    :raise ValueError: it is no code, or was not copied right
    """
    text = "".join(code.upper().translate(ALIKE).replace("-", " ").split())
    digits = [ALPHABET.find(sign) for sign in text[:-CHECKED]]
    if not digits or min(digits) < 0:
        raise ValueError(code)
    bits = 5 * len(digits)
    number = 0
    for digit in digits:
        number = number << 5 | digit
    payload = (number >> bits % 8).to_bytes(bits // 8, "big")
    if len(payload) <= KEPT or text != _spell(payload) + _check(payload):
        raise ValueError(code)
    head, *packed = payload[:-KEPT]
    numbers = _unpack(packed)
    if head >> 4 != VERSION or head & 15 >= len(CHAINS) or len(numbers) != 2:
        raise ValueError(code)
    return Witness(numbers[0], CHAINS[head & 15], numbers[1], payload[-KEPT:].hex())


def _spell(payload: bytes) -> str:
    signs = -(-8 * len(payload) // 5)
    number = int.from_bytes(payload, "big") << 5 * signs - 8 * len(payload)
    return "".join(ALPHABET[number >> 5 * rank & 31] for rank in reversed(range(signs)))


def _check(payload) -> str:
    return _spell(hashlib.sha256(payload).digest())[:CHECKED]


def _pack(number: int) -> bytes:
    """Return a number in groups of 7 bits, the last one marked."""
    groups = [number & 127 | 128]
    while number := number >> 7:
        groups.insert(0, number & 127)
    return bytes(groups)


def _unpack(packed) -> list[int]:
    numbers, number = [], 0
    for group in packed:
        number = number << 7 | group & 127
        if group & 128:
            numbers.append(number)
            number = 0
    return numbers
