"""What another addon held in an earlier version, taken over by the addon it moved to."""

from collections.abc import Iterable

from odoo.api import Environment
from odoo.tools import SQL


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
    models = list(models)
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
            "AND (name = ANY(%(names)s) OR EXISTS (SELECT FROM unnest(%(patterns)s) p "
            "WHERE starts_with(d.name, p))) AND NOT EXISTS (SELECT FROM ir_model_data o "
            "WHERE o.module = %(target)s AND o.name = d.name)",
            source=source,
            target=target,
            names=sorted(names),
            patterns=patterns,
        )
    )
    _take_over_schema(env, source, target, models)
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


def _flat(name: str) -> str:
    return name.replace(".", "_")
