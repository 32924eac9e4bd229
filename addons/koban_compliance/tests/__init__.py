from . import test_commands
from . import test_context_keys
from . import test_credit_notes
from . import test_doors
from . import test_matrix
from . import test_payments
from . import test_references
