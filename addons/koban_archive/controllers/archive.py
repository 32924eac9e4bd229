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
        file = archive.sudo().attachment_id  # the caller may read the archive: checked above
        stream = file._to_http_stream()
        stream.type, stream.path, stream.download_name = "path", path, archive.file_name
        return stream.get_response(as_attachment=True)
