"""What another addon held in an earlier version, taken over by the addon it moved to."""

from collections.abc import Iterable

from odoo.api import Environment
from odoo.tools import SQL

KEPT = "koban_kept_"


def take_over(
    env: Environment,
    source: str,
    target: str,
    records: Iterable[str] = (),
    models: Iterable[str] = (),
    fields: Iterable[str] = (),
) -> None:
    """Rename what stands in the name of an addon; nothing where that one is not installed.

    For a ``pre_init_hook``, which runs before the upgrade of the addon it comes from: that one
    then finds nothing of it left to delete, and nothing is created a second time. Rows of the
    tables themselves are not touched.

    :param source: technical name of the addon that held it
    :param target: that of the addon being installed
    :param records: external ids of records, without their addon
    :param models: names of models that moved, with all their fields
    :param fields: names of fields of other models that moved, as ``model.field``
    """
    models, records = list(models), list(records)
    names = {*records, *(f"model_{_flat(name)}" for name in models)}
    patterns = [
        f"{kind}{_flat(name)}__"
        for kind in ("field_", "selection__", "model_inherit__")
        for name in models
    ]
    patterns += [f"constraint_{_flat(name)}_" for name in models]
    for field in fields:
        model, _dot, name = field.rpartition(".")
        names.add(f"field_{_flat(model)}__{name}")
        patterns.append(f"selection__{_flat(model)}__{name}__")
    env.cr.execute(
        SQL(
            "UPDATE ir_model_data d SET module = %(target)s WHERE module = %(source)s "
            "AND (name = ANY(%(names)s) OR EXISTS (SELECT FROM unnest(%(patterns)s::text[]) p "
            "WHERE starts_with(d.name, p))) AND NOT EXISTS (SELECT FROM ir_model_data o "
            "WHERE o.module = %(target)s AND o.name = d.name)",
            source=source,
            target=target,
            names=sorted(names),
            patterns=patterns,
        )
    )
    _take_over_schema(env, source, target, models)
    _rename_in_views(env, source, target, records)
    _keep_values(env, target)
    # External ids are remembered.
    env.registry.clear_cache()


def _take_over_schema(env, source, target, models):
    """Have the tables go with the addon that holds them now, when that one is uninstalled."""
    for table in ("ir_model_constraint", "ir_model_relation"):
        env.cr.execute(
            SQL(
                "UPDATE %s t SET module = (SELECT id FROM ir_module_module WHERE name = %s) "
                "FROM ir_module_module old, ir_model m WHERE old.id = t.module AND old.name = %s "
                "AND m.id = t.model AND m.model = ANY(%s)",
                SQL.identifier(table),
                target,
                source,
                list(models),
            )
        )


def _rename_in_views(env, source, target, records):
    """Have views go on to find groups and templates by their ids, those of people too."""
    if not records:
        return
    named = rf"\m{source}\.({'|'.join(records)})\M"
    env.cr.execute(
        SQL(
            "UPDATE ir_ui_view SET arch_db = regexp_replace(arch_db::text, %s, %s, 'g')::jsonb "
            "WHERE arch_db::text ~ %s",
            named,
            rf"{target}.\1",
            named,
        )
    )


def _keep_values(env, target):
    """Keep what people changed of records that an upgrade leaves to them: see give_back."""
    env.cr.execute(
        SQL(
            "SELECT model, array_agg(res_id) FROM ir_model_data "
            "WHERE module = %s AND noupdate GROUP BY model",
            target,
        )
    )
    for model, ids in env.cr.fetchall():
        table = env[model]._table if model in env else _flat(model)
        env.cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT * FROM %s WHERE id = ANY(%s)",
                SQL.identifier(f"{KEPT}{table}"),
                SQL.identifier(table),
                ids,
            )
        )


def give_back(env: Environment) -> None:
    """Leave the records that were taken over as people set them, in a ``post_init_hook``.

    What an upgrade would leave alone, the first reading of the data of a new addon overwrites.
    """
    env.flush_all()
    env.cr.execute(
        SQL(
            "SELECT c.relname, array_agg(a.attname) FROM pg_class c JOIN pg_attribute a "
            "ON a.attrelid = c.oid AND a.attnum > 0 WHERE c.relnamespace = pg_my_temp_schema() "
            "AND starts_with(c.relname, %s) GROUP BY 1",
            KEPT,
        )
    )
    for kept, columns in env.cr.fetchall():
        names = SQL(", ").join(map(SQL.identifier, columns))
        env.cr.execute(
            SQL(
                "UPDATE %(table)s t SET (%(names)s) = (SELECT %(names)s FROM %(kept)s k "
                "WHERE k.id = t.id) WHERE id IN (SELECT id FROM %(kept)s)",
                table=SQL.identifier(kept.removeprefix(KEPT)),
                names=names,
                kept=SQL.identifier(kept),
            )
        )
        env.cr.execute(SQL("DROP TABLE %s", SQL.identifier(kept)))
    env.invalidate_all()


def _flat(name: str) -> str:
    return name.replace(".", "_")
