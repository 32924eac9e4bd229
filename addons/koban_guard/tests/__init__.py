from . import test_batches
from . import test_caches
from . import test_moves
from . import test_company
from . import test_passes
from . import test_pipeline
from . import test_same_value
