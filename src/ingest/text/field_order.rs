//! Changes of the field order within a file: by a header, or by a line that fits another order.

use super::TextReader;
use super::layout::RecordLayout;
use super::mode::{FieldOrder, Mode};
use crate::ingest::defects::FileContext;
use crate::ingest::file_kind::FieldOrderSource;
use crate::ingest::schema::fields::Fields;
use crate::ingest::schema::header::Columns;
use crate::ingest::schema::value_class::fits;
use crate::ingest::sink::Sink;
use crate::model::defect::DefectKind;

/// The most field orders that are remembered for one file.
const MAX_EARLIER: usize = 8;

impl TextReader<'_> {
    /// Reads the line in another field order, unless a header set the current one. Returns false if no order fits.
    pub(super) fn reorder<S: Sink>(
        &mut self,
        number: u64,
        line: Fields<'_>,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) -> bool {
        let known = match &self.mode {
            Mode::Records(order) if order.by == FieldOrderSource::Header => return false,
            Mode::Records(order) => Some(&order.columns),
            _ => None,
        };
        if let Some(at) = self.earlier_orders.iter().position(|order| fits(&order.columns, line)) {
            let order = self.earlier_orders.swap_remove(at);
            self.report_tiny(file, sink);
            self.set_mode(Mode::Records(Box::new(order)));
        } else {
            let Some((columns, by)) = self.orders.find(line, known) else { return false };
            self.set_columns(number, columns, by, file, sink);
        }
        self.record(number, line, file, sink);
        true
    }

    /// Sets the columns of the records that follow.
    pub(super) fn set_columns<S: Sink>(
        &mut self,
        number: u64,
        columns: Columns,
        by: FieldOrderSource,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        self.report_tiny(file, sink);
        sink.columns(&columns.fields(), &columns.unknown);
        if !columns.unknown.is_empty() {
            file.defect(DefectKind::UnknownFields, Some(number), || {
                format!("`{}`: not a field of versions 2 to 11; ignored", columns.unknown.join("`, `"))
            });
        }
        self.field_order_source.get_or_insert(by);
        self.set_mode(match RecordLayout::new(columns.clone()) {
            Ok(layout) => Mode::Records(Box::new(FieldOrder { layout, columns, by })),
            Err(missing) => Mode::Incomplete(missing, by, Box::new(columns)),
        });
    }

    pub(super) fn set_mode(&mut self, mode: Mode) {
        self.n_mode_changes += 1;
        let before = std::mem::replace(&mut self.mode, mode);
        if let Mode::Records(order) = before
            && order.by != FieldOrderSource::Header
            && self.earlier_orders.len() < MAX_EARLIER
        {
            self.earlier_orders.push(*order);
        }
    }
}
