"""Values of fields that a public method takes by their names, checked before the ORM reads them."""

from typing import Annotated

from odoo.fields import Command

from .arguments import Day, File, Record, check, refuse

HINTS = {
    "binary": File,
    "boolean": bool,
    "char": str,
    "date": Day,
    "datetime": Day,
    "float": float,
    "html": str,
    "integer": int,
    "many2many": list,
    "monetary": float,
    "one2many": list,
    "selection": str,
    "text": str,
}


def check_values(records, values: dict) -> None:
    """Refuse what the fields of a model cannot hold; ``False`` and ``None`` empty a field.

    :param records: of the model
    :raise DocumentError: codes ``required_field``, ``unknown_field``, ``unknown_record``,
        ``wrong_argument``, ``wrong_date``, ``wrong_file``
    """
    for name, value in values.items():
        field = records._fields.get(name)
        if not field:
            raise refuse(records.env, "unknown_field", records._description, name)
        if value is not None and value is not False:
            _check_value(records.env, field, value)
        elif field.required and field.type != "boolean":
            raise refuse(records.env, "required_field", records._description, name)


def _check_value(env, field, value) -> None:
    if field.type == "many2one":
        check(env, field.name, value, Annotated[int, Record(field.comodel_name)])
    elif field.type in HINTS:
        check(env, field.name, value, HINTS[field.type])
    if field.type == "selection" and value not in field.get_values(env):
        raise refuse(env, "wrong_argument", field.name, value, expected=field)
    if field.type in ("many2many", "one2many"):
        for item in value:
            _check_item(env[field.comodel_name], field.name, item)


def _check_item(records, name: str, item) -> None:
    """Check an item of a field of several records: an id, or a command of the ORM's."""
    if isinstance(item, (list, tuple)):
        _check_command(records, name, item)
    else:
        check(records.env, name, item, Annotated[int, Record(records._name)])


def _check_command(records, name: str, command) -> None:
    known = Annotated[int, Record(records._name)]
    code, id_, more = [*command, None, None, None][:3]
    if len(command) > 3 or code not in list(Command):
        raise refuse(records.env, "wrong_argument", name, command, expected=list)
    if code in (Command.UPDATE, Command.DELETE, Command.UNLINK, Command.LINK):
        check(records.env, name, id_, known)
    if code in (Command.CREATE, Command.UPDATE):
        check(records.env, name, more, dict)
        check_values(records, more)
    if code == Command.SET:
        check(records.env, name, more, list[known])
