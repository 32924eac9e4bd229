from . import test_fictitious
