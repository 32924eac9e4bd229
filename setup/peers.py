"""Addons of others (AGPL), downloaded to compare with or to install beside; part of nothing here.

The peers are what ours is measured against; the companions are what users install with it.
"""

import tempfile
import zipfile
from pathlib import Path

from . import environment
from .console import Failure, one_line, step
from .paths import CHECKOUT, built_beside, cache, folder, key, lock
from .process import CommandFailed, logged

LOCK_FILE = CHECKOUT / "setup" / "peers.lock"
# Kind of template -> the module of a peer that it has.
MODULES = {
    "peer": "contract",  # the contracts of the OCA
    "renewal_peer": "contract_line_successor",  # and their renewal
}
# What must install, work and pass its own tests in one database with every addon of ours.
COMPANIONS = (
    "contract",
    "account_credit_control",
    "l10n_fr_siret",
    "sale_exception",
    "sale_order_type",
    "account_move_tier_validation",
    "sale_order_revision",
    "account_invoice_start_end_dates",
)


def ensure() -> Path:
    """Return the folder of their addons, downloaded if it is not there yet."""
    target = cache() / f"peers-{state()}"
    if not target.is_dir():
        with lock("peers"):
            if not target.is_dir():
                _fetch(target)
    return target / "odoo" / "addons"


def state() -> str:
    """Return a hash of the versions that are pinned."""
    return key(LOCK_FILE.read_text())


def _fetch(target: Path) -> None:
    log = folder("logs") / "peers.log"
    # Their dependency is the host, which is there.
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", LOCK_FILE]
    with (
        step("downloading the addons of others"),
        tempfile.TemporaryDirectory(dir=folder("downloads")) as work,
        built_beside(target) as part,
    ):
        command = [environment.ensure(), "-m", "pip", "download", "--no-input", *options]
        try:
            logged([*command, "-d", work], log)
        except CommandFailed as error:
            raise Failure(
                f"the addons of others cannot be downloaded ({one_line(error.output[-250:])}). "
                "Check the network and pip's configuration, then run the same command again; "
                f"see {log}"
            ) from error
        for wheel in Path(work).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(part)
