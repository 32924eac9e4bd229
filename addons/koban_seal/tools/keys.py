"""The private key that signs the chains: a file of the server, never in the database.

A new key is staged in a file of its own before the transaction that declares it commits, and takes
its place afterwards. A rollback, or a crash at any moment, leaves a key file that was declared.
"""

import hashlib
import os
import time
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .files import ProofFileError, get_directory, make_directory

FILE_NAME = "signing_key.pem"
STAGED = f"{FILE_NAME}.new-"
# A staged key that is not declared after so many seconds is that of a crash.
ORPHANED = 24 * 3600


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
    """Return the fingerprint that names a public key: 32 hexadecimal digits.

    :raise ValueError: it is no public key of Ed25519
    """
    return hashlib.sha256(_load_public(public_pem).public_bytes_raw()).hexdigest()[:32]


def is_signed(public_pem: str, text: str, signature: str) -> bool:
    """Tell whether a signature is that of a text by the owner of a key."""
    try:
        _load_public(public_pem).verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


@lru_cache(maxsize=64)
def _load_public(public_pem) -> Ed25519PublicKey:
    try:
        public = serialization.load_pem_public_key(public_pem.encode())
    except (TypeError, AttributeError, UnsupportedAlgorithm) as error:
        raise ValueError("no public key") from error
    if not isinstance(public, Ed25519PublicKey):
        raise ValueError("another kind of key")
    return public


def has_file(database: str) -> bool:
    """Tell whether the key file of a database exists."""
    return (get_directory(database) / FILE_NAME).exists()


def load(database: str) -> Signer:
    """Return the signer of a database.

    :raise ProofFileError: the file is missing, unreadable or no key
    """
    return _load(get_directory(database) / FILE_NAME)


def _load(path) -> Signer:
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
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ProofFileError("invalid", path) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise ProofFileError("invalid", path)
    return Signer(private)


def find(database: str, key_id: str) -> Signer:
    """Return the signer of a declared key: of the key file, or staged and not in its place yet.

    :raise ProofFileError: neither file holds this key
    """
    try:
        signer = load(database)
        error = ProofFileError("other", get_directory(database) / FILE_NAME)
        if signer.key_id == key_id:
            return signer
    except ProofFileError as failure:
        error = failure
    with suppress(ProofFileError):
        return _load(_get_staged_path(database, key_id))
    raise error


def stage(database: str) -> Signer:
    """Make a key and write it on the disk, apart from the key file.

    :raise ProofFileError: the file cannot be written
    """
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    signer = Signer(private)
    directory = make_directory(database)
    path = _get_staged_path(database, signer.key_id)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        # The database must not remember a key whose file a power cut took back.
        _sync(directory)
    except OSError as error:
        raise ProofFileError("unwritable", path) from error
    return signer


def has_staged(database: str) -> bool:
    """Tell whether a key waits beside its place, or did when the directory last changed."""
    directory = get_directory(database)
    try:
        return bool(_list_staged(directory, directory.stat().st_mtime_ns))
    except FileNotFoundError:
        return False


def settle(database: str, declared: list[str]) -> bool:
    """Put the key declared last into its place; the one that was there keeps another name.

    :param declared: fingerprints of the keys that are declared, the last one first
    :return: whether the key was waiting
    :raise ProofFileError: the files cannot be moved
    """
    directory = get_directory(database)
    path = directory / FILE_NAME
    found = False
    try:
        for staged in directory.glob(f"{STAGED}*"):
            # Another process may find the same file and do the same.
            with suppress(FileNotFoundError):
                key_id = staged.name.removeprefix(STAGED)
                if key_id == declared[0]:
                    if path.exists():
                        os.link(path, _get_aside_path(directory))
                    staged.replace(path)
                    found = True
                elif key_id in declared:
                    staged.replace(_get_aside_path(directory))
                elif staged.stat().st_mtime < time.time() - ORPHANED:
                    staged.unlink()
        if found:
            _sync(directory)
    except OSError as error:
        raise ProofFileError("unwritable", path) from error
    return found


def discard(database: str, key_id: str) -> None:
    """Remove a staged key that no transaction declared in the end."""
    with suppress(OSError):  # nothing was signed with it: it may as well stay
        _get_staged_path(database, key_id).unlink()


@lru_cache(maxsize=64)
def _list_staged(directory: Path, _changed) -> list[Path]:
    return list(directory.glob(f"{STAGED}*"))


def _get_staged_path(database, key_id) -> Path:
    return get_directory(database) / f"{STAGED}{key_id}"


def _get_aside_path(directory) -> Path:
    return directory / f"{FILE_NAME}.{datetime.utcnow():%Y%m%d%H%M%S%f}"


def _sync(directory):
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
