from . import document_cancel
from . import signing_key_declare
from . import archive_create
from . import archive_verify
