"""The columns of a file of articles: those that there are, and those that it has."""

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking

from .known_names import find_labels, list_data_columns
from .messages import describe_columns
from .tools import columns, files


def list_columns(env) -> list[columns.Column]:
    """Return every column that a file may have.

    Fields of other addons join in where they are there: their labels are theirs.
    """
    template = env["product.template"]
    flags = [column for column in columns.OTHER_FLAGS if column.name in template._fields]
    listed = [*columns.COLUMNS, *flags, *list_data_columns(env)]
    languages = [code for code, _name in env["res.lang"].get_installed()]
    known = [columns.add_heads(one, find_labels(template, one, languages)) for one in listed]
    return columns.set_apart(known)


def match_columns(one, heads) -> list[columns.Column | None]:
    """Find the column of each head of the file of an import, and keep them on it.

    :raise ConstraintError: code ``article_import_columns``, with every reason
    """
    found, faults = columns.match(heads, list_columns(one.env))
    if one.ignores_unknown:
        faults = [fault for fault in faults if fault[0] != columns.UNKNOWN]
    _refuse(one, faults)
    encoding, separator = files.describe(one._get_content())
    one.sudo().write(  # what the import itself keeps
        {
            "column_names": [column.name if column else False for column in found],
            "heads": heads,
            "format": f"CSV, {files.ENCODINGS[encoding]}, {separator!r}" if encoding else "XLSX",
        }
    )
    return found


def check_columns(one) -> None:
    """Refuse to go on where own data of the file were renamed or archived after its check.

    :raise ConstraintError: code ``article_import_columns``, with every such column
    """
    known = {column.name for column in list_columns(one.env)}
    gone = [head for name, head in one._get_labels().items() if name not in known]
    _refuse(one, [(columns.GONE, head) for head in gone])


def get_listed(one) -> list[columns.Column]:
    """Return the columns of the file of an import, once it was checked."""
    names = set(one.column_names or [])
    return [column for column in list_columns(one.env) if column.name in names]


def _refuse(one, faults):
    if faults:
        message = describe_columns(speaking(one.env), faults)
        raise ConstraintError(message, "article_import_columns", model=one._name, ids=one.ids)
