"""The own data that a form shows as soon as a category is chosen."""


def show_data(env, shown: dict, fields_spec: dict) -> None:
    """Add the data of the set that was just chosen to what a form is told.

    The host compares values, and finds none before and none after: it would show the data once
    the article is saved.

    :param shown: what the form is told, by field
    :param fields_spec: what it shows
    """
    if "koban_data" not in fields_spec or "koban_data_set_id" not in shown:
        return
    chosen = shown["koban_data_set_id"]
    id_ = chosen["id"] if isinstance(chosen, dict) else chosen
    # Who may enter the article may read what its data are called.
    sets = env["koban.product.data.set"].sudo().browse(id_ or [])
    definition = sets.definition or []
    shown.setdefault("koban_data", [{**one, "value": False} for one in definition])
