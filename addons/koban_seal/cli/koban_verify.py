import json
import sys

import odoo.tools.config
from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry


class KobanVerify(Command):
    """Verify the seals and the journal of each company of a database.

    Prints one JSON answer a line, and ends with status 1 if something does not hold.
    """

    name = "koban_verify"

    def run(self, args):
        odoo.tools.config.parser.prog = self.prog
        odoo.tools.config.parse_config([*args, "--no-http"], setup_logging=True)
        names = odoo.tools.config["db_name"]
        if len(names) != 1:
            sys.exit("Name one database: koban_verify -d DATABASE")
        with Registry(names[0]).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            companies = env["koban.verification"]._get_verified_companies()
            # Without a protected company there is nothing to verify: no ids would mean its own.
            answers = companies and env["koban.verification"].verify(companies.ids)
        for answer in answers:
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.exit(int(any(answer["state"] == "broken" for answer in answers)))
