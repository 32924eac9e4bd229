from odoo import fields, models

from odoo.addons.koban_guard.tools.passes import open_pass

from ..slip import SlipRow, drop_empty_titles, get_article_quantity


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # A customer reads his deliveries, and the first article may be one that its group hides.
    product_id = fields.Many2one(groups="base.group_user")
    lot_id = fields.Many2one(groups="base.group_user")

    def _send_confirmation_email(self):
        # Where the host bills the real cost of a delivery (stock_delivery), it adds or
        # prices the delivery line of the order here.
        with open_pass(self.sale_id, line_fields={"price_unit", "name"}, lines=True):
            return super()._send_confirmation_email()

    # ------------------------------------------------------------------
    # Delivery slip
    # ------------------------------------------------------------------
    def _get_slip_order(self):
        """Return the order whose groups the slip shows, if any (row 4-10)."""
        self.ensure_one()
        order = self.sudo().sale_id  # its titles are printed; the warehouse may not read sales
        lines = order.order_line
        if not lines.filtered(lambda line: line._is_group()) or not order._uses_printed_rows():
            return order.browse()
        # The host's slip is by package; it is kept where no composition must be hidden.
        hides = any(line.collapse_composition for line in lines)
        return order if hides or not self.packages_count else order.browse()

    def _get_slip_rows(self) -> list[SlipRow] | None:
        """Return the rows of the slip, or ``None`` for the host's."""
        order = self._get_slip_order()
        if not order:
            return None
        order = order.with_context(lang=self.env.context.get("lang"))
        moves = self.move_ids.filtered(lambda move: move.state != "cancel")
        return self._build_slip_rows(order, moves, self._get_backordered_moves())

    def _get_backorder_rows(self) -> list[SlipRow]:
        """Return the rows of what remains to deliver, for several backorders."""
        order = self[:1].backorder_id._get_slip_order()
        order = order.with_context(lang=self.env.context.get("lang"))
        moves = self.move_ids.filtered("product_uom_qty")
        return self._build_slip_rows(order, moves, moves.browse())

    def _get_backordered_moves(self):
        pickings = later = self.backorder_ids
        while later.backorder_ids:
            later = later.backorder_ids
            pickings |= later
        return pickings.move_ids.filtered(lambda move: move.state != "cancel")

    def _build_slip_rows(self, order, moves, backordered) -> list[SlipRow]:
        """Return the rows of moves, in the groups of their order.

        :param backordered: moves of the same lines that are still to come
        """
        # The link alone: who prints a slip may not read the order.
        by_line = (moves | backordered).grouped(lambda move: move.sudo().sale_line_id)
        rows, level, hiding = [], 0, order.order_line.browse()
        for line in order._get_ordered_lines():
            if line._is_group() and not (hiding and line.parent_id == hiding):
                level = 1 if line.display_type == "line_subsection" and line.parent_id else 0
                hiding = line if line.collapse_composition else line.browse()
                rows += self._prepare_slip_group(line, level, by_line, moves)
                level += 1
            elif not hiding and not line._is_group():
                own = by_line.get(line, moves.browse())
                rows += self._prepare_slip_products(own & moves, own - moves, level)
        # The link alone, as above.
        loose = moves.filtered(lambda move: move.sudo().sale_line_id not in order.order_line)
        return drop_empty_titles(rows) + self._prepare_slip_products(loose, moves.browse(), 0)

    def _prepare_slip_group(self, group, level, by_line, moves) -> list[SlipRow]:
        name = group._get_group_title()
        if not group.collapse_composition:
            kind = group.display_type.removeprefix("line_")
            return [SlipRow(kind=kind, record=group, name=name, level=level)]
        components = []
        for line in group._get_section_lines():
            own = by_line.get(line, moves.browse())
            if own & moves and line.product_uom_qty:
                to_deliver = sum(own.mapped("product_qty"))
                delivered = sum((own & moves).mapped(self._get_delivered_quantity))
                taken = line.product_uom_id._compute_quantity(
                    line.product_uom_qty, line.product_id.uom_id
                )
                components.append((taken, to_deliver, delivered))
        if not components:
            return []
        quantity = group.kit_quantity or 1.0
        ordered, _whole = get_article_quantity(quantity, [item[:2] for item in components])
        delivered, whole = get_article_quantity(
            quantity, [(taken, done) for taken, _to_deliver, done in components]
        )
        return [
            SlipRow(
                kind="summary",
                record=group,
                name=name,
                level=level,
                ordered=ordered,
                delivered=delivered,
                unit=group._get_group_unit().name or "",
                partial=not whole,
            )
        ]

    @staticmethod
    def _get_delivered_quantity(move):
        """Return what a move delivers, in the unit of its product."""
        return move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)

    def _prepare_slip_products(self, moves, backordered, level) -> list[SlipRow]:
        rows = []
        for move in moves:
            product = move.product_id
            same = backordered.filtered(lambda other, product=product: other.product_id == product)
            text = move.description_picking
            known = text in (product.name, product.display_name)
            lots = move.move_line_ids.lot_id
            rows.append(
                SlipRow(
                    kind="product",
                    record=move,
                    name=product.display_name,
                    level=level,
                    description="" if known else text,
                    ordered=move.product_uom_qty + sum(same.mapped("product_uom_qty")),
                    delivered=move.quantity,
                    unit=move.product_uom.name,
                    lots=tuple(lots.mapped("name")),
                )
            )
        return rows
