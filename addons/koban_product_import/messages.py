"""What is told of a file of articles, in the words of who imports it."""

from . import reader
from .tools import cells, columns, files


def describe_file(env, code: str, name: str) -> str:
    """Return why a file cannot be read.

    :param env: whose language is spoken
    :param code: a constant of ``files``
    """
    return {
        files.EMPTY: lambda: env._("The file %s has no row of articles.", name),
        files.OLD: lambda: env._(
            "The file %s is of an old Excel: save it as .xlsx or .csv, and import that.", name
        ),
        files.BROKEN: lambda: env._(
            "The file %s cannot be read: save it again as .xlsx or .csv.", name
        ),
        files.BINARY: lambda: env._("The file %s is no CSV and no Excel file.", name),
        files.HUGE: lambda: env._("The file %s is too large: import it in parts.", name),
    }[code]()


def describe_columns(env, faults) -> str:
    """Return what is wrong with the columns of a file, a line for each."""
    told = {
        columns.UNKNOWN: lambda head: env._(
            "“%s” is no column of an article: rename it as in the template, remove it, or pass "
            "over unknown columns.",
            head,
        ),
        columns.TWICE: lambda head: env._("The column “%s” is there twice: remove one.", head),
        columns.GONE: lambda head: env._(
            "There is no column “%s” any more since the file was checked: check it again.", head
        ),
        columns.MISSING: lambda head: env._(
            "There is neither a code nor “%s”: the first row names the columns.", head
        ),
    }
    return "\n".join(told[kind](head) for kind, head in faults)


def describe_fault(env, fault: reader.Fault) -> str:
    """Return why a row is refused."""
    value, column, other = fault.value, fault.column, fault.other
    told = {
        cells.NOT_A_NUMBER: lambda: env._("“%s” is no number.", value),
        cells.NEGATIVE: lambda: env._("“%s” is below zero.", value),
        cells.NOT_A_FLAG: lambda: env._("“%s” is neither yes nor no.", value),
        cells.NOT_A_KIND: lambda: env._("“%s” is neither goods nor a service.", value),
        reader.UNKNOWN_NAME: lambda: env._(
            "“%(value)s” is unknown (%(column)s): make it first, or correct it.",
            value=value,
            column=column,
        ),
        reader.SEVERAL_NAMES: lambda: env._(
            "There are several “%s”: fill in the column of the level or brand above.", value
        ),
        reader.NO_LEVEL_ABOVE: lambda: env._(
            "“%s” is unknown, and the level above it is not given.", value
        ),
        reader.NO_CODE: lambda: env._(
            "The code is missing, and the family has no pattern of codes to draw one."
        ),
        reader.NO_NAME: lambda: env._("A new article needs a name."),
        reader.CODE_TWICE: lambda: env._(
            "The code “%(value)s” is that of row %(row)s already.", value=value, row=other
        ),
        reader.CODE_SEVERAL: lambda: env._(
            "Several articles have the code “%s”: mend their codes first.", value
        ),
        reader.CODE_ELSEWHERE: lambda: env._(
            "The code “%s” is that of an article of another company.", value
        ),
        reader.CODE_EXISTS: lambda: env._("An article has the code “%s” already.", value),
        reader.BARCODE_TWICE: lambda: env._(
            "The barcode “%(value)s” is that of row %(row)s already.", value=value, row=other
        ),
        reader.BARCODE_TAKEN: lambda: env._("Another article has the barcode “%s”.", value),
        reader.NO_SUCH_DATA: lambda: env._(
            "The category of the article has no own data “%s”.", column
        ),
        reader.WRONG_DATA: lambda: env._(
            "“%(value)s” is no value of “%(column)s”.", value=value, column=column
        ),
    }
    # What the host or another addon says of an article that it refuses.
    return told[fault.code]() if fault.code in told else other
