"""What a check keeps: the rows of the file with what they would do, and why some are refused."""

from odoo.addons.koban_guard.exceptions import speaking

from .messages import describe_fault


def check_rows(one, reader, batch) -> None:
    """Keep rows of the file with what they would do.

    :param one: the import
    :param reader: an ``ArticleReader`` that makes nothing
    :param batch: pairs of a number and the cells of the row
    """
    rows = []
    for number, cells in batch:
        # A row may be shorter than the head, or longer.
        pairs = zip(one.column_names, cells, strict=False)
        rows.append((number, {name: text for name, text in pairs if name and text}))
    readings = reader.read_rows([row for row in rows if row[1]])
    # Rows and faults are written by the import alone.
    kept = (
        one.env["koban.product.import.row"]
        .sudo()
        .create([_prepare_row(one, reading) for reading in readings])
    )
    keep_faults(
        one,
        (
            (row, fault)
            for row, reading in zip(kept, readings, strict=True)
            for fault in reading.faults
        ),
    )
    one.env.flush_all()
    one.env.invalidate_all()


def _prepare_row(one, reading) -> dict:
    good = "update" if reading.product_id else "new"
    return {
        "import_id": one.id,
        "number": reading.number,
        "code": reading.texts.get("default_code"),
        "name": reading.texts.get("name"),
        "texts": reading.texts,
        "product_id": reading.product_id,
        "state": "refused" if reading.faults else good,
    }


def keep_faults(one, pairs) -> None:
    """Keep why rows of an import are refused.

    :param pairs: a row and a fault
    """
    env = speaking(one.env)
    one.env["koban.product.import.fault"].sudo().create(  # as the rows
        [
            {
                "import_id": one.id,
                "row_id": row.id,
                "number": row.number,
                "column": fault.column,
                "value": fault.value,
                "code": fault.code,
                "reason": describe_fault(env, fault),
            }
            for row, fault in pairs
        ]
    )
