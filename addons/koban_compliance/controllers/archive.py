from odoo import http
from odoo.http import request


class ArchiveController(http.Controller):
    @http.route("/koban/archive/<int:archive_id>", type="http", auth="user", readonly=False)
    def download_archive(self, archive_id: int, **_options):
        """Give out the file of an archive, piece by piece, and record it (row 2-55)."""
        archive = request.env["koban.archive"].browse(archive_id).exists()
        if not archive:
            raise request.not_found()
        archive.check_access("read")
        path = archive._get_path()
        archive._record_download()
        # The file of an archive that the caller may read, see _get_path.
        stream = archive.sudo().attachment_id._to_http_stream()
        stream.type, stream.path, stream.download_name = "path", path, archive.file_name
        return stream.get_response(as_attachment=True)
