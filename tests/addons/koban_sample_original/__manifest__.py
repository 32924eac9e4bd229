{
    "name": "Koban Sample: Originals",
    "summary": "Of the test run only: the sample whose original is kept",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["koban_sample_sealed", "koban_original"],
    "data": ["views/report_templates.xml"],
}
