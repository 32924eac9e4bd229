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
        if value is None or value is False:
            if field.required and field.type != "boolean":
                raise refuse(records.env, "required_field", records._description, name)
            continue
        if field.type == "many2one":
            check(records.env, name, value, Annotated[int, Record(field.comodel_name)])
        elif field.type in HINTS:
            check(records.env, name, value, HINTS[field.type])
        if field.type == "selection" and value not in field.get_values(records.env):
            raise refuse(records.env, "wrong_argument", name, value, expected=field)
        if field.type in ("many2many", "one2many"):
            for item in value:
                _check_item(records.env[field.comodel_name], name, item)


def _check_item(records, name: str, item) -> None:
    """Check an item of a field of several records: an id, or a command of the ORM's."""
    known = Annotated[int, Record(records._name)]
    if not isinstance(item, (list, tuple)):
        return check(records.env, name, item, known)
    code, id_, more = [*item, None, None, None][:3]
    if len(item) > 3 or code not in list(Command):
        raise refuse(records.env, "wrong_argument", name, item, expected=list)
    if code in (Command.UPDATE, Command.DELETE, Command.UNLINK, Command.LINK):
        check(records.env, name, id_, known)
    if code in (Command.CREATE, Command.UPDATE):
        check(records.env, name, more, dict)
        check_values(records, more)
    if code == Command.SET:
        check(records.env, name, more, list[known])
