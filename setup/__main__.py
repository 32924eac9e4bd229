"""``python3 -m setup COMMAND``: what the Makefile calls."""

import sys

from setup import version

if version.problem():
    sys.exit("koban: " + version.problem())

from setup.commands import main

sys.exit(main(sys.argv[1:]))
