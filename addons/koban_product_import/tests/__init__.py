from . import test_api, test_cells, test_check, test_files, test_import, test_runs
