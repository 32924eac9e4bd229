"""Shows records with the values that they had, to whatever code reads them.

Pages, portal and electronic documents are made by templates and builders of many addons, all of
which read records. So it is the cache of the ORM that shows the values of before, for as long as a
document is shown: it is put aside, and an empty one takes its place, in which each value that is
fetched from the database is replaced by the frozen one. Nothing of it outlives the view, and
nothing of it is written: a value in the cache is not a change.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from .names import Values


class FrozenData(defaultdict):
    """The cache of a transaction while a view is open.

    :param values: frozen values, ``{model: {id: {field: value}}}``
    """

    def __init__(self, values: Values):
        super().__init__(dict)
        self.values_shown = values

    def show(self, records, fields) -> None:
        """Put the frozen values in the place of those just fetched.

        :param records: those fetched
        :param fields: their fields that were
        """
        frozen = self.values_shown.get(records._name)
        if not frozen:
            return
        for record in records:
            values = frozen.get(record.id, {})
            for field in fields:
                if field.name in values:
                    _put_in_cache(field, record, values[field.name])


def _put_in_cache(field, record, value) -> None:
    if record.id in record.env.transaction.field_dirty.get(field, ()):
        return  # written within the view, by right
    if field.translate and isinstance(value, dict):
        original = value.get("en_US")
        if record.env.context.get("prefetch_langs"):
            langs = [code for code, _name in record.env["res.lang"].get_installed()]
            value = {**dict.fromkeys([*langs, "en_US"], original), **value}
            field._update_cache(record, value)
            return
        lang = field.translation_lang(record.env).removeprefix("_")
        value = value.get(lang, original)
    field._update_cache(record, field.convert_to_cache(value, record, validate=False))


def get_shown(env) -> Values:
    """Return the values of before that records are shown with; nothing for those of today."""
    data = env.transaction.field_data
    return data.values_shown if isinstance(data, FrozenData) else {}


def is_viewing(env) -> bool:
    """Whether records may be shown with values of before."""
    return isinstance(env.transaction.field_data, FrozenData)


@contextmanager
def viewing(env, values: Values) -> Iterator[None]:
    """Show records with these values, in every environment of the transaction.

    What is written meanwhile, such as a token, is written as ever. What fails takes with it what
    it had not written yet.

    :param values: as :class:`FrozenData` takes them
    """
    transaction = env.transaction
    transaction.flush()
    outer = get_shown(env)
    _set_cache(transaction, FrozenData(values))
    try:
        yield
        transaction.flush()
    except BaseException:
        transaction.field_dirty.clear()
        transaction.tocompute.clear()
        raise
    finally:
        # A new one: what the former one held may have been written meanwhile.
        _set_cache(transaction, FrozenData(outer) if outer else defaultdict(dict))


@contextmanager
def as_today(env) -> Iterator[None]:
    """Read records as they are today, within a view; nothing may be written meanwhile.

    For what is remembered beyond the page, such as the domains of rules: they come of values of
    the user's partner, and stay for everybody.
    """
    transaction = env.transaction
    outer = transaction.field_data
    if transaction.field_dirty:
        transaction.flush()
    _set_cache(transaction, defaultdict(dict))
    try:
        yield
    finally:
        _set_cache(transaction, outer)


def _set_cache(transaction, data) -> None:
    transaction.field_data = data
    # Each environment remembers the cache of a field, as in Transaction.invalidate_field_data.
    for env in transaction.envs:
        with suppress(AttributeError):
            del env._field_cache_memo
