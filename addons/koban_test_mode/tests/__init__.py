from . import test_watermark
