from . import test_commands
from . import test_doors
from . import test_matrix
from . import test_numbers
from . import test_orders
from . import test_queries
