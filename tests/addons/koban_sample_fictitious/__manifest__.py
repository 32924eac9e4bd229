{
    "name": "Koban Sample: TEST",
    "summary": "Of the test run only: the sample that may be fictitious",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["koban_sample_sealed", "koban_test_mode"],
    "data": ["views/report_templates.xml"],
}
