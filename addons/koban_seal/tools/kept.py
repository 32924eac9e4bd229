"""Values of a transaction that stand in no environment, where code typed in a client reads."""

from copy import copy
from weakref import WeakKeyDictionary

_values = WeakKeyDictionary()


class _Mark:
    """Stands for a value in the data of a queue of callbacks, which lives as long as it does."""

    def __deepcopy__(self, _memo):
        # The host's tests put back what waited before each of them.
        mark = _Mark()
        if self in _values:
            _values[mark] = copy(_values[self])
        return mark


class Kept:
    """One value for each transaction, forgotten together with its callbacks.

    :param name: key in the data of the callbacks
    """

    def __init__(self, name: str):
        self._name = name

    def get(self, callbacks):
        """Return the value that a transaction keeps, or nothing.

        :param callbacks: a queue of its cursor, such as ``cr.precommit``
        """
        mark = callbacks.data.get(self._name)
        return _values.get(mark) if isinstance(mark, _Mark) else None

    def keep(self, callbacks, value):
        """Keep a value until the callbacks have run, or are forgotten; return it."""
        mark = callbacks.data[self._name] = _Mark()
        _values[mark] = value
        return value

    def take(self, callbacks):
        """Return the value that a transaction keeps, and forget it."""
        value = self.get(callbacks)
        callbacks.data.pop(self._name, None)
        return value
