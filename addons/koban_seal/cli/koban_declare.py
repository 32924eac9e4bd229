import sys

import odoo.tools.config
from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry


class KobanDeclare(Command):
    """Say whether a database that was copied, restored or moved is the original or a copy."""

    name = "koban_declare"

    def run(self, args):
        chosen = self.parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument("--moved", action="store_true", help="this is the original, moved")
        chosen.add_argument("--copy", action="store_true", help="this is a copy")
        self.parser.add_argument("--reason", default="", help="read by the auditor")
        asked, others = self.parser.parse_known_args(args)
        odoo.tools.config.parse_config([*others, "--no-http"], setup_logging=True)
        names = odoo.tools.config["db_name"]
        if len(names) != 1:
            sys.exit("Name one database: koban_declare -d DATABASE --moved --reason TEXT")
        registry = Registry(names[0])
        with registry.cursor() as cr:
            databases = api.Environment(cr, SUPERUSER_ID, {})["koban.database"]
            declare = databases.declare_copy if asked.copy else databases.declare_moved
            try:
                sys.stdout.write(f"{declare(asked.reason)}\n")
                cr.commit()
            except UserError as error:
                sys.exit(str(error))
        # A server that runs knows a copy by its caches.
        registry.signal_changes()
