"""Makes the file of an archive: reads the database by pieces, and writes files as it goes."""

import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from odoo.modules import Manifest
from odoo.tools import SQL

from odoo.addons.koban_seal.models.koban_event import SEAL_KINDS
from odoo.addons.koban_seal.tools.canonical import dumps
from odoo.addons.koban_seal.tools.database import identify
from odoo.addons.koban_seal.tools.seal_reader import SealReader
from odoo.addons.koban_seal.tools.signing import get_signer

from . import archive_words as words
from .archive_names import Names
from .data_files import Column, DataSet
from .zip_stream import PIECE, ZipStream, read_pieces

BATCH = 500
# Sealed fields that have no column.
LEFT_OUT = {"name", "is_test", "test_validated_on", "test_operator_id"}
UNSEALED = (None, None, {})
NUMBERS = {"integer", "float", "monetary"}
DATES = {"date", "datetime"}


class ArchiveBuilder:
    """Makes one archive.

    The caller's transaction must see one state of the database from beginning to end, as
    those of Odoo do.

    :param archive: record of ``koban.archive``
    :param folder: where files are made, empty
    :param progress: told how many documents are done, of how many
    """

    def __init__(self, archive, folder: str, progress: Callable[[int, int], None]):
        self.archive, self.folder, self.progress = archive, folder, progress
        self.env = archive.sudo().env  # an archive holds what all users made
        if self.env["res.lang"]._get_data(code="fr_FR"):
            self.env = self.env(context={**self.env.context, "lang": "fr_FR"})
        self.company = archive.company_id
        self.date_from, self.date_to = archive.date_from, archive.date_to
        self.data_sets: list[DataSet] = []
        self.documents: list[dict] = []
        self.totals: dict[str, dict] = {}
        # Numbers of the links that the chain of the archive must reach.
        self.links: list[int] = []
        self.missing = self.done = self.cursors = 0
        self.reader = SealReader(self.env)
        # Model and field of what only the seals still hold.
        self.gone: set[tuple[str, str]] = set()

    def build(self, path: str) -> dict:
        """Make the zip.

        :param path: of the file to make
        :return: counts, key, sha256 and sha1 of the file, size
        """
        self.made_on = datetime.utcnow().replace(microsecond=0)
        self.signer = get_signer(self.env)
        here = identify(self.env)
        self.database = {"identity": here.code, "name": here.name}
        with open(path, "wb") as handle, ZipStream(handle, self.made_on) as self.zip:
            self._write_data()
            self._write_package()
        return {
            **_hash_twice(path),
            "size": os.path.getsize(path),
            "key": self.signer.key_id,
            "documents": sum(item["rows"] for item in self.documents),
            "events": sum(item["count"] for item in self.chains.values()),
            "originals": self.original_set.rows,
            "missing": self.missing,
        }

    # ------------------------------------------------------------------
    # Data
    # ------------------------------------------------------------------
    def _write_data(self):
        self.name_set = self._open("referentiel", words.NAME_COLUMNS, "Noms des objets cités.")
        self.names = Names(self.env, self.company, self.name_set)
        self.original_set = self._open(
            "originaux", words.ORIGINAL_COLUMNS, "Originaux de la période, et leur empreinte."
        )
        models = [
            model.with_env(self.env) for model in self.archive._get_archived_models(self.company)
        ]
        self.total = sum(self.archive._count_documents(model) for model in models)
        for model in models:
            self._write_documents(model)
        self._write_closings()
        self._write_events()
        for data_set in self.data_sets:
            data_set.close()

    def _open(self, name, columns, title) -> DataSet:
        writers = self.archive._get_writers()
        data_set = DataSet(self.folder, name, columns, title, writers)
        self.data_sets.append(data_set)
        return data_set

    def _fetch(self, query) -> Iterator[list[tuple]]:
        """Yield the rows of a query by batches, through a cursor of the server."""
        self.cursors += 1
        name = SQL.identifier(f"koban_archive_{self.cursors}")
        cr = self.env.cr
        cr.execute(SQL("DECLARE %s NO SCROLL CURSOR FOR %s", name, query))
        while True:
            cr.execute(SQL("FETCH FORWARD %s FROM %s", BATCH, name))
            rows = cr.fetchall()
            if not rows:
                break
            yield rows
        cr.execute(SQL("CLOSE %s", name))

    def _write_documents(self, model):
        stem = model._get_archive_name()
        data_sets = self._open_documents(model, stem)
        totals = defaultdict(Decimal)
        query = SQL(
            "SELECT d.id FROM %s d WHERE %s ORDER BY d.id",
            SQL.identifier(model._table),
            self.archive._get_condition(model),
        )
        for rows in self._fetch(query):
            self._write_batch(model, [id_ for (id_,) in rows], data_sets, totals)
            self.done += len(rows)
            self.progress(self.done, self.total)
        self.documents.append(
            {
                "model": model._name,
                "file": f"donnees/{stem}.jsonl",
                "dates": list(model._archive_dates),
                # The period in the words of these dates; moments are in UTC.
                "span": [value.isoformat() for value in self.archive._get_span(model)],
                "rows": data_sets[0].rows,
            }
        )
        self.totals[stem] = self._show_totals(model, totals)

    def _open_documents(self, model, stem) -> tuple[DataSet, DataSet | None, DataSet | None]:
        """Return the files of the documents of a model, of their lines and of their taxes."""
        taken = {column.name for column in words.DOCUMENT_COLUMNS + words.PARTY_COLUMNS}
        # The name is the number above; documents in TEST are in no archive.
        names = ("id", *(name for name in model._get_sealed_fields() if name not in LEFT_OUT))
        columns = [
            *words.DOCUMENT_COLUMNS,
            *words.PARTY_COLUMNS,
            *(self._get_column(model, name, taken) for name in names),
        ]
        main = self._open(stem, columns, model._get_archive_title())
        if not model._sealed_line_model:
            return main, None, None
        line_model = self.env[model._sealed_line_model]
        taken, names = {"Document"}, ("id", *model._get_sealed_line_fields())
        line_columns = [
            *words.LINE_COLUMNS,
            *(self._get_column(line_model, name, taken) for name in names),
        ]
        lines = self._open(f"{stem}_lignes", line_columns, "Lignes de ces documents.")
        taxes = self._open(f"{stem}_taxes", words.TAX_COLUMNS, "Taxes de ces documents.")
        return main, lines, taxes

    def _show_totals(self, model, totals) -> dict:
        """Return the totals of the manifest; of each currency, where documents have theirs."""
        if not model._archive_currency:
            return {name: str(totals[name, None]) for name in model._archive_totals}
        shown = {name: {} for name in model._archive_totals}
        for (name, currency), total in totals.items():
            shown[name][self.env["res.currency"].browse(currency).name] = str(total)
        return shown

    def _get_column(self, model, name, taken) -> Column:
        field = model._fields.get(name)
        kind = "number" if name == "id" or field.type in NUMBERS else "text"
        kind = "date" if field.type in DATES else kind
        return words.get_field_column(name, kind, name, taken)

    def _write_batch(self, model, ids, data_sets, totals):
        main, lines, taxes = data_sets
        seals = self._read_seals(model, ids)
        contents = self._read_contents(model, ids, seals)
        rows = [content["document"] for content in contents.values()]
        self.names.read_relations(model, rows)
        if lines:
            line_model = self.env[model._sealed_line_model]
            # What was sealed before its lines were covered has none.
            line_rows = [line for content in contents.values() for line in content.get("lines", ())]
            self.names.read_relations(line_model, line_rows)
            self.names.read_taxes(model, line_rows)
        numbers = {}
        for id_, content in contents.items():
            document, (seal, first, notes) = content["document"], seals.get(id_, UNSEALED)[:3]
            number = numbers[id_] = document.get("name") or f"{model._name} {id_}"
            self.links += [link for link in (seal, first) if link]
            head = {"number": number, "seal": seal, "first_seal": first}
            parties = notes.get("billed") or notes.get("partner") or {}
            shown = {f"partner.{name}": value for name, value in parties.items()}
            main.add(
                {**head, **shown, **self.names.show(model, document)},
                {**head, "id": id_, "content": content, "parties": notes},
            )
            for name in model._archive_totals:
                currency = document.get(model._archive_currency)
                totals[name, currency] += Decimal(document.get(name) or 0)
            for line in content.get("lines", ()) if lines else ():
                lines.add({"document": number, **self.names.show(line_model, line)})
                self._write_taxes(taxes, model, number, line)
        self.links += self._read_witnesses(model, ids)
        # Not more links than needed in memory.
        self.links = [min(self.links), max(self.links)] if self.links else []
        self._write_originals(model, ids, numbers)

    def _read_contents(self, model, ids, seals) -> dict[int, dict]:
        """Return documents as they are, each with what its last seal covers.

        What the database has no more is taken from the seal.
        """
        contents = {}
        for batch in self.reader.iter_batches(model._name, {id_: seals[id_][3:] for id_ in seals}):
            self.gone |= {(gap.model, gap.field) for gap in batch.gaps}
            contents |= {id_: batch.complete(id_) for id_ in batch.contents or ()}
        contents |= model._get_sealed_content([id_ for id_ in ids if id_ not in contents])
        return {id_: contents[id_] for id_ in ids if id_ in contents}

    def _read_seals(self, model, ids) -> dict[int, tuple]:
        """Return of documents the last seal, the first, the last notes, algorithm and content."""
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT ON (res_id) res_id, number, "
                "min(number) OVER (PARTITION BY res_id), notes, algorithm, content "
                "FROM koban_event "
                "WHERE res_model = %s AND res_id = ANY(%s) AND kind IN %s AND chain = 'main' "
                "ORDER BY res_id, number DESC",
                model._name,
                ids,
                SEAL_KINDS,
            )
        )
        return {
            id_: (last, first, json.loads(notes or "{}"), algorithm, content)
            for id_, last, first, notes, algorithm, content in self.env.cr.fetchall()
        }

    def _read_witnesses(self, model, ids) -> list[int]:
        """Return the first and the last of the links that tell which files were issued.

        Of each file the first link that holds its SHA-256: duplicates may go on for years.
        """
        condition = SQL(
            "e.company_id = %s AND e.chain = 'main' AND e.res_model = %s AND e.res_id = ANY(%s)",
            self.company.id,
            model._name,
            ids,
        )
        self.env.cr.execute(
            SQL(
                "SELECT min(number), max(number) FROM (SELECT min(number) AS number FROM (%s) w "
                "GROUP BY res_id, paper) first",
                self.env["koban.issued.document"]._get_witnesses(condition),
            )
        )
        return [number for number in self.env.cr.fetchone() if number]

    def _write_taxes(self, taxes, model, number, line):
        head = {"document": number, "line": line["id"]}
        if line.get("tax_line_id"):
            tax = line["tax_line_id"]
            taxes.add(
                {
                    **head,
                    "tax": self.names.get("account.tax", tax),
                    "base": line.get("tax_base_amount"),
                    "amount": line.get("amount_currency"),
                }
            )
            return
        for tax, kind, rate in line.get(model._sealed_tax_field) or ():
            taxes.add(
                {
                    **head,
                    "tax": self.names.get("account.tax", tax),
                    "type": kind,
                    "rate": rate,
                    "base": line.get("price_subtotal"),
                }
            )

    # ------------------------------------------------------------------
    # Originals
    # ------------------------------------------------------------------
    def _write_originals(self, model, ids, numbers):
        for original in self.archive._get_originals(model, ids):
            number = numbers.get(original["res_id"], "")
            safe = re.sub(r"[^\w.-]+", "-", original["file_name"] or number)
            stem = model._get_archive_name()
            path = f"originaux/{stem}/{original['res_id']}-{original['paper']}-{safe}"
            pieces = self._open_original(original)
            digest, size = self.zip.add(path, pieces, original["size"] or 0) if pieces else ("", 0)
            if not pieces:
                self.missing += 1
            self.original_set.add(
                {
                    "path": path,
                    "model": model._name,
                    "id": original["res_id"],
                    "name": number,
                    "paper": original["paper"],
                    "date": original["date"] and original["date"].isoformat(),
                    "size": size,
                    # As issued; a file changed since is found by the verifier.
                    "sha256": original["sha256"] or digest,
                    "present": bool(pieces),
                }
            )

    def _open_original(self, original):
        """Return the pieces of a file, or nothing when it is not there."""
        if original["kept"] is not None:
            return [bytes(original["kept"])]
        path = original["path"] and self.env["ir.attachment"]._full_path(original["path"])
        return _read_file(path) if path and os.access(path, os.R_OK) else None

    # ------------------------------------------------------------------
    # Closings, events
    # ------------------------------------------------------------------
    def _write_closings(self):
        title = "Clôtures de la période, telles que scellées."
        main = self._open("clotures", words.CLOSING_COLUMNS, title)
        parts = {
            key: self._open(f"clotures_{name}", columns, "Détail des clôtures.")
            for key, (name, columns) in words.CLOSING_PARTS.items()
        }
        closings = self.env["koban.closing"].search(
            [
                ("company_id", "=", self.company.id),
                ("date_to", ">=", self.date_from),
                ("date_from", "<=", self.date_to),
            ],
            order="number",
        )
        seals = self._read_seals(closings, closings.ids)
        contents = self._read_contents(closings, closings.ids, seals)
        self.names.read_relations(closings, [item["document"] for item in contents.values()])
        for closing in closings:
            content, (seal, first, notes) = (
                contents[closing.id],
                seals.get(closing.id, UNSEALED)[:3],
            )
            document = content["document"]
            self.links += [number for number in (seal, first) if number]
            main.add(
                {"seal": seal, **self.names.show(closings, document)},
                {"id": closing.id, "seal": seal, "content": content, "parties": notes},
            )
            for key, data_set in parts.items():
                for row in document.get(key, ()):
                    data_set.add({"closing": document["number"], **row})

    def _write_events(self):
        """Write the part of the chains that holds the period and the seals of its documents."""
        data_set = self._open(
            "evenements", words.EVENT_COLUMNS, "Journal des événements : la chaîne scellée."
        )
        self.chains = {}
        for chain, reached in (("main", self.links), ("test", [])):
            first, last = self._get_span(chain, reached)
            if first and chain == "main":
                last = self._get_corrected_until(first, last)
            if first:
                self._write_chain(data_set, chain, first, last)

    def _get_span(self, chain, reached) -> tuple[int | None, int | None]:
        self.env.cr.execute(
            SQL(
                "SELECT min(number), max(number) FROM koban_event WHERE company_id = %s "
                "AND chain = %s AND date >= %s AND date < %s",
                self.company.id,
                chain,
                self.company._get_midnight(self.date_from),
                self.company._get_midnight(self.date_to + timedelta(days=1)),
            )
        )
        numbers = [number for number in (*self.env.cr.fetchone(), *reached) if number]
        return (min(numbers), max(numbers)) if numbers else (None, None)

    def _get_corrected_until(self, first, last) -> int:
        """Return the link up to which the main chain tells why payments are not in the archive.

        One taken back or dated anew is sealed again, maybe after the period; what comes in with
        that seal may have been taken back still later. Payments of other periods are not asked
        for: from one to the next they could lead to the end of the chain.

        :param first: number of the first link
        :param last: number of the last link without them
        """
        while True:
            self.env.cr.execute(self._get_corrections_query(first, last))
            (reached,) = self.env.cr.fetchone()
            if not reached:
                return last
            first, last = last + 1, reached

    def _get_corrections_query(self, first, last) -> SQL:
        return SQL(
            # By a pattern: an altered content may be no JSON any more.
            r"""
            SELECT max(later.number)
              FROM koban_event seal
              JOIN koban_event later ON later.company_id = seal.company_id
                   AND later.chain = seal.chain AND later.res_model = seal.res_model
                   AND later.res_id = seal.res_id
             WHERE seal.company_id = %(company)s AND seal.chain = 'main'
                   AND seal.number BETWEEN %(first)s AND %(last)s
                   AND seal.res_model = 'account.payment' AND seal.kind IN %(kinds)s
                   AND substring(seal.content FROM '"date":"(\d{4}-\d\d-\d\d)"')
                       BETWEEN %(date_from)s AND %(date_to)s
                   AND later.number > %(last)s AND later.kind IN %(kinds)s
            """,
            company=self.company.id,
            first=first,
            last=last,
            kinds=SEAL_KINDS,
            date_from=self.date_from.isoformat(),
            date_to=self.date_to.isoformat(),
        )

    def _write_chain(self, data_set, chain, first, last):
        row, count = None, 0
        for rows in self._fetch(self._get_events_query(chain, first, last)):
            for values in rows:
                row = dict(zip(EVENT_KEYS, values, strict=True))
                row["date"] = row["date"].isoformat()
                data_set.add(row)
                count += 1
        self.chains[chain] = {"first": first, "last": last, "count": count, "hash": row["hash"]}

    def _get_events_query(self, chain, first, last) -> SQL:
        return SQL(
            """
            SELECT e.chain, e.company_id, e.number, e.date, e.kind, e.user_id,
                   coalesce(e.user_name, ''), coalesce(e.res_model, ''), coalesce(e.res_id, 0),
                   coalesce(e.res_name, ''), e.content, e.notes, e.algorithm,
                   coalesce(e.previous_hash, ''),
                   CASE WHEN e.kind = 'copied' THEN '' ELSE coalesce(before.signature, '') END,
                   e.key_id, e.hash, e.signature, coalesce(e.database, '')
              FROM koban_event e
         LEFT JOIN koban_event before ON before.company_id = e.company_id
                   AND before.chain = e.chain AND before.number = e.number - 1
             WHERE e.company_id = %s AND e.chain = %s AND e.number BETWEEN %s AND %s
          ORDER BY e.number
            """,
            self.company.id,
            chain,
            first,
            last,
        )

    # ------------------------------------------------------------------
    # The package
    # ------------------------------------------------------------------
    def _write_package(self):
        """Put data, notice, keys and verifier into the zip, then sign the list of them."""
        self.files = {}
        for data_set in self.data_sets:
            for writer in data_set.writers:
                size = os.path.getsize(writer.path)
                name = f"donnees/{writer.file_name}"
                self._add(name, _read_file(writer.path), size, writer.rows)
                os.unlink(writer.path)
        self.env.cr.execute("SELECT key_id, public_key FROM koban_signing_key ORDER BY id")
        for key_id, public_key in self.env.cr.fetchall():
            self._add(f"cles/{key_id}.pem", [public_key.encode()])
        source = os.path.join(os.path.dirname(__file__), "verifier.py")
        self._add("verifier.py", _read_file(source))
        notice = words.write_notice(self._get_facts(), self.data_sets)
        # With a mark and line ends that every editor of texts reads.
        self._add("LISEZMOI.txt", [notice.replace("\n", "\r\n").encode("utf-8-sig")])
        manifest = json.dumps(self._prepare_manifest(), ensure_ascii=False, indent=1)
        signature = {
            "algorithm": "Ed25519",
            "key": self.signer.key_id,
            "signature": self.signer.sign(manifest),
        }
        self.zip.add("manifest.json", [manifest.encode()])
        self.zip.add("manifest.sig", [dumps(signature).encode()])

    def _add(self, name, pieces, size=0, rows=None):
        digest, size = self.zip.add(name, pieces, size)
        self.files[name] = {"sha256": digest, "size": size}
        if rows is not None:
            self.files[name]["rows"] = rows

    def _get_facts(self) -> dict[str, str]:
        return {
            "company": self.company.name,
            "date_from": f"{self.date_from:%d/%m/%Y}",
            "date_to": f"{self.date_to:%d/%m/%Y}",
            "made_on": f"{self.made_on:%d/%m/%Y %H:%M}",
            "made_by": self.archive.user_id.name,
            "key": self.signer.key_id,
            "copy": words.COPY if self.env["koban.database"]._is_copy() else "",
        }

    def _prepare_manifest(self) -> dict:
        modules = self.env["koban.attestation"]._get_modules()
        return {
            "format": "koban-archive",
            "version": 1,
            "company": {
                "id": self.company.id,
                "name": self.company.name,
                "registry": self.company.company_registry or "",
                "vat": self.company.vat or "",
                "currency": self.company.currency_id.name,
            },
            "period": {
                "from": self.date_from.isoformat(),
                "to": self.date_to.isoformat(),
            },
            "made": {
                "on": self.made_on.isoformat(),
                "by": self.archive.user_id.name,
                "host": Manifest.for_addon("base").version,
                "versions": {name: version for name, (_path, version) in modules.items()},
            },
            "database": {**self.database, "copy": self.env["koban.database"]._is_copy()},
            "key": self.signer.key_id,
            "documents": self.documents,
            "closings": "donnees/clotures.jsonl",
            "originals": {
                "file": "donnees/originaux.jsonl",
                "count": self.original_set.rows,
                "missing": self.missing,
            },
            "events": {"file": "donnees/evenements.jsonl", "chains": self.chains},
            "gone": [f"{model}.{field}".rstrip(".") for model, field in sorted(self.gone)],
            "totals": self.totals,
            "files": self.files,
        }


# Of the columns of ``_get_events_query``; the names of a link, see tools/chain.py of koban_seal.
EVENT_KEYS = (
    "chain", "company", "number", "date", "kind", "user", "user_name", "model", "record", "label",
    "content", "notes", "algorithm", "previous", "previous_signature", "key", "hash", "signature",
    "database",
)  # fmt: skip


def _read_file(path) -> Iterator[bytes]:
    with open(path, "rb") as handle:
        yield from read_pieces(handle)


def _hash_twice(path) -> dict[str, str]:
    """Return the SHA-256 of a file, and the SHA-1 by which the host stores it."""
    sha256, sha1 = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
    with open(path, "rb") as handle:
        while piece := handle.read(PIECE):
            sha256.update(piece)
            sha1.update(piece)
    return {"sha256": sha256.hexdigest(), "sha1": sha1.hexdigest()}
