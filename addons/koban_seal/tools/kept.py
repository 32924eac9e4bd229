"""Values of a transaction that stand in no environment, where code typed in a client reads."""

from weakref import WeakKeyDictionary


class _Mark:
    """Stands for a value in the data of a queue of callbacks, which lives as long as it does."""


class Kept:
    """One value for each transaction, forgotten together with its callbacks.

    :param name: key in the data of the callbacks
    """

    def __init__(self, name: str):
        self._name = name
        self._values = WeakKeyDictionary()

    def get(self, callbacks):
        """Return the value that a transaction keeps, or nothing.

        :param callbacks: a queue of its cursor, such as ``cr.precommit``
        """
        mark = callbacks.data.get(self._name)
        return self._values.get(mark) if isinstance(mark, _Mark) else None

    def keep(self, callbacks, value):
        """Keep a value until the callbacks have run, or are forgotten; return it."""
        mark = callbacks.data[self._name] = _Mark()
        self._values[mark] = value
        return value
