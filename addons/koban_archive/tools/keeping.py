"""Keeps what an archive became, and what a verification of it said.

Functions, no methods: code typed in a client must not choose the file of an archive, which is moved
from wherever it is on the server, nor what is told of it.
"""

import os
import shutil

from odoo import fields, models

from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_seal.tools.journal import record_event

from ..models.ir_attachment import FIELD
from . import verifier

# A report kept on the archive has so many lines at most.
KEPT_LINES = 50
REMINDER = "mail.mail_activity_data_warning"


def keep(archives, **values):
    """Write on archives: what made or read them changes."""
    with open_pass(archives):
        archives.write(values)


def finish(archive, path, result):
    """Keep the file that was made, with what its own verification says.

    :param path: of the file, which is moved into the filestore
    :param result: as ``ArchiveBuilder.build`` returns it
    """
    report = verifier.verify(path, [result["key"]])
    attachment = _store(archive, path, result)
    company = archive.company_id.company_registry or archive.company_id.id
    keep(
        archive,
        attachment_id=attachment.id,
        file_name=f"archive_{company}_{archive.date_from}_{archive.date_to}.zip",
        file_size=result["size"] / 1e6,
        sha256=result["sha256"],
        key_id=result["key"],
        document_count=result["documents"],
        event_count=result["events"],
        original_count=result["originals"],
        missing_count=result["missing"],
        made_on=fields.Datetime.now(),
        progress=100,
        state="done",
        **archive._prepare_verification(report),
    )
    archive.activity_unlink([REMINDER])
    record_event(archive.env, "archive_made", archive, detail=archive._prepare_event(result))


def _store(archive, path, result):
    """Move the file into the filestore, whatever its size, and return its attachment."""
    Attachment = archive.env["ir.attachment"].sudo()  # its own route gives it out
    sha1 = result["sha1"]
    name = f"{sha1[:2]}/{sha1}"
    target = Attachment._full_path(name)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.move(path, target)
    Attachment._mark_for_gc(name)  # until the transaction is committed
    attachment = Attachment.create(
        {
            "name": "archive.zip",
            "mimetype": "application/zip",
            "res_model": archive._name,
            "res_id": archive.id,
            "res_field": FIELD,
            "company_id": archive.company_id.id,
        }
    )
    # The host's write would want the content in memory.
    models.Model.write(
        attachment, {"store_fname": name, "checksum": sha1, "file_size": result["size"]}
    )
    attachment.flush_recordset()
    return attachment


def record_verification(archives, report, **detail):
    """Record what the verification of an archive said, or of a file from anywhere.

    :param archives: the archive; none for a file
    """
    record_event(
        archives.env,
        "archive_verified",
        archives or None,
        detail={
            "conforms": not report.count,
            "problems": report.problems[:KEPT_LINES],
            **({"sha256": archives.sha256} if archives else {}),
            **detail,
        },
    )
