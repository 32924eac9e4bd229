from . import closing_exception
from . import closing_run
from . import document_cancel
from . import signing_key_declare
from . import period_totals
