from . import koban_sample
