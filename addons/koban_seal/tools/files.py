"""Where the proof keeps what must not be in the database."""

import os
from configparser import ConfigParser
from configparser import Error as ConfigError
from functools import lru_cache
from pathlib import Path

from odoo.tools import config

# Of the server's configuration file: [koban] proof_directory = /srv/proof
SECTION, OPTION = "koban", "proof_directory"
DEFAULT = "koban_proof"


class ProofFileError(Exception):
    """A file of the proof is missing, unreadable or not the one expected.

    :param reason: ``missing``, ``unreadable``, ``unwritable``, ``invalid`` or ``other``
    :param path: of the file
    """

    def __init__(self, reason: str, path: Path):
        super().__init__(f"{reason}: {path}")
        self.reason = reason
        self.path = path


def get_directory(database: str) -> Path:
    """Return the directory of the proof of a database.

    Its parent is named by the server's configuration, or stands in its data directory.
    """
    return _get_root(config["config"], config["data_dir"]) / database


@lru_cache(maxsize=1)
def _get_root(file, data_directory) -> Path:
    """Read the server's configuration once, as the host does."""
    parser = ConfigParser(interpolation=None)
    try:
        parser.read(file or ())
        root = parser.get(SECTION, OPTION, fallback="")
    except (ConfigError, UnicodeDecodeError):
        root = ""
    return Path(root or os.path.join(data_directory, DEFAULT))


def make_directory(database: str) -> Path:
    """Return the directory of the proof of a database, made for the server alone.

    :raise ProofFileError: it cannot be made
    """
    path = get_directory(database)
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ProofFileError("unwritable", path) from error
    return path
