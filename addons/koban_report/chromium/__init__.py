"""Printing HTML with a headless Chromium, without Odoo: process, protocol and kept page."""

from . import browser, devtools, errors, page
