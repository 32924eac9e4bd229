"""What is tried on a sealed document, and through which doors."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from calls import PROTOCOLS, Api
from conftest import Person
from documents import Sealed
from web import Web

# Calls a method: ``call(model, method, ids, **arguments)``.
Door = Callable[..., Any]

# Keys of a context that switch off checks of the host, and a pass as a client would forge it.
FORGED_CONTEXT = {
    "bypass_lock_check": True,
    "check_move_validity": False,
    "clear_sequence_mixin_cache": False,
    "document_guard_passes": [["sale.order", None, None, None, True]],
    "dynamic_unlink": True,
    "force_delete": True,
    "import_file": True,
    "install_mode": True,
    "skip_account_move_synchronization": True,
    "skip_readonly_check": True,
    "tracking_disable": True,
}


# What the ids of lines are raised by to add others.
ADDED = 900_000


@dataclass(frozen=True)
class Victim:
    """A validated document under attack.

    :param line_model: the model of its lines, or nothing, with the ids of its lines.
    :param named: the id of the record that its line of the table attacks it through.
    """

    sealed: Sealed
    id: int
    line_model: str = ""
    line_field: str = ""
    lines: tuple[int, ...] = ()
    named: tuple[str, int] = ("", 0)

    @property
    def model(self) -> str:
        """Its model."""
        return self.sealed.model

    @property
    def names(self) -> set[tuple[str, int]]:
        """What a verification may name it by: its model and id, or a line's."""
        lines = {(self.line_model, line) for line in self.lines}
        added = {(self.line_model, ADDED + line) for line in self.lines}
        return {(self.model, self.id), *lines, *added}

    def write(self, call: Door, values: dict, **arguments: Any) -> Any:
        """Write on it."""
        return call(self.model, "write", [self.id], vals=values, **arguments)

    def command(self, call: Door, *command: Any) -> Any:
        """Send one command of its lines."""
        return self.write(call, {self.sealed.lines: [list(command)]})


def write_each(victim: Victim, call: Door) -> None:
    victim.write(call, victim.sealed.values)


def write_under_context(victim: Victim, call: Door) -> None:
    victim.write(call, victim.sealed.values, context=FORGED_CONTEXT)


def write_state(victim: Victim, call: Door) -> None:
    victim.write(call, {"state": "draft"})


def write_number(victim: Victim, call: Door) -> None:
    victim.write(call, {"name": "PIRATE/1"})


def import_row(victim: Victim, call: Door) -> None:
    fields = [".id", *victim.sealed.values]
    row = [str(victim.id), *map(str, victim.sealed.values.values())]
    call(victim.model, "load", None, fields=fields, data=[row])


def delete(victim: Victim, call: Door) -> None:
    call(victim.model, "unlink", [victim.id])


def delete_under_context(victim: Victim, call: Door) -> None:
    call(victim.model, "unlink", [victim.id], context=FORGED_CONTEXT)


def write_through(victim: Victim, call: Door) -> None:
    model, id_ = victim.named
    commands = {victim.sealed.through[1]: [[1, victim.id, victim.sealed.values]]}
    call(model, "write", [id_], vals=commands)


def delete_named(victim: Victim, call: Door) -> None:
    model, id_ = victim.named
    call(model, "unlink", [id_])


def write_line(victim: Victim, call: Door) -> None:
    call(victim.line_model, "write", [victim.lines[0]], vals=victim.sealed.line_values)


def command_line(victim: Victim, call: Door) -> None:
    victim.command(call, 1, victim.lines[0], victim.sealed.line_values)


def delete_line(victim: Victim, call: Door) -> None:
    call(victim.line_model, "unlink", [victim.lines[0]])


def empty_lines(victim: Victim, call: Door) -> None:
    victim.command(call, 5, 0, 0)


def add_line(victim: Victim, call: Door) -> None:
    values = {victim.line_field: victim.id, "name": "x", **victim.sealed.line_values}
    call(victim.line_model, "create", vals_list=[values])


def copy_line(victim: Victim, call: Door) -> None:
    call(victim.line_model, "copy", [victim.lines[0]])


def translate_line(victim: Victim, call: Door) -> None:
    translations = {"fr_FR": "x", "en_US": "x"}
    call(
        victim.line_model,
        "update_field_translations",
        [victim.lines[0]],
        field_name="name",
        translations=translations,
    )


def take_back(method: str) -> Callable[[Victim, Door], Any]:
    return lambda victim, call: call(victim.model, method, [victim.id])


HEADER = (
    write_each,
    write_under_context,
    write_state,
    write_number,
    import_row,
    delete,
    delete_under_context,
)
LINES = (
    write_line,
    command_line,
    delete_line,
    empty_lines,
    add_line,
    copy_line,
    translate_line,
)
THROUGH = (write_through, delete_named)


def list_attacks(sealed: Sealed) -> dict[str, Callable[[Victim, Door], Any]]:
    """Return the attacks on documents of a model, by name."""
    found = itertools.chain(
        HEADER, LINES if sealed.lines else (), THROUGH if sealed.through else ()
    )
    named = {attack.__name__: attack for attack in found}
    return named | {method: take_back(method) for method in sealed.backs}


def list_doors(person: Person, web: Web) -> dict[str, Door]:
    """Return the doors of a person, by name."""
    return {protocol: Api(person, protocol) for protocol in PROTOCOLS} | {"web client": web.call}


# What an administrator types in a server action: ``record`` is the document, ``line`` a line.
TYPED = {
    "write": "record.write(values)",
    "write as root": "record.sudo().with_context(**context).write(values)",
    "write state": "record.sudo().write({'state': 'draft'})",
    "delete": "record.sudo().with_context(**context).unlink()",
    "write past the guard": "record._write(values)",
    "write by SQL": "env.cr.execute("
    "'UPDATE ' + record._table + ' SET write_uid = 1, ' + column + ' = %s WHERE id = %s', "
    "(values[column], record.id))",
}
# The same of somebody with the database: {table} is the document's, {lines} that of its lines.
SQL = {
    "alter a value": "UPDATE {table} SET {column} = %(value)s WHERE id = %(id)s",
    "delete the document": "DELETE FROM {table} WHERE id = %(id)s",
    "delete its links": "DELETE FROM koban_event WHERE res_model = %(model)s AND res_id = %(id)s",
    "alter its links": "UPDATE koban_event SET content = replace(content, '1', '2') "
    "WHERE res_model = %(model)s AND res_id = %(id)s",
}
LINE_SQL = {
    "alter a line": "UPDATE {lines} SET {line_column} = %(line_value)s WHERE id = %(line)s",
    "delete a line": "DELETE FROM {lines} WHERE id = %(line)s",
    "add a line": "INSERT INTO {lines} SELECT (jsonb_populate_record(l, "
    "jsonb_build_object('id', {added} + id))).* FROM {lines} l WHERE id = %(line)s",
}
