"""Reads the chains of a company again, and tells what does not hold."""

import json
from collections.abc import Iterator
from datetime import datetime

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..models.koban_event import CHAIN_NAMES, COLUMNS, SEAL_KINDS
from . import heads, keys
from .acknowledgements import read_acknowledgements
from .canonical import dumps
from .chain import ORIGIN, PLACED, Link
from .clock import CLOCK, DATE
from .database import COPIED, MOVED, identify, read_declared
from .files import ProofFileError
from .findings import NOTE, Finding
from .head_check import HeadCheck
from .seal_reader import UNEXPECTED, SealReader, describe_error
from .signing import get_current_key_id, settle
from .triggers import find_weak
from .witness import decode

# So many links are in memory at a time, whatever the length of the chain.
BATCH = 2000
# Links that say which key signs from now on, and which one did before.
KEY_KINDS = ("key_declared", MOVED, COPIED)
# For what each link has, and an altered one may lack: a value that none was ever signed with.
LACKING = {
    "date": datetime(1900, 1, 1), "kind": "", "content": "", "notes": "", "algorithm": 0,
    "hash": "", "signature": "", "key_id": "",
}  # fmt: skip


class CompanyVerification:
    """Verifies the chains of one company, in one pass and constant memory.

    A link covers the fingerprint and the signature of the one before: if each link holds, and
    the last one is signed, each is signed; whoever signs the next one first verifies it, and an
    alarm follows the link that nobody signed.

    :param env: environment that may read everything
    :param company: record
    :param progress: called with the number of links read
    :param codes: printed of links of the company (witness.py): the chains must hold them
    """

    def __init__(self, env, company, progress=None, codes=()):
        self.env = env
        # By chain and number of their links, and less and less of them.
        self.codes = {}
        for code in codes:
            witness = decode(code)
            self.codes.setdefault((witness.chain, witness.number), []).append((code, witness.hash))
        self.company = company
        self.progress = progress or (lambda count: None)
        self.links = 0
        self.documents = 0
        self.heads = {}
        self.lost_heads = []
        self.reader = SealReader(env)
        # Gaps already told: they are those of a model, not of each document.
        self.told = set()

    def find(self) -> Iterator[Finding]:
        """Yield what does not hold."""
        self.env.flush_all()
        self.keys = dict(self._read("SELECT key_id, public_key FROM koban_signing_key"))
        # The first one is declared by its use alone; any other by a link.
        self.named = self._read_named_keys() if len(self.keys) > 1 else set(self.keys)
        self.identity, self.kind = read_declared(self.env)
        yield from self._check_database()
        yield from self._check_guard()
        yield from self._check_strays()
        for chain in CHAIN_NAMES:
            yield from self._check_chain(chain)
        for told in self.codes.values():
            for code, begin in told:
                yield Finding("witness_missing", label=code, expected=begin)
        yield from self._check_unsealed()
        if not self._is_elsewhere() or heads.has_file(self.env.cr.dbname):
            check = HeadCheck(self.env, self.company, self.heads)
            yield from check.find()
            self.lost_heads = check.lost
        for model in self.env.values():
            if not model._abstract and hasattr(model, "_iter_findings"):
                yield from self._read_model(model, model._iter_findings(self.company))

    def _read_model(self, model, findings) -> Iterator[Finding]:
        """Yield what is found on a model; one that cannot be read is a finding, and no end."""
        try:
            with self.env.cr.savepoint(flush=False):
                yield from findings
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # the host tries again
        except Exception as error:  # altered rows raise anything: it is told, and the rest is read
            yield from self._tell_unreadable(model._name, describe_error(error))

    def _tell_unreadable(self, model_name, reason, label=""):
        if ("model_unreadable", model_name) not in self.told:
            self.told.add(("model_unreadable", model_name))
            yield Finding("model_unreadable", model_name, label=label, found=reason)

    def _read(self, query, *args) -> list[tuple]:
        self.env.cr.execute(SQL(query, *args))
        return self.env.cr.fetchall()

    # ------------------------------------------------------------------
    # What protects the chain
    # ------------------------------------------------------------------
    def _check_database(self):
        tables = self.env["koban.trigger.mixin"]._get_kept_tables()
        for table, trigger, reason in find_weak(self.env.cr, tables):
            yield Finding("trigger_off", label=table, field=trigger, found=reason)
        for key_id, public_key in self.keys.items():
            try:
                same = keys.get_key_id(public_key) == key_id
            except ValueError:
                same = False
            if not same:
                yield Finding("key_altered", label=key_id)
        if self._is_elsewhere():  # and its files stayed behind
            here = identify(self.env)
            yield Finding("database_undeclared", "", 0, here.name, "", self.identity, here.code)
        elif self.keys:
            yield from self._check_key_file()
        if self.kind == COPIED:
            yield Finding("database_copy", label=identify(self.env).name)

    def _is_elsewhere(self) -> bool:
        """Whether the database that was declared is another one than this."""
        return bool(self.identity) and self.identity != identify(self.env).code

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
            back = []
            for row in rows:
                yield from self._check_link(row, last)
                yield from self._compare_codes(chain, row)
                # An alarm before the declaration of the clock is dated as that one.
                if last and row["date"] < last["date"] and row["kind"] not in (CLOCK, "alarm"):
                    back.append((row, last["date"]))
                last = row
            yield from self._tell_back(chain, back)
            yield from self._check_seals(chain, rows)
            self.links += len(rows)
            self.progress(self.links)
        if last:
            self.heads[chain] = last["number"]
            yield from self._check_signature(last)
            if last["algorithm"] >= PLACED and last["database"] != self.identity:
                yield self._tell(
                    last, "link_elsewhere", expected=self.identity, found=last["database"] or ""
                )

    def _check_guard(self):
        """Tell a company whose documents are sealed and no longer protected."""
        query = "SELECT document_guard FROM res_company WHERE id = %s"
        if self.company._has_seals() and not self._read(query, self.company.id)[0][0]:
            yield Finding("guard_off", "res.company", self.company.id, self.company.name)

    def _check_strays(self):
        """Tell the links that no verification of a chain would read."""
        for row in self._read(
            "SELECT id, number, res_name, chain FROM koban_event "
            "WHERE (company_id = %s AND (number IS NULL OR (chain IN %s) IS NOT TRUE)) "
            "OR (company_id = ANY(%s)) IS NOT TRUE LIMIT %s",
            self.company.id,
            CHAIN_NAMES,
            [id_ for (id_,) in self._read("SELECT id FROM res_company")],
            BATCH,
        ):
            link = dict(zip(("id", "number", "res_name"), row, strict=False))
            yield self._tell(link, "link_unknown", found=row[-1])

    def _iter_links(self, chain) -> Iterator[list[dict]]:
        after = -(2**31) - 1, 0  # before the least number that a column holds
        columns = SQL(", ").join(
            DATE if name == "date" else SQL.identifier(name) for name in ("id", *COLUMNS)
        )
        while rows := self._read(
            # By the id too: nothing but an index keeps two links from having one number.
            "SELECT %s FROM koban_event WHERE company_id = %s AND chain = %s "
            "AND (number, id) > (%s, %s) ORDER BY number, id LIMIT %s",
            columns,
            self.company.id,
            chain,
            *after,
            BATCH,
        ):
            links = [dict(zip(("id", *COLUMNS), row, strict=True)) for row in rows]
            for link in links:
                link.update({name: LACKING[name] for name in LACKING if link[name] is None})
            after = links[-1]["number"], links[-1]["id"]
            yield links

    def _check_link(self, row, last):
        expected = last["number"] + 1 if last else 1
        begins = not last or row["kind"] == COPIED
        previous = (ORIGIN, "") if begins else (last["hash"], last["signature"])
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
        elif row["kind"] == COPIED and not _is_copy_of(row, last):
            yield self._tell(row, "link_order")
        elif last and _is_signed_elsewhere(row, last):
            yield self._tell(
                row, "link_elsewhere", expected=last["database"], found=row["database"] or ""
            )
        if last and (row["key_id"] != last["key_id"] or row["kind"] == "alarm"):
            yield from self._check_signature(last)

    def _tell_back(self, chain, back):
        """Yield the links that are dated before the one before them, with what explains it."""
        numbers = [row["number"] for row, _before in back]
        told = numbers and read_acknowledgements(self.env.cr, self.company.id, chain, numbers)
        for row, before in back:
            reason = told.get(row["number"], "")
            yield self._tell(
                row, "date_order", expected=before.isoformat(), found=row["date"].isoformat(),
                chain=chain, link=row["number"], operator=row["user_name"], date=row["date"],
                reason=reason, told=NOTE if reason else "",
            )  # fmt: skip

    def _compare_codes(self, chain, row):
        for code, begin in self.codes.pop((chain, row["number"]), ()):
            if not row["hash"].startswith(begin):
                found = row["hash"][: len(begin)]
                yield Finding("witness_altered", "koban.event", row["id"], code, "", begin, found)

    def _check_signature(self, row):
        public_key = self.keys.get(row["key_id"])
        if not public_key or row["key_id"] not in self.named:
            yield self._tell(row, "key_unknown", found=row["key_id"])
        if public_key and not keys.is_signed(public_key, row["hash"], row["signature"]):
            yield self._tell(row, "signature_invalid")

    def _read_named_keys(self) -> set[str]:
        """Return the keys that links name, of whatever chain: a key signs those of all."""
        named = set()
        for (content,) in self._read("SELECT content FROM koban_event WHERE kind IN %s", KEY_KINDS):
            try:
                told = json.loads(content)
                named |= {told.get("key"), told.get("previous")}
            except UNEXPECTED:  # the link is told as altered
                continue
        return named

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
            # One that names no document was altered, and is told.
            if row["kind"] in SEAL_KINDS and row["res_model"] and row["res_id"]:
                by_model.setdefault(row["res_model"], {})[row["res_id"]] = row
        for model_name, seals in by_model.items():
            spans = self._read_spans(chain, model_name, list(seals))
            later = [
                row
                for row in rows
                if row["kind"] in SEAL_KINDS
                and row["res_model"] == model_name
                and row["res_id"] in spans
                and spans[row["res_id"]][0] < row["number"]
            ]
            if later:
                yield from self._tell_corrections(chain, model_name, later)
            current = {id_: row for id_, row in seals.items() if spans[id_][1] == row["number"]}
            yield from self._check_contents(model_name, current)

    def _read_spans(self, chain, model_name, ids) -> dict[int, tuple[int, int]]:
        """Return the numbers of the first and the last seal of documents."""
        rows = self._read(
            "SELECT res_id, min(number), max(number) FROM koban_event WHERE res_model = %s "
            "AND res_id = ANY(%s) AND kind IN %s AND company_id = %s AND chain = %s "
            "GROUP BY res_id",
            model_name,
            ids,
            SEAL_KINDS,
            self.company.id,
            chain,
        )
        return {id_: (first, last) for id_, first, last in rows}

    # ------------------------------------------------------------------
    # What became of documents since their first seals
    # ------------------------------------------------------------------
    def _tell_corrections(self, chain, model_name, rows):
        """Yield what each later seal says otherwise than the one before it, with who and when."""
        model = self.env.get(model_name)
        rows = [row for row in rows if row["kind"] not in getattr(model, "_state_kinds", ())]
        if not rows:
            return
        before = self._read_seals_before(chain, model_name, rows)
        told = read_acknowledgements(
            self.env.cr, self.company.id, chain, [row["number"] for row in rows]
        )
        judge = getattr(model, "_judge_correction", None)
        for row in rows:
            earlier = before[row["number"]]
            changes = self.reader.compare_seals(
                model_name, earlier, (row["algorithm"], row["content"])
            )
            severity, changes = judge(changes) if judge else ("warning", changes)
            reason = told.get(row["number"], "")
            for change in changes:
                yield self._tell_correction(
                    model_name, row, change, reason, NOTE if reason else severity
                )

    def _read_seals_before(self, chain, model_name, rows) -> dict[int, tuple[int, str]]:
        """Return algorithm and content of the seal before each of these, by its number."""
        found = self._read(
            "SELECT later.number, earlier.algorithm, earlier.content "
            "FROM (SELECT unnest(%s) res_id, unnest(%s) number) later, LATERAL "
            "(SELECT algorithm, content FROM koban_event e WHERE e.res_model = %s "
            "AND e.res_id = later.res_id AND e.kind IN %s AND e.company_id = %s "
            "AND e.chain = %s AND e.number < later.number ORDER BY e.number DESC LIMIT 1) earlier",
            [row["res_id"] for row in rows],
            [row["number"] for row in rows],
            model_name,
            SEAL_KINDS,
            self.company.id,
            chain,
        )
        return {number: (algorithm, content) for number, algorithm, content in found}

    def _tell_correction(self, model_name, row, change, reason, severity):
        _part, line_id, field, before, after = change
        model = self.env.get(model_name)
        return Finding(
            "document_corrected",
            (getattr(model, "_sealed_line_model", None) if line_id else None) or model_name,
            line_id or row["res_id"],
            row["res_name"],
            field,
            as_text(before),
            as_text(after),
            chain=row["chain"],
            link=row["number"],
            operator=row["user_name"] or "",
            date=row["date"],
            reason=reason,
            told=severity,
        )

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


def _is_copy_of(row, last) -> bool:
    """Tell whether the first link of the chain of a copy names the last one of the original."""
    try:
        original = json.loads(row["content"])["original"]
        named = original["number"], original["hash"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return False
    return named == ((last["number"], last["hash"]) if last else (0, ORIGIN))


def _is_signed_elsewhere(row, last) -> bool:
    """Tell whether a link names another database than the one before, and no person said so."""
    return (
        min(row["algorithm"], last["algorithm"]) >= PLACED
        and row["database"] != last["database"]
        and row["kind"] not in (MOVED, COPIED)
    )


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
        database=row["database"] or "",
    ).fingerprint()


def as_text(value) -> str:
    """Return a JSON value as a person reads it."""
    if isinstance(value, str) or value is None:
        return value or ""
    try:
        return dumps(value)
    except ValueError:  # no number, in an altered seal
        return str(value)
