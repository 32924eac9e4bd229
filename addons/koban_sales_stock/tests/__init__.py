from . import test_article
from . import test_deliveries
from . import test_leak
from . import test_matrix
from . import test_slip
from . import test_test_mode
