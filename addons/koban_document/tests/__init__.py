from . import test_document_model
from . import test_numbers_drawn
from . import test_process
from . import test_rows
from . import test_texts
