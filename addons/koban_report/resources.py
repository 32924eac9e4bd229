"""What a report's page asks for, answered in this process.

wkhtmltopdf fetches style sheets, fonts and pictures from the server by HTTP. That needs a second
worker (a single one would wait for itself), a cookie, and a server at all: what ``odoo shell`` or
the scheduler print has no pictures. Here the thread that prints answers by itself, with its own
cursor; it also sees what the current transaction has not committed yet. The addresses are matched
by the host's own routes. Nothing is ever fetched from another server.
"""

import base64
import binascii
import logging
import re
from collections.abc import Callable
from functools import cache
from mimetypes import guess_type
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg2
from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.models import BaseModel
from odoo.tools import file_path
from odoo.tools.image import image_guess_size_from_field_name, image_process
from odoo.tools.mimetypes import guess_mimetype
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from odoo.addons.web.controllers.binary import Binary
from odoo.addons.web.controllers.report import ReportController

from .chromium.page import Resource

_logger = logging.getLogger(__name__)

_SERIAL = re.compile(r"^/~\d+(?=/)")
_STATIC = re.compile(r"^/\w+/static/.")
_PLACEHOLDER = "web/static/img/placeholder.png"
_NO_LOGO = "web/static/img/nologo.png"
_MIMETYPES = {".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf"}
_MAX_REDIRECTS = 3


def resolver(env: Environment) -> Callable[[str], Resource | None]:
    """Return the function that answers a path (with query) of this server.

    :param env: with the rights of the user for whom the document is printed
    """

    def resolve(url: str, redirects: int = 0) -> Resource | None:
        parts = urlsplit(_SERIAL.sub("", url))
        try:
            answer = _answer(env, unquote(parts.path), dict(parse_qsl(parts.query)))
        except psycopg2.Error:
            raise  # the transaction is over; the host tries the whole request again
        except (UserError, HTTPException, OSError) as error:
            # A picture that is missing or forbidden does not stop a print.
            _logger.info("A report asks for %s: %s", url[:200], error)
            return None
        except Exception:
            # Nor does a broken one: whatever a library makes of it, the database is not touched.
            _logger.warning("A report asks for %s, which is broken", url[:200], exc_info=True)
            return None
        if isinstance(answer, str):  # an attachment that is a link
            return resolve(answer, redirects + 1) if redirects < _MAX_REDIRECTS else None
        if answer is None:
            _logger.warning("A report asks for %s, which cannot be printed", url[:200])
        return answer

    return resolve


def _answer(env: Environment, path: str, query: dict[str, str]) -> Resource | str | None:
    if _STATIC.match(path):
        return _file(path)
    # HTTPException (NotFound) when no route matches.
    name, arguments = _routes().bind("odoo.invalid").match(path)
    return _ANSWERS[name](env, path, {**query, **arguments})


@cache
def _routes() -> Map:
    """Return the host's routes for what a document may show."""
    endpoints = {
        "image": Binary.content_image,
        "content": Binary.content_common,
        "assets": Binary.content_assets,
        "logo": Binary.company_logo,
        "barcode": ReportController.report_barcode,
    }
    return Map(
        [
            Rule(route, endpoint=name)
            for name, endpoint in endpoints.items()
            for route in endpoint.original_routing["routes"]
        ],
        strict_slashes=False,
    )


def _file(name: str) -> Resource:
    """Return a file of an addon.

    :param name: such as ``web/static/img/logo.png``, with or without a slash before it
    :raise OSError: when there is none, or it lies outside of the addon's public folder
    """
    if ".." in name.split("/"):
        raise FileNotFoundError(name)
    path = file_path(name.lstrip("/"))  # which refuses what lies outside of the addons
    with open(path, "rb") as file:
        content = file.read()
    extension = name[name.rfind(".") :].lower()
    return Resource(content, _MIMETYPES.get(extension) or guess_type(path)[0] or "text/plain")


def _image(env: Environment, path: str, arguments: dict[str, Any]) -> Resource | str | None:
    field = arguments.get("field", "raw")
    size = int(arguments.get("width") or 0), int(arguments.get("height") or 0)
    if size == (0, 0):
        size = image_guess_size_from_field_name(field)
    try:
        content = _content(env, arguments, field)
    except UserError as error:  # no such record, or no access to it: as the host shows it
        _logger.info("A report shows %s: %s", path, error)
        content = _file(_PLACEHOLDER).content
    if isinstance(content, str):
        return content
    mimetype = guess_mimetype(content, default="application/octet-stream")
    if mimetype.startswith("image/") and "svg" not in mimetype:
        content = image_process(content, size=size, crop=arguments.get("crop") or False)
    return Resource(content, mimetype)


def _raw(env: Environment, path: str, arguments: dict[str, Any]) -> Resource | str:
    content = _content(env, arguments, arguments.get("field", "raw"))
    if isinstance(content, str):
        return content
    return Resource(content, arguments.get("mimetype") or guess_mimetype(content))


def _content(env: Environment, arguments: dict[str, Any], field: str) -> bytes | str:
    """Return the bytes of a binary field, or the address an attachment stands for.

    :raise UserError: without such a record, or without the right to read it
    """
    identifier = arguments.get("id")
    record = env["ir.binary"]._find_record(
        arguments.get("xmlid"),
        arguments.get("model", "ir.attachment"),
        int(identifier) if identifier else None,
        arguments.get("access_token"),
        field=field,
    )
    if record._name == "ir.attachment" and field in ("raw", "datas", "db_datas"):
        if record.type == "url" and not record.raw:
            return record.url or ""
        return record.raw or b""
    return _field_content(record, field)


def _field_content(record: BaseModel, name: str) -> bytes:
    field = record._fields[name]
    if field.type != "binary":
        raise ValueError(f"{field} is not a picture")
    record._check_field_access(field, "read")
    value = record.with_context(bin_size=False)[name]
    if not value:
        return _file(record._get_placeholder_filename(name) or _PLACEHOLDER).content
    try:
        return base64.b64decode(value)
    except binascii.Error as error:
        raise ValueError(f"{field} is broken") from error


def _logo(env: Environment, path: str, arguments: dict[str, Any]) -> Resource:
    identifier = arguments.get("company", "")
    companies = env["res.company"]
    company = companies.browse(int(identifier)) if identifier.isdigit() else env.company
    # The host's own route shows the logo of any company to anybody: it stands on every document.
    logo = company.sudo().exists().logo_web
    if not logo:
        return _file(_NO_LOGO)
    content = base64.b64decode(logo)
    return Resource(content, guess_mimetype(content, default="image/png"))


def _barcode(env: Environment, path: str, arguments: dict[str, Any]) -> Resource:
    kind, value = arguments.pop("barcode_type"), arguments.pop("value")
    return Resource(env["ir.actions.report"].barcode(kind, value, **arguments), "image/png")


def _assets(env: Environment, path: str, arguments: dict[str, Any]) -> Resource | None:
    """Return a bundle, made now if nobody asked for it before (as the host's route does)."""
    filename = arguments["filename"]
    content = _bundle(env, path)
    if content is None:
        if env.cr.readonly:
            # The bundle is stored: the host repeats the request with a cursor that can.
            raise psycopg2.errors.ReadOnlySqlTransaction(f"{filename} must be stored")
        content = _make_bundle(env(context={}), filename)
    return content and Resource(content, guess_type(filename)[0] or "text/css")


def _bundle(env: Environment, path: str) -> bytes | None:
    domain = [
        ("public", "=", True),
        ("url", "=", path),
        ("res_model", "=", "ir.ui.view"),
        ("res_id", "=", 0),
        ("create_uid", "=", SUPERUSER_ID),
    ]
    # Bundles are public files; portal users have no right on attachments.
    return env["ir.attachment"].sudo().search(domain, limit=1).raw or None


def _make_bundle(env: Environment, filename: str) -> bytes | None:
    name, rtl, kind, autoprefix = env["ir.asset"]._parse_bundle_name(filename, False)
    css = kind == "css"
    bundle = env["ir.qweb"]._get_asset_bundle(
        name, css=css, js=not css, debug_assets=False, rtl=rtl, autoprefix=autoprefix
    )
    attachment = bundle.css() if css else bundle.js()
    return attachment.sudo().raw or None  # sudo: as above


_ANSWERS: dict[str, Callable[[Environment, str, dict], Resource | str | None]] = {
    "image": _image,
    "content": _raw,
    "assets": _assets,
    "logo": _logo,
    "barcode": _barcode,
}
