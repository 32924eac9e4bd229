"""Base of the tests of every Koban addon: a French company, profiles, API calls, snapshots."""

from collections.abc import Callable
from contextlib import contextmanager, suppress

import psycopg2
from odoo import SUPERUSER_ID
from odoo.exceptions import UserError, ValidationError
from odoo.modules.migration import load_script
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL, file_path, mute_logger

from odoo.addons.koban_guard.exceptions import DocumentError

# Codes that only constraints raise.
CONSTRAINTS = {
    "article_minimum_price", "article_price_sides", "company_number", "contract_currency",
    "contract_line", "contract_line_dates", "contract_overlap", "contract_reading",
    "contract_suspension_overlap", "contract_tiers", "ecotax_article", "ecotax_rate",
    "exception_incomplete", "grouping_options", "index_period", "index_successor",
    "mention_categories", "mention_text", "model_color", "model_conditions", "opened_field",
    "opened_field_module", "opened_field_printed", "opened_field_sealed", "order_below_minimum",
    "price_condition",
}  # fmt: skip


class Masters:
    """Records that every test class may use, known by an external id ``koban_test.<name>``.

    ``find_masters(env)`` of each addon's ``tests/common.py`` finds them, and makes what the
    database lacks. ``make_masters(env)`` makes those too that only some classes use: run once on
    a template database, it leaves the set-up of the classes a few look-ups. A test may change
    them: its transaction is rolled back.
    """

    MODULE = "koban_test"

    def __init__(self, env):
        # As the tests do: the superuser, whatever the language of who asks.
        self.env = env(user=SUPERUSER_ID, su=True, context={})
        data = self.env["ir.model.data"].search([("module", "=", self.MODULE)])
        self.known = {item.name: (item.model, item.res_id) for item in data}
        self.made = []

    def __getitem__(self, name):
        model, id_ = self.known[name]
        return self.env[model].browse(id_)

    def find_or_make(self, name: str, make: Callable):
        """Return the record of a name, made by a function where the database has none."""
        if name not in self.known:
            record = make()
            self.known[name] = (record._name, record.id)
            self.made.append({"name": name, "model": record._name, "res_id": record.id})
        return self[name]

    def find_or_create(self, name: str, model: str, /, **values):
        """Return the record of a name, created with these values where the database has none."""
        return self.find_or_make(name, lambda: self.env[model].create(values))

    def find_or_make_user(self, login: str, groups: str, /, **values):
        """Return the person of a login, made with these groups where the database has none."""
        return self.find_or_make(login, lambda: make_user(self.env, login, groups, **values))

    def save(self) -> "Masters":
        """Give what was made its external ids."""
        self.env["ir.model.data"].create(
            [{"module": self.MODULE, "noupdate": True, **values} for values in self.made]
        )
        self.made = []
        return self


def find_masters(env) -> Masters:
    """Have the main company French, its guard on."""
    masters = Masters(env)
    france = masters.env.ref("base.fr")
    company = masters.env.company
    if company.account_fiscal_country_id != france:
        company.country_id = france
        company.account_fiscal_country_id = france
    set_values(company, document_guard=True)
    return masters


def set_values(record, **values) -> None:
    """Write the values that differ from the stored ones: most often none."""
    changed = {name: value for name, value in values.items() if record[name] != value}
    if changed:
        record.write(changed)


def make_user(env, login, groups, **values):
    """Create a person with these groups (XML ids divided by commas), without inviting them."""
    groups = f"base.group_user,{groups}" if groups else "base.group_user"
    context = {"no_reset_password": True}
    return new_test_user(env, login, groups, context=context, **values).with_env(env)


class DocumentCase(TransactionCase):
    """The main company of the database, French, its guard on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        find_masters(cls.env)
        cls.company = cls.env.company
        cls.france = cls.env.ref("base.fr")

    @classmethod
    def make_user(cls, login, groups, **values):
        """Have a person with these groups (XML ids divided by commas) and nothing else."""
        user = cls.env["res.users"].search([("login", "=", login)])
        if not user:
            return make_user(cls.env, login, groups, **values)
        names = ["base.group_user", *(name.strip() for name in groups.split(",") if name)]
        wanted = cls.env["res.groups"].union(*map(cls.env.ref, names))
        if user.group_ids != wanted:
            user.group_ids = wanted
        set_values(user, **values)
        return user

    @classmethod
    def install_language(cls, code):
        """Have a language installed as an administrator does."""
        language = cls.env["res.lang"].with_context(active_test=False).search([("code", "=", code)])
        if not language.active:
            cls.env["base.language.install"].create({"lang_ids": language.ids}).lang_install()

    @classmethod
    def make_company(cls, name, country="base.fr", **values):
        """Create a company of a country, without chart of accounts."""
        country = cls.env.ref(country)
        return cls.env["res.company"].create(
            {
                "name": name,
                "country_id": country.id,
                "account_fiscal_country_id": country.id,
                **values,
            }
        )

    @classmethod
    def set_guard(cls, enabled, company=None):
        """Switch the guard as if it had always been so, which the settings refuse."""
        company = company or cls.company
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE res_company SET document_guard = %s WHERE id = %s", [enabled, company.id]
        )
        cls.env.invalidate_all()

    def run_migration(self, addon, script, version):
        """Run a migration script as an upgrade from an older version does."""
        path = file_path(f"{addon}/migrations/{script}.py")
        load_script(path, "koban_migration").migrate(self.env.cr, version)
        self.env.invalidate_all()

    def count_queries(self, function, *args):
        """Return how many queries a call costs, nothing being in cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    # ------------------------------------------------------------------
    # Calls from outside
    # ------------------------------------------------------------------
    def rpc(self, user, records, method, *args, **kwargs):
        """Call a public method as the web client and XML-RPC do, then end the request.

        :param user: who calls; ``None`` for the superuser
        :param records: records, or an empty recordset for a method of the model
        """
        env = self.env(user=user.id if user else SUPERUSER_ID, su=False, context={})
        target = env[records._name]
        arguments = list(args)
        if not getattr(getattr(target, method), "_api_model", False):
            arguments.insert(0, records.ids)
        result = call_kw(target, method, arguments, kwargs)
        self.env.flush_all()
        return result

    def refusal(self, code, function, *args, **kwargs):
        """Return the refusal of a call, which must carry the code.

        No savepoint protects the database: what a refused call did stays visible.
        """
        try:
            function(*args, **kwargs)
        except DocumentError as error:
            self.check_code(error, code)
            self.assertEqual(error.context["code"], code)
            self.assertIn(f"[{code}]", str(error))
            return error
        return self.fail(f"not refused: {args} {kwargs}")

    @contextmanager
    def assert_refused(self, code="document_validated"):
        """The block is refused with the code, and rolled back."""
        with self.assertRaises(DocumentError) as caught:
            yield caught
        self.check_code(caught.exception, code)

    def check_code(self, error, code):
        """Check the code of a refusal; a value that cannot be is refused as the host does."""
        self.assertEqual(error.code, code, str(error))
        if code in CONSTRAINTS:
            self.assertIsInstance(error, ValidationError)

    def check_undeletable(self, record):
        """The record cannot be deleted: refused by the guard, the host or the database."""
        before = record.exists()
        refused = suppress(UserError, psycopg2.IntegrityError)
        with refused, mute_logger("odoo.sql_db"), self.cr.savepoint():
            record.unlink()
        self.env.invalidate_all()
        self.assertEqual(record.exists(), before)

    @contextmanager
    def undone(self):
        """Roll back what the block does."""
        savepoint = self.env.cr.savepoint(flush=True)
        try:
            yield
            self.env.flush_all()
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)

    # ------------------------------------------------------------------
    # What the database holds
    # ------------------------------------------------------------------
    def row(self, record, ignored=()):
        """Return every column of one record, and its many2many rows, as stored."""
        self.env.flush_all()
        rows = self._select(record._table, "id", record.id)
        for field in record._fields.values():
            if field.store and field.type == "many2many" and field.name not in ignored:
                rows.append(field.name)
                rows += sorted(map(str, self._select(field.relation, field.column1, record.id)))
        return rows

    def _select(self, table, column, value):
        query = SQL(
            "SELECT to_jsonb(t) FROM %s t WHERE t.%s = %s ORDER BY 1",
            SQL.identifier(table),
            SQL.identifier(column),
            value,
        )
        self.env.cr.execute(query)
        return [row[0] for row in self.env.cr.fetchall()]

    def photo(self, *documents, ignored=()):
        """Return all that is stored of documents and of their lines."""
        self.env.flush_all()
        stored = []
        for document in (record for records in documents for record in records):
            stored += self.row(document, ignored)
            for name in document._get_line_fields()[:1]:
                field = document._fields[name]
                lines = self.env[field.comodel_name].sudo().with_context(active_test=False)
                for line in lines.search([(field.inverse_name, "=", document.id)], order="id"):
                    stored += self.row(line, ignored)
        return stored

    @contextmanager
    def unchanged(self, *documents, ignored=()):
        """The block leaves the documents and their lines as stored."""
        before = self.photo(*documents, ignored=ignored)
        yield
        self.assert_same_rows(self.photo(*documents, ignored=ignored), before, ignored)

    def assert_same_rows(self, after, before, ignored=()):
        """Compare what is stored, and name the columns that differ."""
        if after == before:
            return
        self.assertEqual(len(after), len(before), "rows came or went")
        for new, old in zip(after, before, strict=True):
            if isinstance(new, dict):
                changed = {
                    key: (old.get(key), new[key])
                    for key in new
                    if new[key] != old.get(key) and key not in ignored
                }
                self.assertFalse(changed, f"stored values changed (old, new), id {old.get('id')}")
            else:
                self.assertEqual(new, old)
