"""What the defaults of a context would make beside a record, such as more lines of a document."""


def without_nested(records):
    """Return records whose context makes no others while one of them is made.

    A client sends its context along: a default of commands in it would be carried out within
    whatever the method that makes the record may do.
    """
    context = {
        key: value
        for key, value in records.env.context.items()
        if not (key.startswith("default_") and _makes_others(records, key[len("default_") :]))
    }
    if len(context) == len(records.env.context):
        return records
    return records.with_env(records.env(context=context))


def _makes_others(records, name) -> bool:
    field = records._fields.get(name)
    return field is not None and field.type in ("one2many", "many2many")
