from . import document_cancel
from . import signing_key_declare
