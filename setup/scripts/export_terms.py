"""Run in an Odoo shell: export the terms of each addon into a file of its own.

Not all at once: the name of a record that several addons have, such as a field that one of them
extends, would be a term of the last of them alone.

Wants ``NAMES``, those of the addons, and ``FOLDER``.
"""

from pathlib import Path

from odoo.tools.translate import trans_export

for addon in NAMES:  # noqa: F821
    with (Path(FOLDER) / f"{addon}.pot").open("wb") as target:  # noqa: F821
        trans_export(None, [addon], target, "po", env)  # noqa: F821
