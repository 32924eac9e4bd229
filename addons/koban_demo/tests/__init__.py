from . import test_articles
from . import test_bad_input
from . import test_contract_ecotaxes
from . import test_demo
from . import test_identifiers
from . import test_tour
