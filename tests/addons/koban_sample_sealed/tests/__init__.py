from . import test_seal
from . import test_typed_code
