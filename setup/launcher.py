"""Start Odoo: run by the environment's Python as ``odoo-bin`` is.

KOBAN_HOST_PATH names the folder that holds the package ``odoo``.
"""

import os
import sys


def main() -> None:
    """Call Odoo's command line with the arguments of this script."""
    # The folder of this script must not offer its modules as top-level ones.
    sys.path[0] = os.environ["KOBAN_HOST_PATH"]
    import odoo.cli  # noqa: PLC0415

    odoo.cli.main()


if __name__ == "__main__":
    main()
