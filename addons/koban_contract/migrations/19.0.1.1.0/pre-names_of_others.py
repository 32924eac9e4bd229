"""Rename fields whose names other addons use: what people built with them follows."""

from odoo.tools import SQL

# Model -> fields renamed there. They have no column: computed, or the other side of one.
RENAMED = {
    "res.partner": ("contract_ids", "contract_count"),
    "res.users": ("contract_ids", "contract_count"),
    "sale.order": ("contract_ids", "contract_count"),
    "account.move": ("contract_count",),
    "account.bank.statement.line": ("contract_count",),
}
# Table -> which rows are of a model, and the columns of text that may name its fields.
TEXTS = {
    "ir_filters": ("model_id = %s", ("domain", "context", "sort")),
    "ir_act_window": ("res_model = %s", ("domain", "context")),
    "ir_rule": ("model_id = (SELECT id FROM ir_model WHERE model = %s)", ("domain_force",)),
    "ir_exports_line": (
        "export_id IN (SELECT id FROM ir_exports WHERE resource = %s)",
        ("name",),
    ),
}


def migrate(cr, version):
    if not version:
        return
    for model, names in RENAMED.items():
        for name in names:
            _rename_field(cr, model, name)
            for table, (of_model, columns) in TEXTS.items():
                for column in columns:
                    _rename_in(cr, name, table, column, SQL(of_model, model))
            _rename_in_views(cr, model, name)


def _rename_field(cr, model, name):
    """Rename a field's row; one that is another module's too (account's) is left to it."""
    identifier = f"field_{model.replace('.', '_')}__"
    ours = SQL(
        """FROM ir_model_data WHERE module = 'koban_contract' AND model = 'ir.model.fields'
           AND name = %s""",
        f"{identifier}{name}",
    )
    cr.execute(
        SQL(
            """DELETE %s AND EXISTS (
                   SELECT FROM ir_model_data other
                   WHERE other.model = 'ir.model.fields' AND other.module <> 'koban_contract'
                     AND other.res_id = ir_model_data.res_id)""",
            ours,
        )
    )
    cr.execute(
        SQL(
            "UPDATE ir_model_fields SET name = %s WHERE id IN (SELECT res_id %s)",
            f"koban_{name}",
            ours,
        )
    )
    cr.execute(
        SQL(
            "UPDATE ir_model_data SET name = %s WHERE id IN (SELECT id %s)",
            f"{identifier}koban_{name}",
            ours,
        )
    )


def _rename_in(cr, name, table, column, of_model):
    """Rename a field in a column of text, where it stands as a word."""
    cr.execute(
        SQL(
            "UPDATE %(table)s SET %(text)s = regexp_replace(%(text)s, %(word)s, %(new)s, 'g')"
            " WHERE %(of_model)s AND %(text)s ~ %(word)s",
            table=SQL.identifier(table),
            text=SQL.identifier(column),
            word=rf"\m{name}\M",
            new=f"koban_{name}",
            of_model=of_model,
        )
    )


def _rename_in_views(cr, model, name):
    """Rename a field in the views of a model, those of other addons left alone."""
    cr.execute(
        SQL(
            """UPDATE ir_ui_view v
               SET arch_db = regexp_replace(arch_db::text, %(word)s, %(new)s, 'g')::jsonb
               WHERE model = %(model)s AND arch_db::text ~ %(word)s AND NOT EXISTS (
                   SELECT FROM ir_model_data d
                   WHERE d.model = 'ir.ui.view' AND d.res_id = v.id
                     AND d.module NOT LIKE 'koban%%' AND d.module <> '__export__')""",
            word=rf"\m{name}\M",
            new=f"koban_{name}",
            model=model,
        )
    )
