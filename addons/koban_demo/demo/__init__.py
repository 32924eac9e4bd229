from . import cases
from . import catalogue
from . import company
from . import customers
from . import identifiers
from . import invoices
from . import sales
from . import stage
