from . import test_original
