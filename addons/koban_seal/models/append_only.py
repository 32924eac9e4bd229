from odoo import api, models
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override

TRIGGER = "koban_append_only"


def forbid_changes(cr, table):
    """Make PostgreSQL refuse to change or empty a table, whoever asks.

    :param table: its rows can be added only
    """
    cr.execute(
        SQL(
            """
            CREATE OR REPLACE FUNCTION koban_append_only() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION 'koban: %% is append-only', TG_TABLE_NAME
                    USING ERRCODE = 'raise_exception';
            END $$ LANGUAGE plpgsql
            """
        )
    )
    for name, event, level in (
        (f"{TRIGGER}_row", SQL("UPDATE OR DELETE"), SQL("ROW")),
        (f"{TRIGGER}_all", SQL("TRUNCATE"), SQL("STATEMENT")),
    ):
        cr.execute(
            SQL(
                "CREATE OR REPLACE TRIGGER %s BEFORE %s ON %s FOR EACH %s "
                "EXECUTE FUNCTION koban_append_only()",
                SQL.identifier(name),
                event,
                SQL.identifier(table),
                level,
            )
        )


def allow_changes(cr):
    """Take the triggers away with their function, when their tables are about to go."""
    cr.execute(SQL("DROP FUNCTION IF EXISTS koban_append_only() CASCADE"))


def is_protected(cr, table) -> bool:
    """Tell whether PostgreSQL refuses to change a table at this time."""
    cr.execute(
        SQL(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O' "
            "AND tgname IN %s",
            table,
            (f"{TRIGGER}_row", f"{TRIGGER}_all"),
        )
    )
    return cr.fetchone()[0] == 2


class AppendOnlyMixin(models.AbstractModel):
    """Rows that the ORM adds by its own methods, and neither changes nor deletes."""

    _name = "koban.append.only.mixin"
    _description = "Append-only records"

    @api.model_create_multi
    @override
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._raise_append_only()

    @override
    def write(self, vals):  # pylint: disable=method-required-super
        self._raise_append_only()

    @override
    def unlink(self):  # pylint: disable=method-required-super
        self._raise_append_only()

    def _raise_append_only(self):
        self.check_access("read")  # who may not see them is answered by the host
        raise DocumentError(
            speaking(self.env)._(
                "%(records)s cannot be added, changed or deleted by hand: the software writes "
                "them, once.",
                records=self._description,
            ),
            "append_only",
            model=self._name,
            ids=self.ids,
        )
