from . import account_payment_register
from . import account_secure_entries_wizard
from . import document_cancel
from . import fec_export
from . import validate_account_move
