from . import test_draft_mentions
from . import test_french_numbers
