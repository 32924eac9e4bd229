from . import account_merge_wizard, base_partner_merge
