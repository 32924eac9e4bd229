from . import test_company
from . import test_document_model
from . import test_passes
from . import test_process
from . import test_rows
from . import test_same_value
from . import test_texts
from . import test_watermark
