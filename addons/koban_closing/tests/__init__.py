from . import test_closing_calendar
from . import test_closing_totals
from . import test_closings
from . import test_codes
from . import test_invoices
from . import test_settlements
from . import test_stopped
