from . import clock_declare
from . import signing_key_declare
