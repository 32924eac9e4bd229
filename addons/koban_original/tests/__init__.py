from . import test_marks
