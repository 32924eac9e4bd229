"""Numbers that French companies are known by, computed so that they are valid."""

from stdnum import luhn


def get_siret(siren: str, establishment: int = 1) -> str:
    """Return the SIRET of an establishment: SIREN, four digits, Luhn key.

    :param siren: nine digits
    :param establishment: its rank, from 1
    """
    number = f"{siren}{establishment:04d}"
    return number + luhn.calc_check_digit(number)


def get_vat_number(siren: str) -> str:
    """Return the French VAT number of a company: article 286 ter of the tax code."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def get_iban(bank: str, branch: str, account: str) -> str:
    """Return a French IBAN with its RIB key and its check digits.

    :param bank: five digits
    :param branch: five digits
    :param account: eleven digits
    """
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    number = f"{bank}{branch}{account}{key:02d}"
    # 1527 stands for FR, as ISO 7064 counts letters.
    return f"FR{98 - int(f'{number}152700') % 97:02d}{number}"
