from . import archive_create
from . import archive_verify
