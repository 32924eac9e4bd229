"""From a bare Debian machine to a running or tested Koban Gestion.

Standard library only: nothing but Python and Debian's own tools is needed
before :mod:`setup.environment` has made the virtual environment.
"""
