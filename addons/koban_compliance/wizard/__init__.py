from . import closing_exception
from . import closing_run
from . import document_cancel
from . import signing_key_declare
from . import period_totals
from . import account_payment_register
from . import account_secure_entries_wizard
from . import validate_account_move
