from . import test_archive
from . import test_archive_closings
from . import test_archive_verifier
from . import test_attestation
from . import test_codes
from . import test_coverage
from . import test_source_code
from . import test_uninstall
