"""Debian packages without root: downloaded with the machine's own apt configuration.

Nothing here names a mirror: the machine's apt knows it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from .console import Failure, one_line, say
from .paths import folder
from .process import CommandFailed, captured, logged

KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
NETWORK_HELP = (
    "Check the network, the proxy and the machine's apt sources, then run the same command "
    "again; nothing was left half made."
)


def mirrors() -> list[str]:
    """Return the package sources the machine uses, without its security ones."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise Failure(
            "this machine has no apt-get: use Debian, or set KOBAN_ODOO to an Odoo 19.0 checkout."
        )
    try:
        answer = captured(
            ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
        )
    except CommandFailed as error:
        raise Failure(
            f"the machine's apt configuration cannot be read ({_reason(error.output)}): repair it, "
            "or set KOBAN_ODOO to an Odoo 19.0 checkout."
        ) from error
    found = [uri for uri in dict.fromkeys(answer.split()) if "security" not in uri]
    if not found:
        raise Failure(
            "apt has no package source configured: add the Debian mirror to its sources, "
            "or set KOBAN_ODOO to an Odoo 19.0 checkout."
        )
    return found


class Archive:
    """One private view of a Debian archive: own lists folder, machine's configuration.

    :param suite: name of a suite of the machine's mirror; None for the machine's own sources.
    """

    def __init__(self, work: Path, suite: str | None = None):
        self.work = work / (suite or "own")
        self.suite = suite
        self.log = folder("logs") / "apt.log"

    def update(self) -> None:
        """Fetch the lists, from the first mirror that has the suite."""
        attempts = [""] if self.suite is None else mirrors()
        errors = []
        for uri in attempts:
            self._prepare(uri)
            try:
                self._apt("update", "-o", "APT::Update::Error-Mode=any")
                return
            except CommandFailed as error:
                errors.append(_reason(error.output))
        wanted = f"suite {self.suite}" if self.suite else "the machine's own suite"
        raise Failure(
            f"the Debian lists of {wanted} cannot be fetched ({errors[0]}). {NETWORK_HELP}"
        )

    def download(self, packages: Iterable[str], into: Path) -> list[Path]:
        """Download packages (apt checks their signatures) into ``into``."""
        into.mkdir(parents=True, exist_ok=True)
        before = set(into.iterdir())
        try:
            self._apt(
                "download",
                *packages,
                cwd=into,
                describe=lambda: f"{_size(into) / 1e6:.0f} MB downloaded",
            )
        except CommandFailed as error:
            raise Failure(
                f"a Debian package cannot be downloaded ({_reason(error.output)}). {NETWORK_HELP}"
            ) from error
        return sorted(set(into.glob("*.deb")) - before)

    def _prepare(self, uri: str) -> None:
        (self.work / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (self.work / "cache").mkdir(exist_ok=True)
        if uri:
            keyring = next((path for path in KEYRINGS if path.exists()), None)
            signed = f"[signed-by={keyring}] " if keyring else ""
            (self.work / "sources.list").write_text(f"deb {signed}{uri} {self.suite} main\n")

    def _apt(self, *arguments: str, **options) -> None:
        # The sandbox user could not write to a private folder, and says so at length.
        settings = {
            "APT::Sandbox::User": "root" if os.geteuid() == 0 else "",
            "Dir::State::Lists": self.work / "lists",
            "Dir::Cache": self.work / "cache",
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
        }
        if self.suite:
            settings["Dir::Etc::SourceList"] = self.work / "sources.list"
            settings["Dir::Etc::SourceParts"] = "/dev/null"
        flags = [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]
        logged(["apt-get", "-q", *flags, *arguments], self.log, {"LC_ALL": "C.UTF-8"}, **options)


def unpack(packages: Sequence[Path], prefix: Path) -> None:
    """Extract downloaded packages into one prefix."""
    for package in packages:
        try:
            logged(["dpkg", "-x", package, prefix], folder("logs") / "apt.log")
        except CommandFailed as error:
            raise Failure(
                f"{package.name} cannot be unpacked ({_reason(error.output)}). "
                "Free some disk space if it is full, then run the same command again."
            ) from error


def fetch_file(package: str, pattern: str, into: Path) -> Path:
    """Return the file matching ``pattern`` of a package of the machine's own suite."""
    with tempfile.TemporaryDirectory(dir=folder("downloads")) as name:
        archive = Archive(Path(name))
        archive.update()
        unpack(archive.download([package], Path(name) / "debs"), Path(name) / "root")
        found = sorted((Path(name) / "root").glob(pattern))
        if not found:
            raise Failure(f"the Debian package {package} has no file {pattern}: report this.")
        return Path(shutil.copy(found[-1], into))


def install_as_root(package: str, program: str) -> None:
    """Install a system package, or say which command does.

    :raise Failure: when this user may not, or apt cannot.
    """
    command = f"apt-get update && apt-get install -y --no-install-recommends {package}"
    if os.geteuid() != 0:
        raise Failure(f"{program} is missing and only root can install it: sudo sh -c '{command}'")
    say(f"installing {program} with apt-get …")
    log = folder("logs") / "apt.log"
    variables = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    try:
        logged(["apt-get", "-q", "update"], log, variables)
        install = ["apt-get", "-q", "install", "-y", "--no-install-recommends", package]
        logged(install, log, variables, describe=lambda: f"installing {program}")
    except CommandFailed as error:
        raise Failure(
            f"{program} cannot be installed ({_reason(error.output)}). "
            f"Repair it, then run: {command}"
        ) from error


def _reason(output: str) -> str:
    """Return the line of apt's output that tells most."""
    lines = [line for line in output.splitlines() if line.startswith(("E:", "Err:", "W:"))]
    lines.sort(key=lambda line: ("E:", "Err:", "W:").index(line.split(":")[0] + ":"))
    return one_line(lines[0] if lines else output, 200) or "no reason given"


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in path.iterdir() if file.is_file())
