#!/usr/bin/env python3
"""Vérifie une archive de Koban Gestion : python3 -I verifier.py archive.zip [--cle EMPREINTE]
[--temoin CODE]

Ne demande que Python 3.8 ou plus récent : ni Odoo, ni bibliothèque, ni réseau. Contrôle la
signature de l'archive, l'empreinte de chaque fichier, la chaîne des événements, les documents
contre leur contenu scellé, les clôtures et les originaux. Code de retour : 0 si tout est
conforme, 1 sinon, 2 si l'archive ne peut être lue.
"""
# In French, as its readers are: an auditor opens this file. Odoo imports it too.

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sqlite3
import sys
import zipfile
import zlib
from collections import Counter
from contextlib import closing
from decimal import Decimal, InvalidOperation

FORMAT, VERSION = "koban-archive", 1
# How links are written: the first do not name what their content covers, the last ones name the
# database that signed them too.
UNNAMED, NAMED, PLACED = 1, 2, 3
# By these events a person says that the chain goes on, or begins anew, in another database.
MOVED, COPIED = "moved", "copied"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
PIECE = 1 << 20
# So many problems are printed; all are counted.
SHOWN = 200
# Kinds of events that hold the content of a document.
SEALS = (
    "validation", "takeover", "correction", "closing", "amendment", "revision", "renewal",
    "notice", "suspension", "end", "settlement", "settlement_undone",
)  # fmt: skip
# Kinds of events that hold the fingerprint of an original, and the editions that do.
ISSUES, EDITIONS = ("print", "reprint", "mail"), ("original", "duplicate")
TURNOVER = ("out_invoice", "out_refund", "out_receipt")
AMOUNTS = ("untaxed", "tax", "total")

# What reading a damaged or encrypted file raises, and data that are not what they should be.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
UNEXPECTED = (
    KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, sqlite3.Error,
)  # fmt: skip

# What later checks compare with, on disk: a large archive must not fill the memory.
TABLES = """
PRAGMA journal_mode = OFF;
CREATE TABLE seal (
    model TEXT, record INTEGER, first INTEGER, number INTEGER, digest TEXT, date TEXT, label TEXT,
    seen INTEGER DEFAULT 0, PRIMARY KEY (model, record)
) WITHOUT ROWID;
CREATE TABLE turnover (month TEXT, seal INTEGER, amount TEXT);
CREATE INDEX turnover_month ON turnover (month);
CREATE TABLE original (
    model TEXT, record INTEGER, paper TEXT, sha256 TEXT, path TEXT, name TEXT
);
CREATE INDEX original_record ON original (model, record, paper);
CREATE TABLE issue (
    model TEXT, record INTEGER, paper TEXT, sha256 TEXT, number INTEGER,
    PRIMARY KEY (model, record, paper, sha256)
) WITHOUT ROWID;
"""

# ----------------------------------------------------------------------
# Ed25519 (RFC 8032), verification only
# ----------------------------------------------------------------------
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT = pow(2, (PRIME - 1) // 4, PRIME)
# SubjectPublicKeyInfo of an Ed25519 key: these bytes, then the 32 of the key.
PREFIX = bytes.fromhex("302a300506032b6570032100")


def _recover_x(y, sign):
    """Return the x of the point of the curve with this y and parity, or None."""
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        return None
    return PRIME - x if x & 1 != sign else x


def _decode(data):
    number = int.from_bytes(data, "little")
    y = number & ((1 << 255) - 1)
    x = _recover_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % PRIME)


def _add(one, two):
    """Add two points in extended coordinates (x, y, z, t), with x·y = z·t."""
    a = (one[1] - one[0]) * (two[1] - two[0]) % PRIME
    b = (one[1] + one[0]) * (two[1] + two[0]) % PRIME
    c = 2 * one[3] * two[3] * CURVE % PRIME
    d = 2 * one[2] * two[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def _multiply(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _add(total, point)
        point = _add(point, point)
        number >>= 1
    return total


BASE_Y = 4 * pow(5, PRIME - 2, PRIME) % PRIME
BASE_X = _recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % PRIME)


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature is that of a message by the owner of a public key of 32 bytes."""
    if len(key) != 32 or len(signature) != 64:
        return False
    owner, commitment = _decode(key), _decode(signature[:32])
    response = int.from_bytes(signature[32:], "little")
    if owner is None or commitment is None or response >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    left = _multiply(response, BASE)
    right = _add(commitment, _multiply(challenge, owner))
    return not (
        (left[0] * right[2] - right[0] * left[2]) % PRIME
        or (left[1] * right[2] - right[1] * left[2]) % PRIME
    )


def read_pem(text: str) -> bytes:
    """Return the 32 bytes of a public key in PEM; nothing if it is none."""
    try:
        data = base64.b64decode("".join(line for line in text.splitlines() if "-" not in line))
    except ValueError:
        return b""
    return data[len(PREFIX) :] if data.startswith(PREFIX) and len(data) == 44 else b""


def get_key_id(key: bytes) -> str:
    """Return the fingerprint that names a public key."""
    return hashlib.sha256(key).hexdigest()[:32]


# ----------------------------------------------------------------------
# What is hashed, and how it is written
# ----------------------------------------------------------------------
def dumps(content) -> str:
    """Return the canonical JSON of a content, as the seals are written."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_text(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def get_fingerprint(row: dict) -> str:
    """Return the fingerprint of a link of the chain, from its row of evenements.jsonl."""
    names = (
        "chain company number date kind user user_name model record label previous "
        "previous_signature key algorithm"
    )
    values = {name: row[name] for name in names.split()}
    if row["algorithm"] not in (UNNAMED, NAMED):
        values["database"] = row["database"]
    values["content"] = digest_text(row["content"])
    values["notes"] = digest_text(row["notes"])
    return digest_text(dumps(values))


# ----------------------------------------------------------------------
# Codes printed on closings, and amounts
# ----------------------------------------------------------------------
# Letters and digits of a code (Crockford), how many bytes of the fingerprint it holds, and how
# many of its signs check the others.
SIGNS, KEPT, CHECKED = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 16, 3
CHAINS = ("main", "test")


def read_code(code: str):
    """Return company, chain, number and begin of the fingerprint that a code tells, or None."""
    text = code.upper().translate(str.maketrans("OIL", "011")).replace("-", " ")
    text = "".join(text.split())
    digits = [SIGNS.find(sign) for sign in text[:-CHECKED]]
    if not digits or min(digits) < 0:
        return None
    number = 0
    for digit in digits:
        number = number << 5 | digit
    bits = 5 * len(digits)
    payload = (number >> bits % 8).to_bytes(bits // 8, "big")
    check = _spell(hashlib.sha256(payload).digest())[:CHECKED]
    if len(payload) <= KEPT or text != _spell(payload) + check:
        return None
    numbers, number = [], 0
    for group in payload[1:-KEPT]:
        number = number << 7 | group & 127
        if group & 128:
            numbers.append(number)
            number = 0
    version, chain = payload[0] >> 4, payload[0] & 15
    if version != 1 or chain >= len(CHAINS) or len(numbers) != 2:
        return None
    return numbers[0], CHAINS[chain], numbers[1], payload[-KEPT:].hex()


def _spell(payload):
    count = -(-8 * len(payload) // 5)
    number = int.from_bytes(payload, "big") << 5 * count - 8 * len(payload)
    return "".join(SIGNS[number >> 5 * rank & 31] for rank in reversed(range(count)))


def to_decimal(text) -> Decimal:
    """Return a number written as text; zero if there is none."""
    try:
        return Decimal(str(text or 0))
    except InvalidOperation:
        return Decimal(0)


# ----------------------------------------------------------------------
# The report, and the checks in their order
# ----------------------------------------------------------------------
class Report:
    """What a verification found: facts, checks passed, problems."""

    def __init__(self):
        self.facts = []
        self.passed = []
        self.problems = []
        self.count = 0

    def blame(self, text: str) -> None:
        """Add a problem."""
        self.count += 1
        if len(self.problems) < SHOWN:
            self.problems.append(text)

    def check(self, before: int, text: str) -> None:
        """Say that a check passed, if no problem came since."""
        if self.count == before:
            self.passed.append(text)

    def print_to(self, stream, name: str) -> None:
        """Write the report for a person."""
        write = stream.write
        write(f"Archive : {name}\n")
        for text in self.facts:
            write(f"          {text}\n")
        for text in self.passed:
            write(f"OK        {text}\n")
        for text in self.problems:
            write(f"ANOMALIE  {text}\n")
        if self.count > len(self.problems):
            write(f"ANOMALIE  … et {self.count - len(self.problems)} autres.\n")
        if self.count:
            write(f"Résultat : archive NON CONFORME ({self.count} anomalie(s)).\n")
        else:
            write("Résultat : archive conforme.\n")


class Verifier:
    """The checks of one archive.

    :param path: of the zip, or an open binary file
    :param keys: fingerprints of the keys that may have signed it; none: any
    :param every: verify each signature of the chain, not only the last of each key
    :param codes: printed on closings: links that the chain must hold
    """

    def __init__(self, path, keys=(), every=False, codes=()):
        self.path, self.keys, self.every, self.codes = path, set(keys), every, codes
        self.report = Report()
        # What each code tells, by chain and number of its link.
        self.witnesses = {}
        # Number and digest of the seal of each closing.
        self.closings = {}

    def run(self) -> Report:
        """Verify all; what cannot be read is a problem, not an error."""
        try:
            # Without a name: SQLite keeps it in a file of its own, and removes it.
            with zipfile.ZipFile(self.path) as self.zip, closing(sqlite3.connect("")) as self.kept:
                self.kept.executescript(TABLES)
                self._run()
        except UNREADABLE as error:
            self.report.blame(f"Le fichier n'est pas une archive lisible : {error}")
        return self.report

    def _run(self):
        manifest = self._read_manifest()
        if manifest is None:
            return
        self.manifest = manifest
        for step in (
            self._check_keys,
            self._check_files,
            self._check_originals,
            self._check_chain,
            self._check_documents,
            self._check_issues,
            self._check_closings,
        ):
            try:
                step()
            except UNEXPECTED as error:
                self.report.blame(f"Données illisibles ({step.__name__[7:]}) : {error!r}")

    # ------------------------------------------------------------------
    # The files of the archive
    # ------------------------------------------------------------------
    def _read(self, name):
        """Return the bytes of a small file, or None."""
        try:
            return self.zip.read(name)
        except (KeyError, *UNREADABLE):
            return None

    def _hash(self, name):
        """Return SHA-256 and size of a file, or None when it cannot be read."""
        digest, size = hashlib.sha256(), 0
        try:
            with self.zip.open(name) as handle:
                while True:
                    piece = handle.read(PIECE)
                    if not piece:
                        return digest.hexdigest(), size
                    digest.update(piece)
                    size += len(piece)
        except UNREADABLE:
            return None

    def _rows(self, name):
        """Yield the rows of a file of JSON lines; a line that is none is a problem."""
        if name not in self.names:
            return
        rank = 0
        try:
            with self.zip.open(name) as handle:
                for line in handle:
                    rank += 1
                    row = json.loads(line.decode())
                    if not isinstance(row, dict):
                        raise ValueError("ligne inattendue")
                    yield row
        except UNREADABLE as error:
            self.report.blame(f"{name}, ligne {rank} : illisible ({error})")

    # ------------------------------------------------------------------
    # Manifest, keys, files and originals
    # ------------------------------------------------------------------
    def _read_manifest(self):
        entries = self.zip.namelist()
        self.names = set(entries)
        if len(entries) != len(self.names):
            for name, count in Counter(entries).items():
                if count > 1:
                    self.report.blame(f"{name} : présent {count} fois dans l'archive")
        raw = self._read(MANIFEST)
        try:
            manifest = json.loads((raw or b"").decode())
        except ValueError:
            self.report.blame(f"{MANIFEST} : absent ou illisible, rien ne peut être vérifié")
            return None
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            self.report.blame(f"{MANIFEST} : ce n'est pas une archive de Koban Gestion")
            return None
        if manifest.get("version") != VERSION:
            self.report.blame(
                f"{MANIFEST} : version {manifest.get('version')} inconnue de ce vérificateur"
            )
        company, period = manifest.get("company") or {}, manifest.get("period") or {}
        made = manifest.get("made") or {}
        self.report.facts += [
            f"{company.get('name')} ({company.get('registry') or 'sans SIREN'})",
            f"du {period.get('from')} au {period.get('to')}, faite le {made.get('on')} UTC"
            f" par {made.get('by')}",
        ]
        if (manifest.get("database") or {}).get("copy"):
            self.report.facts.append("FAITE PAR UNE COPIE de la base, pas par l'original")
        if manifest.get("gone"):
            names = ", ".join(str(name) for name in manifest["gone"])
            self.report.facts.append(f"valeurs reprises des sceaux, absentes de la base : {names}")
        self.raw = raw
        return manifest

    def _check_keys(self):
        """The manifest is signed by the key it names, which is the one expected."""
        report, before = self.report, self.report.count
        self.publics = {}
        for name in sorted(self.names):
            if name.startswith("cles/") and name.endswith(".pem"):
                key = read_pem((self._read(name) or b"").decode(errors="replace"))
                if get_key_id(key) != name[5:-4]:
                    report.blame(f"{name} : ce n'est pas la clé que son nom annonce")
                else:
                    self.publics[name[5:-4]] = key
        signer = self.manifest.get("key")
        report.facts.append(f"clé de signature : {signer}")
        raw = self._read(SIGNATURE) or b""
        try:
            signature = json.loads(raw.decode())
            value = bytes.fromhex(signature["signature"])
        except (ValueError, KeyError, TypeError):
            report.blame(f"{SIGNATURE} : absent ou illisible")
            return
        # Nothing else may hide in it.
        written = {"algorithm": "Ed25519", "key": signer, "signature": value.hex()}
        if raw != dumps(written).encode():
            report.blame(f"{SIGNATURE} : ne dit pas ce qu'il doit dire")
        if signer not in self.publics:
            report.blame(f"cles/{signer}.pem : la clé qui signe l'archive manque")
        elif not is_signed(self.publics[signer], self.raw, value):
            report.blame(
                f"{MANIFEST} : la signature ({SIGNATURE}) n'est pas la sienne par la clé {signer}"
            )
        if self.keys and signer not in self.keys:
            report.blame(f"L'archive est signée par une autre clé que celle attendue : {signer}")
        report.check(before, "Signature de l'archive")
        if not self.keys:
            report.facts.append("comparez cette clé avec celle de l'attestation de l'éditeur")

    def _check_files(self):
        """Each file is the one that the manifest names, and no other is there."""
        report, before = self.report, self.report.count
        files = self.manifest["files"]
        for name in sorted(files):
            if name not in self.names:
                report.blame(f"{name} : fichier manquant")
                continue
            if self._hash(name) != (files[name]["sha256"], files[name]["size"]):
                report.blame(f"{name} : fichier modifié (empreinte différente du manifeste)")
        for name in sorted(self.names - set(files) - {MANIFEST, SIGNATURE}):
            if not name.startswith("originaux/"):
                report.blame(f"{name} : fichier ajouté, inconnu du manifeste")
        report.check(before, f"{len(files)} fichiers, empreintes SHA-256")

    def _check_originals(self):
        """Each original is the file that was issued."""
        report, before = self.report, self.report.count
        listed = {name for name in self.names if name.startswith("originaux/")}
        count = 0
        for row in self._rows(self.manifest["originals"]["file"]):
            name, count = row["path"], count + 1
            self._note_original(row)
            if not row["present"]:
                report.blame(f"{name} : original de {row['name']} introuvable à l'archivage")
            elif name not in listed:
                report.blame(f"{name} : original de {row['name']} manquant")
            else:
                listed.discard(name)
                found = self._hash(name)
                if found is None or found[0] != row["sha256"]:
                    report.blame(f"{name} : original de {row['name']} modifié")
        for name in sorted(listed):
            report.blame(f"{name} : fichier ajouté, inconnu de la liste des originaux")
        report.check(before, f"{count} originaux (PDF et XML)")

    def _note_original(self, row):
        """Keep which file the list holds for original: the journal is compared with it."""
        names = ("model", "id", "paper", "sha256", "path", "name")
        self.kept.execute(
            "INSERT INTO original VALUES (?, ?, ?, ?, ?, ?)", [row[name] for name in names]
        )

    # ------------------------------------------------------------------
    # The chain of events
    # ------------------------------------------------------------------
    def _check_chain(self):
        """The links follow each other without a gap, and their signatures hold."""
        report, before = self.report, self.report.count
        events = self.manifest["events"]
        heads, last_signed, count = {}, {}, 0
        self._read_codes()
        for row in self._rows(events["file"]):
            count += 1
            where = f"Événement {row['number']} (chaîne {row['chain']}, {row['kind']})"
            head = heads.get(row["chain"])
            self._check_link(row, head, where)
            if head and row["kind"] == "alarm":
                self._check_signature(f"Événement {head['number']} (chaîne {row['chain']})", head)
            heads[row["chain"]] = row
            last_signed[row["key"], row["chain"]] = (where, row)
            if self.every:
                self._check_signature(where, row)
            self._note_seal(row)
            self._note_issue(row)
            self._compare_codes(row)
        for where, row in last_signed.values():
            self._check_signature(where, row)
        for chain, expected in events["chains"].items():
            head = heads.get(chain)
            if not head or (head["number"], head["hash"]) != (expected["last"], expected["hash"]):
                report.blame(f"Chaîne {chain} : le dernier maillon n'est pas le {expected['last']}")
        if count != sum(item["count"] for item in events["chains"].values()):
            report.blame(f"{events['file']} : {count} événements, un autre nombre est annoncé")
        report.check(before, f"{count} événements, chaîne continue et signée")
        self._check_codes()

    def _read_codes(self):
        for code in self.codes:
            witness = read_code(code)
            if witness is None:
                self.report.blame(f"Code {code} : mal recopié, ou ce n'est pas celui d'une clôture")
            elif witness[0] != self.manifest["company"]["id"]:
                self.report.blame(f"Code {code} : celui d'une autre société")
            else:
                self.witnesses.setdefault(witness[1:3], []).append((code, witness[3]))

    def _compare_codes(self, row):
        """Compare a link with the codes that were printed of it."""
        for code, begin in self.witnesses.pop((row["chain"], row["number"]), ()):
            if row["hash"].startswith(begin):
                self.report.passed.append(f"Code {code} : événement {row['number']}, intact")
            else:
                self.report.blame(
                    f"Code {code} : l'événement {row['number']} n'est plus celui qui a été "
                    "imprimé, l'histoire a été réécrite"
                )

    def _check_codes(self):
        for (chain, number), told in self.witnesses.items():
            for code, _begin in told:
                self.report.blame(
                    f"Code {code} : l'événement {number} (chaîne {chain}) n'est pas dans l'archive"
                )

    def _check_link(self, row, head, where):
        report = self.report
        if row["algorithm"] not in (UNNAMED, NAMED, PLACED):
            report.blame(f"{where} : algorithme {row['algorithm']} inconnu")
        if get_fingerprint(row) != row["hash"]:
            report.blame(f"{where} : modifié (empreinte différente de celle de son contenu)")
        if row["company"] != self.manifest["company"]["id"]:
            report.blame(f"{where} : événement d'une autre société")
        if head is None:
            expected = self.manifest["events"]["chains"].get(row["chain"]) or {}
            if row["number"] != expected.get("first"):
                report.blame(f"{where} : premier maillon attendu {expected.get('first')}")
            return
        if row["number"] != head["number"] + 1:
            report.blame(f"{where} : numéro inattendu après le {head['number']}")
        if row["kind"] == COPIED:
            self._check_anew(row, head, where)
        elif (row["previous"], row["previous_signature"]) != (head["hash"], head["signature"]):
            report.blame(f"{where} : n'est pas lié au maillon {head['number']}")
        elif (
            min(row["algorithm"], head["algorithm"]) >= PLACED
            and row["database"] != head["database"]
            and row["kind"] != MOVED
        ):
            report.blame(f"{where} : signé par une autre base de données que le précédent")

    def _check_anew(self, row, head, where):
        """The chain of a copy begins anew, and names the last link of the original."""
        original = json.loads(row["content"]).get("original") or {}
        if (row["previous"], row["previous_signature"]) != ("", ""):
            self.report.blame(f"{where} : la chaîne d'une copie ne commence pas ici")
        if (original.get("number"), original.get("hash")) != (head["number"], head["hash"]):
            self.report.blame(f"{where} : ne nomme pas le dernier maillon de l'original")

    def _check_signature(self, where, row):
        key = self.publics.get(row["key"])
        if key is None:
            self.report.blame(f"{where} : la clé {row['key']} manque dans cles/")
            return
        try:
            signature = bytes.fromhex(row["signature"])
        except ValueError:
            signature = b""
        if not is_signed(key, row["hash"].encode(), signature):
            self.report.blame(f"{where} : signature fausse")

    def _note_seal(self, row):
        """Keep what later checks compare with: the seals and the closings."""
        if row["chain"] != "main" or row["kind"] not in SEALS:
            return
        number, digest = row["number"], digest_text(row["content"])
        content = json.loads(row["content"])
        document = content.get("document", {})
        if row["algorithm"] != UNNAMED and not content.get("coverage"):
            self.report.blame(f"{row['label']} : sceau {number} sans la liste de ce qu'il couvre")
        if row["model"] == "koban.closing":
            if self._is_of_period(document):
                self.closings[row["record"]] = (number, digest)
            return
        dates = (document.get(name) for name in self._get_date_names(row["model"]))
        date = next((value for value in dates if value), "")
        self.kept.execute(
            "INSERT INTO seal (model, record, first, number, digest, date, label) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (model, record) DO UPDATE SET "
            "(number, digest, date, label) = "
            "(excluded.number, excluded.digest, excluded.date, excluded.label)",
            (row["model"], row["record"], number, number, digest, date, row["label"]),
        )

    def _is_of_period(self, content):
        """Tell whether a closing is of the archive: the chain seals those of other months too."""
        period = self.manifest["period"]
        first, last = content.get("date_from", ""), content.get("date_to", period["from"])
        return first <= period["to"] and last >= period["from"]

    def _note_issue(self, row):
        """Keep the fingerprints of originals that an edition recorded."""
        if row["chain"] != "main" or row["kind"] not in ISSUES:
            return
        content = json.loads(row["content"])
        issued = {"einvoice": content.get("einvoice_sha256")}
        if content.get("edition") in EDITIONS:
            issued[content.get("paper")] = content.get("sha256")
        for paper, digest in issued.items():
            if digest:
                self.kept.execute(
                    "INSERT OR IGNORE INTO issue VALUES (?, ?, ?, ?, ?)",
                    (row["model"], row["record"], paper, digest, row["number"]),
                )

    def _get_date_names(self, model):
        return next((d["dates"] for d in self.manifest["documents"] if d["model"] == model), ())

    # ------------------------------------------------------------------
    # Documents against their seals
    # ------------------------------------------------------------------
    def _check_documents(self):
        """Each document is what its seal says, and none of the period is missing."""
        report = self.report
        for dataset in self.manifest["documents"]:
            before, count = report.count, 0
            for row in self._rows(dataset["file"]):
                count += 1
                self._check_document(row, dataset)
            self._check_missing(dataset)
            if count != dataset["rows"]:
                report.blame(f"{dataset['file']} : {count} lignes, {dataset['rows']} annoncées")
            report.check(before, f"{count} lignes de {dataset['file']}, conformes aux sceaux")

    def _check_document(self, row, dataset):
        report, key = self.report, (dataset["model"], row["id"])
        label = row.get("number") or f"{key[0]} {key[1]}"
        seal = self.kept.execute(
            "SELECT number, digest, first, seen FROM seal WHERE model = ? AND record = ?", key
        ).fetchone()
        if seal is None:
            report.blame(f"{label} : aucun sceau dans la chaîne")
            return
        number, digest, first, seen = seal
        if seen:
            report.blame(f"{label} : plus d'une fois dans {dataset['file']}")
        if row["seal"] != number:
            report.blame(f"{label} : le dernier sceau est l'événement {number}, pas {row['seal']}")
        if digest_text(dumps(row["content"])) != digest:
            report.blame(f"{label} : contenu différent de celui scellé (événement {number})")
        self.kept.execute("UPDATE seal SET seen = 1 WHERE model = ? AND record = ?", key)
        self._count_turnover(row, first)

    def _check_missing(self, dataset):
        """Blame what is sealed in the period and has no row."""
        period = self.manifest["period"]
        within, bounds = "date >= ? AND date < ?", dataset.get("span")
        if bounds is None:  # made before the zone of the company counted
            within, bounds = "substr(date, 1, 10) BETWEEN ? AND ?", (period["from"], period["to"])
        first, last = bounds
        for label, number in self.kept.execute(
            f"SELECT label, number FROM seal WHERE model = ? AND NOT seen AND {within} "
            "ORDER BY number",
            (dataset["model"], first, last),
        ):
            self.report.blame(
                f"{label} : scellé par l'événement {number}, absent de {dataset['file']}"
            )

    def _count_turnover(self, row, seal):
        """Keep what an invoice adds to the turnover of its month."""
        document = row["content"].get("document", {})
        day = document.get("invoice_date", "")
        if document.get("move_type") in TURNOVER and document.get("state") == "posted" and day:
            self.kept.execute(
                "INSERT INTO turnover VALUES (?, ?, ?)",
                (day[:7], seal, str(document.get("amount_total_signed") or 0)),
            )

    # ------------------------------------------------------------------
    # Originals against the journal
    # ------------------------------------------------------------------
    def _check_issues(self):
        """The list of originals says of each what the journal says, and leaves none out."""
        report, before, count = self.report, self.report.count, 0
        for path, name, number, same in self.kept.execute(
            "SELECT o.path, o.name, i.number, o.sha256 IS i.sha256 FROM issue i "
            "JOIN original o USING (model, record, paper) ORDER BY i.number"
        ):
            count += 1
            if not same:
                report.blame(
                    f"{path} : original de {name} différent de celui émis (événement {number})"
                )
        # Documents of other periods have events here, and their originals elsewhere.
        for label, paper, number in self.kept.execute(
            "SELECT s.label, i.paper, i.number FROM issue i JOIN seal s USING (model, record) "
            "WHERE s.seen AND NOT EXISTS (SELECT 1 FROM original o WHERE o.model = i.model "
            "AND o.record = i.record AND o.paper = i.paper) ORDER BY i.number"
        ):
            report.blame(
                f"{label} : original ({paper}) émis (événement {number}), absent de la liste"
            )
        report.check(before, f"{count} originaux conformes aux empreintes du journal")

    # ------------------------------------------------------------------
    # Closings
    # ------------------------------------------------------------------
    def _check_closings(self):
        """The closings are what was sealed, their totals follow, and are those of the documents."""
        name = self.manifest.get("closings")
        if not name:
            return
        report, before = self.report, self.report.count
        last, count, seen = None, 0, set()
        for row in self._rows(name):
            content, count = row["content"]["document"], count + 1
            label = (
                f"Clôture n° {content['number']} ({content['date_from']} – {content['date_to']})"
            )
            seen.add(row["id"])
            seal = self.closings.get(row["id"])
            if seal is None:
                report.blame(f"{label} : aucun sceau dans la chaîne")
            elif digest_text(dumps(row["content"])) != seal[1]:
                report.blame(f"{label} : différente de celle scellée (événement {seal[0]})")
            if content["kind"] != "month":
                continue
            self._check_carried(label, content, last)
            if seal is not None:
                self._check_turnover(label, content, seal[0])
            last = content
        for record in sorted(self.closings.keys() - seen):
            report.blame(f"Clôture scellée par l'événement {self.closings[record][0]} : absente")
        report.check(before, f"{count} clôtures : sceaux, totaux reportés, chiffre d'affaires")

    def _check_carried(self, label, content, last):
        """The perpetual totals are those of the month before, plus the month."""
        if last is None:
            return
        for amount in AMOUNTS:
            carried = to_decimal(last.get(f"perpetual_{amount}")) + to_decimal(content.get(amount))
            if carried != to_decimal(content.get(f"perpetual_{amount}")):
                self.report.blame(f"{label} : total perpétuel ({amount}) qui ne suit pas")

    def _check_turnover(self, label, content, number):
        """The month's turnover, late documents aside, is that of its documents."""
        period = self.manifest["period"]
        if content["date_from"] < period["from"] or content["date_to"] > period["to"]:
            return
        found = self.kept.execute(
            "SELECT amount FROM turnover WHERE month = ? AND seal < ?",
            (content["date_from"][:7], number),
        )
        in_time = sum((to_decimal(amount) for (amount,) in found), Decimal(0))
        expected = to_decimal(content.get("total")) - to_decimal(content.get("late_total"))
        if in_time != expected:
            self.report.blame(
                f"{label} : chiffre d'affaires de {expected}, {in_time} d'après les documents"
            )


# ----------------------------------------------------------------------
# From Odoo, and from the command line
# ----------------------------------------------------------------------
def verify(path, keys=(), every: bool = False, codes=()) -> Report:
    """Verify an archive.

    :param path: of the zip, or an open binary file
    :param keys: fingerprints of the keys that may have signed it; none: any
    :param every: verify each signature of the chain
    :param codes: printed on closings: links that the chain must hold
    """
    return Verifier(path, keys, every, codes).run()


def main() -> int:
    """Verify the archive that the command names; return the exit code."""
    parser = argparse.ArgumentParser(description="Vérifie une archive de Koban Gestion.")
    parser.add_argument("archive", help="le fichier .zip")
    parser.add_argument("--cle", action="append", default=[], help="empreinte de la clé attendue")
    parser.add_argument(
        "--signatures", action="store_true", help="vérifier chaque signature (plus long)"
    )
    parser.add_argument(
        "--temoin", action="append", default=[], help="code imprimé sur une clôture"
    )
    options = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    report = verify(options.archive, options.cle, options.signatures, options.temoin)
    report.print_to(sys.stdout, options.archive)
    return 1 if report.count else 0


if __name__ == "__main__":
    sys.exit(main())
