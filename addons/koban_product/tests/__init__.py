from . import test_classification, test_code_pattern, test_codes
