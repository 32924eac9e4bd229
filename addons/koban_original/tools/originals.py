"""Freezes the files of originals.

Functions, no methods: code typed in a client must not choose what a document was issued as.
"""

import hashlib

from odoo import fields
from odoo.tools import SQL

from .issue import ISSUED_MODEL, open_originals


def freeze_originals(env, contents) -> dict[int, str]:
    """Freeze the files of originals.

    :param contents: ``{id of the original: (bytes, name of the file, document, date)}``;
        the date is now unless given
    :return: the SHA-256 of each
    """
    hashes = {key: hashlib.sha256(item[0]).hexdigest() for key, item in contents.items()}
    _attach(env, contents)
    _complete(env, contents, hashes)
    env[ISSUED_MODEL].invalidate_model()
    return hashes


def _attach(env, contents):
    values = [
        {
            "name": name,
            "raw": raw,
            "res_model": ISSUED_MODEL,
            "res_field": "file",
            "res_id": issued_id,
            "company_id": document.sudo().company_id.id,  # as its document
        }
        for issued_id, (raw, name, document, _date) in contents.items()
    ]
    with open_originals(env):
        env["ir.attachment"].sudo().create(values)  # whoever prints


def _complete(env, contents, hashes):
    """Write down what the files are: from now on the originals exist."""
    now = fields.Datetime.now()
    rows = [
        SQL(
            "(%s, %s, %s, %s, %s, %s)",
            issued_id,
            hashes[issued_id],
            len(raw),
            name,
            document._get_text_fingerprint(),
            fields.Datetime.to_string(date or now),
        )
        for issued_id, (raw, name, document, date) in contents.items()
    ]
    env.execute_query(
        SQL(
            """
            UPDATE koban_issued_document AS issued
            SET sha256 = v.sha256, file_size = v.size, file_name = v.name, texts = v.texts,
                date = v.date::timestamp
            FROM (VALUES %s) AS v (id, sha256, size, name, texts, date)
            WHERE issued.id = v.id AND issued.sha256 IS NULL
            RETURNING issued.id
            """,
            SQL(", ").join(rows),
        )
    )
