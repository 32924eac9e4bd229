"""The private key that signs the chains: a file of the server, never in the database."""

import hashlib
import os
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .files import ProofFileError, get_directory, make_directory

FILE_NAME = "signing_key.pem"


class Signer:
    """A private key in memory.

    :param private: of Ed25519
    """

    def __init__(self, private: Ed25519PrivateKey):
        self._private = private
        public = private.public_key()
        self.public_pem = public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()
        self.key_id = get_key_id(self.public_pem)

    def sign(self, text: str) -> str:
        """Return the signature of a text, in hexadecimal."""
        return self._private.sign(text.encode()).hex()

    def has_signed(self, text: str, signature: str) -> bool:
        """Tell whether a signature is that of a text by this key."""
        return is_signed(self.public_pem, text, signature)


def get_key_id(public_pem: str) -> str:
    """Return the fingerprint that names a public key: 32 hexadecimal digits."""
    return hashlib.sha256(_load_public(public_pem).public_bytes_raw()).hexdigest()[:32]


def is_signed(public_pem: str, text: str, signature: str) -> bool:
    """Tell whether a signature is that of a text by the owner of a key."""
    try:
        _load_public(public_pem).verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=64)
def _load_public(public_pem) -> Ed25519PublicKey:
    return serialization.load_pem_public_key(public_pem.encode())


def has_file(database: str) -> bool:
    """Tell whether the key file of a database exists."""
    return (get_directory(database) / FILE_NAME).exists()


def load(database: str) -> Signer:
    """Return the signer of a database.

    :raise ProofFileError: the file is missing, unreadable or no key
    """
    path = get_directory(database) / FILE_NAME
    try:
        status = path.stat()
    except FileNotFoundError:
        raise ProofFileError("missing", path) from None
    except OSError as error:
        raise ProofFileError("unreadable", path) from error
    # Read again only when the file is another one.
    return _read(path, status.st_mtime_ns, status.st_ino, status.st_mode)


@lru_cache(maxsize=64)
def _read(path: Path, _changed, _inode, _mode) -> Signer:
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise ProofFileError("unreadable", path) from error
    try:
        private = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise ProofFileError("invalid", path) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise ProofFileError("invalid", path)
    return Signer(private)


def make(database: str) -> Signer:
    """Make the key file of a database, unless another process just did.

    :return: the signer of the file that is there now
    :raise ProofFileError: the file cannot be written
    """
    directory = make_directory(database)
    path = directory / FILE_NAME
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        # A name of its own (mode 0600): threads of one process make it at the same time.
        descriptor, part = tempfile.mkstemp(dir=directory, prefix=f"{FILE_NAME}.")
        with open(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        # Whole or not at all, and never over the file of another process.
        with suppress(FileExistsError):
            os.link(part, path)
        os.unlink(part)
    except OSError as error:
        raise ProofFileError("unwritable", path) from error
    return load(database)


def set_aside(database: str, stamp: str) -> None:
    """Keep the key file of a database under another name, if there is one."""
    path = get_directory(database) / FILE_NAME
    if path.exists():
        path.rename(path.with_name(f"{FILE_NAME}.{stamp}"))
