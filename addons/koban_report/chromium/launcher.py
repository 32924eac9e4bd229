"""Becomes Chromium. Run as a script by :mod:`browser`, never imported.

Between fork and exec of a server with threads hardly any Python may run (``preexec_fn`` can
dead-lock), so what must happen there happens in this small interpreter instead:

- the two pipes become the file descriptors 3 and 4, where Chromium looks for them;
- Linux kills the browser when the process that wanted it dies, however it dies;
- the worker's limits of memory and processor time (Odoo sets both on its workers) are lifted:
  Chromium reserves far more address space than it uses, and lives longer than one request.

Usage: launcher.py PARENT_PID COMMANDS_FD ANSWERS_FD PROGRAM ARGUMENT...
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, commands, answers = (int(value) for value in sys.argv[1:4])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the line above took effect
            sys.exit(1)
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_DATA):
        with contextlib.suppress(ValueError, OSError):
            hard = resource.getrlimit(limit)[1]
            resource.setrlimit(limit, (hard, hard))
    # Out of the way first: a pipe may already sit at 3 or 4.
    high = [os.dup2(commands, 100), os.dup2(answers, 101)]
    for target, descriptor in zip((3, 4), high, strict=True):
        os.dup2(descriptor, target, inheritable=True)
        os.close(descriptor)
    for descriptor in {commands, answers} - {3, 4}:
        os.close(descriptor)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGXCPU, signal.SIGPIPE):
        signal.signal(signum, signal.SIG_DFL)
    os.execvp(sys.argv[4], sys.argv[4:])


if __name__ == "__main__":
    main()
