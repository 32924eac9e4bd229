from . import test_browser
from . import test_documents
from . import test_print
from . import test_resources
from . import test_settings
from . import test_join
from . import test_pack
