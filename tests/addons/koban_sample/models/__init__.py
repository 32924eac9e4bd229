from . import koban_sample
from . import koban_sample_line
