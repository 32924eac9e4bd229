from . import compliance_dashboard
