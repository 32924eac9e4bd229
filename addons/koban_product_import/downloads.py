"""Files that are downloaded: the refused rows, to be corrected, and the template."""

import base64

from .tools import columns, files


def make_refused(one) -> bytes:
    """Return the refused rows of an import as they came, with numbers and reasons, in base64."""
    labels = one._get_labels()
    head = [columns.ROW_HEAD, *labels.values(), columns.REASON_HEAD]
    lines = [
        [
            str(row.number),
            *((row.texts or {}).get(name, "") for name in labels),
            row.reasons.replace("\n", " "),
        ]
        for row in one.row_ids.filtered(lambda row: row.state == "refused")
    ]
    return base64.b64encode(files.make_workbook({"Refus": [head, *lines]}))


def make_template(listed: list[columns.Column]) -> bytes:
    """Return an empty file with the columns in French, and a sheet that explains them."""
    every = [[one.label, one.example, ", ".join(one.heads)] for one in listed]
    sheets = {
        "Articles": [[one.label for one in listed if one.is_offered]],
        "Aide": [["Colonne", "Exemple", "Autres intitulés reconnus"], *every],
    }
    return base64.b64encode(files.make_workbook(sheets))
