from . import test_guard
from . import test_steps
