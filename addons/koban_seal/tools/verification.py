"""Reads the chains of a company again, and tells what does not hold."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg2
from odoo.tools import SQL, split_every

from ..models.append_only import is_protected
from ..models.koban_event import CHAIN_NAMES, COLUMNS, SEAL_KINDS
from . import heads, keys
from .canonical import dumps
from .chain import ORIGIN, Link
from .clock import CLOCK
from .connections import fetch_committed
from .files import ProofFileError
from .seal_reader import SealReader
from .signing import get_current_key_id, settle

# So many links are in memory at a time, whatever the length of the chain.
BATCH = 2000
PROTECTED_TABLES = ("koban_event", "koban_signing_key")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold.

    :param code: what it is, never translated; see ``koban.verification.finding``
    :param model: of the record it is about, or of its line
    :param res_id: id of the record
    :param label: what people call the record
    :param field: name of the field that changed
    :param expected: as sealed
    :param found: as it is now
    """

    code: str
    model: str = ""
    res_id: int = 0
    label: str = ""
    field: str = ""
    expected: str = ""
    found: str = ""


class CompanyVerification:
    """Verifies the chains of one company, in one pass and constant memory.

    A link covers the fingerprint and the signature of the one before: if each link holds, and
    the last one is signed, each is signed; whoever signs the next one first verifies it, and an
    alarm follows the link that nobody signed.

    :param env: environment that may read everything
    :param company: record
    :param progress: called with the number of links read
    """

    def __init__(self, env, company, progress=None):
        self.env = env
        self.company = company
        self.progress = progress or (lambda count: None)
        self.links = 0
        self.documents = 0
        self.heads = {}
        self.reader = SealReader(env)
        # Gaps already told: they are those of a model, not of each document.
        self.told = set()

    def find(self) -> Iterator[Finding]:
        """Yield what does not hold."""
        self.env.flush_all()
        self.keys = dict(self._read("SELECT key_id, public_key FROM koban_signing_key"))
        yield from self._check_database()
        yield from self._check_guard()
        yield from self._check_strays()
        for chain in CHAIN_NAMES:
            yield from self._check_chain(chain)
        yield from self._check_unsealed()
        yield from self._check_heads()
        for model in self.env.values():
            if not model._abstract and hasattr(model, "_iter_findings"):
                yield from self._read_model(model, model._iter_findings(self.company))

    def _read_model(self, model, findings) -> Iterator[Finding]:
        """Yield what is found on a model; one that cannot be read is a finding, and no end."""
        try:
            with self.env.cr.savepoint(flush=False):
                yield from findings
        except psycopg2.ProgrammingError as error:
            yield from self._tell_unreadable(model._name, str(error).partition("\n")[0])

    def _tell_unreadable(self, model_name, reason, label=""):
        if ("model_unreadable", model_name) not in self.told:
            self.told.add(("model_unreadable", model_name))
            yield Finding("model_unreadable", model_name, label=label, found=reason)

    def _read(self, query, *args) -> list[tuple]:
        self.env.cr.execute(SQL(query, *args))
        return self.env.cr.fetchall()

    def _read_committed(self, query, *args) -> list[tuple]:
        return fetch_committed(self.env, "koban_event", SQL(query, *args))

    # ------------------------------------------------------------------
    # What protects the chain
    # ------------------------------------------------------------------
    def _check_database(self):
        for table in PROTECTED_TABLES:
            if not is_protected(self.env.cr, table):
                yield Finding("trigger_off", label=table)
        for key_id, public_key in self.keys.items():
            try:
                same = keys.get_key_id(public_key) == key_id
            except ValueError:
                same = False
            if not same:
                yield Finding("key_altered", label=key_id)
        if self.keys:
            yield from self._check_key_file()

    def _check_key_file(self):
        database = self.env.cr.dbname
        settle(self.env)
        current = get_current_key_id(self.env)
        try:
            keys.find(database, current)
        except ProofFileError as error:
            if error.reason == "other":
                found = keys.load(database).key_id
                yield Finding("key_file_other", expected=current, found=found)
            else:
                yield Finding(f"key_file_{error.reason}", label=str(error.path))

    # ------------------------------------------------------------------
    # Links
    # ------------------------------------------------------------------
    def _check_chain(self, chain):
        last = None
        for rows in self._iter_links(chain):
            for row in rows:
                yield from self._check_link(row, last)
                last = row
            yield from self._check_seals(chain, rows)
            self.links += len(rows)
            self.progress(self.links)
        if last:
            self.heads[chain] = last["number"]
            yield from self._check_signature(last)

    def _check_guard(self):
        """Tell a company whose documents are sealed and no longer protected."""
        query = "SELECT document_guard FROM res_company WHERE id = %s"
        if self.company._has_seals() and not self._read(query, self.company.id)[0][0]:
            yield Finding("guard_off", "res.company", self.company.id, self.company.name)

    def _check_strays(self):
        """Tell the links that no verification of a chain would read."""
        for row in self._read(
            "SELECT id, number, res_name, chain FROM koban_event "
            "WHERE (company_id = %s AND chain NOT IN %s) OR company_id <> ALL(%s) LIMIT %s",
            self.company.id,
            CHAIN_NAMES,
            [id_ for (id_,) in self._read("SELECT id FROM res_company")],
            BATCH,
        ):
            link = dict(zip(("id", "number", "res_name"), row, strict=False))
            yield self._tell(link, "link_unknown", found=row[-1])

    def _iter_links(self, chain) -> Iterator[list[dict]]:
        after = -(2**31) - 1  # before the least number that a column holds
        columns = SQL(", ").join(map(SQL.identifier, ("id", *COLUMNS)))
        while rows := self._read(
            "SELECT %s FROM koban_event WHERE company_id = %s AND chain = %s AND number > %s "
            "ORDER BY number LIMIT %s",
            columns,
            self.company.id,
            chain,
            after,
            BATCH,
        ):
            links = [dict(zip(("id", *COLUMNS), row, strict=True)) for row in rows]
            after = links[-1]["number"]
            yield links

    def _check_link(self, row, last):
        expected = last["number"] + 1 if last else 1
        previous = (last["hash"], last["signature"]) if last else (ORIGIN, "")
        if row["number"] != expected:
            yield Finding(
                "link_missing",
                label=str(expected),
                expected=str(expected),
                found=str(row["number"]),
            )
        elif get_fingerprint(row, *previous) != row["hash"]:
            # It holds by itself: what came before is another one, or gone.
            if get_fingerprint(row, row["previous_hash"], previous[1]) != row["hash"]:
                yield self._tell(row, "link_altered")
            else:
                yield self._tell(row, "link_order")
        if last and row["date"] < last["date"] and row["kind"] != CLOCK:
            dates = {"expected": last["date"].isoformat(), "found": row["date"].isoformat()}
            yield self._tell(row, "date_order", **dates)
        if last and (row["key_id"] != last["key_id"] or row["kind"] == "alarm"):
            yield from self._check_signature(last)

    def _check_signature(self, row):
        public_key = self.keys.get(row["key_id"])
        if not public_key:
            yield self._tell(row, "key_unknown", found=row["key_id"])
        elif not keys.is_signed(public_key, row["hash"], row["signature"]):
            yield self._tell(row, "signature_invalid")

    @staticmethod
    def _tell(row, code, **values):
        label = f"{row['number']} {row['res_name'] or ''}".strip()
        return Finding(code, "koban.event", row["id"], label, **values)

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------
    def _check_seals(self, chain, rows):
        by_model = {}
        for row in rows:
            if row["kind"] in SEAL_KINDS:
                by_model.setdefault(row["res_model"], {})[row["res_id"]] = row
        for model_name, seals in by_model.items():
            last = dict(
                self._read(
                    "SELECT res_id, max(number) FROM koban_event WHERE res_model = %s "
                    "AND res_id = ANY(%s) AND kind IN %s AND company_id = %s AND chain = %s "
                    "GROUP BY res_id",
                    model_name,
                    list(seals),
                    SEAL_KINDS,
                    self.company.id,
                    chain,
                )
            )
            current = {id_: row for id_, row in seals.items() if last[id_] == row["number"]}
            yield from self._check_contents(model_name, current)

    def _check_contents(self, model_name, seals):
        contents = {id_: (row["algorithm"], row["content"]) for id_, row in seals.items()}
        for batch in self.reader.iter_batches(model_name, contents):
            if not batch.coverage:
                for id_ in batch.seals:
                    yield self._tell(seals[id_], "coverage_unknown")
                continue
            yield from self._tell_gaps(batch.gaps)
            if batch.contents is None:
                continue  # told once for all of them
            self.documents += len(batch.seals)
            for id_ in batch.seals:
                if id_ not in batch.contents:
                    yield Finding("document_deleted", model_name, id_, seals[id_]["res_name"])
                else:
                    yield from self._tell_changes(model_name, seals[id_], batch)

    def _tell_gaps(self, gaps):
        for gap in gaps:
            if gap.code == "model_unreadable":
                yield from self._tell_unreadable(gap.model, gap.found, gap.addon)
            elif (gap.code, gap.model, gap.field) not in self.told:
                self.told.add((gap.code, gap.model, gap.field))
                seen = {"expected": gap.expected, "found": gap.found}
                yield Finding(gap.code, gap.model, 0, gap.addon, gap.field, **seen)

    def _tell_changes(self, model_name, row, batch):
        lines = batch.coverage.lines
        for part, line_id, field, expected, found in batch.find_changes(row["res_id"]):
            yield Finding(
                "document_altered" if part in ("document", "line") else part,
                lines.model if line_id and lines else model_name,
                line_id or row["res_id"],
                row["res_name"],
                field,
                as_text(expected),
                as_text(found),
            )

    def _check_unsealed(self):
        if not self.company.document_guard and not self.company._has_seals():
            return  # it never was protected: its documents need no seal
        for model in self.company._get_sealed_models():
            yield from self._read_model(model, self._find_unsealed(model))

    def _find_unsealed(self, model):
        for ids in self.company._iter_unsealed(model):
            for document in model.browse(ids):
                name = document.display_name
                yield Finding("document_unsealed", model._name, document.id, name)
            model.invalidate_model()

    # ------------------------------------------------------------------
    # Heads recorded outside the database
    # ------------------------------------------------------------------
    def _check_heads(self):
        if not self.links and not heads.has_file(self.env.cr.dbname):
            return  # nothing was ever recorded
        try:
            yield from self._compare_heads()
        except ProofFileError as error:
            yield Finding(f"heads_{error.reason}", label=str(error.path))

    def _compare_heads(self):
        recorded = heads.read(self.env.cr.dbname)
        written = dict.fromkeys(self.heads, 0)
        for batch in split_every(BATCH, recorded, list):
            yield from (
                Finding("heads_damaged", label=str(line)) for line in batch if isinstance(line, int)
            )
            own = [
                head
                for head in batch
                if isinstance(head, heads.Head) and head.company == self.company.id
            ]
            for head in own:
                written[head.chain] = max(written.get(head.chain, 0), head.number)
            yield from self._compare_head_batch(own)
        for chain, number in self.heads.items():
            if written.get(chain, 0) < number:
                yield Finding(
                    "heads_behind", label=chain, expected=str(number), found=str(written[chain])
                )

    def _compare_head_batch(self, batch):
        known = self._read_hashes(self._read, batch)
        missing = [head for head in batch if (head.chain, head.number) not in known]
        if missing:
            # Written since this transaction began, perhaps.
            known.update(self._read_hashes(self._read_committed, missing))
        for head in batch:
            found = known.get((head.chain, head.number))
            if found != head.hash:
                code = "head_altered" if found else "head_lost"
                yield Finding(
                    code, label=f"{head.chain} {head.number}", expected=head.hash, found=found or ""
                )

    def _read_hashes(self, read, batch) -> dict:
        found = {}
        for chain in CHAIN_NAMES:
            numbers = [head.number for head in batch if head.chain == chain]
            if numbers:
                rows = read(
                    "SELECT number, hash FROM koban_event WHERE company_id = %s "
                    "AND chain = %s AND number = ANY(%s)",
                    self.company.id,
                    chain,
                    numbers,
                )
                found.update(((chain, number), hash_) for number, hash_ in rows)
        return found


def get_fingerprint(row, previous, previous_signature) -> str:
    """Return the fingerprint that a stored link should have."""
    return Link(
        chain=row["chain"],
        company=row["company_id"],
        number=row["number"],
        date=row["date"].isoformat(),
        kind=row["kind"],
        user=row["user_id"],
        user_name=row["user_name"],
        model=row["res_model"],
        record=row["res_id"],
        label=row["res_name"],
        content=row["content"],
        notes=row["notes"],
        previous=previous,
        previous_signature=previous_signature,
        key=row["key_id"],
        algorithm=row["algorithm"],
    ).fingerprint()


def as_text(value) -> str:
    """Return a JSON value as a person reads it."""
    return value if isinstance(value, str) else "" if value is None else dumps(value)
