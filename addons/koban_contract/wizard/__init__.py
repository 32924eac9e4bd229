from . import contract_end
from . import contract_renew
from . import renewal_cockpit
from . import renewal_cockpit_row
from . import renewal_price
from . import contract_amend
from . import contract_suspend
from . import reading_entry
