//! Records as the AWS CLI prints them with `--output text`: values in the order of their keys, after a label.

use super::events::{Records, timestamp};

impl Records {
    /// Two pages, each with the searched streams.
    pub(super) fn filter_log_events_text(&self) -> Vec<u8> {
        let lines = self.each(|n, record| {
            let (ingested, time) = (record.start * 1000 + 61_204, record.start * 1000);
            let line =
                format!("EVENTS\t3928{n:052}\t{ingested}\t{}\t{}\t{time}\n", record.stream, record.text);
            let streams = format!("SEARCHEDLOGSTREAMS\t{}\tFalse\n", record.stream);
            if n == 3 { line + &streams } else { line }
        });
        [lines, b"SEARCHEDLOGSTREAMS\teni-1-all\tTrue\n".to_vec()].concat()
    }

    pub(super) fn get_log_events_text(&self) -> Vec<u8> {
        let lines = self.each(|_, record| {
            let (ingested, time) = (record.start * 1000 + 61_204, record.start * 1000);
            format!("EVENTS\t{ingested}\t{}\t{time}\n", record.text)
        });
        let token = "3928".repeat(14);
        [format!("b/{token}/s\tf/{token}/s\n").into_bytes(), lines].concat()
    }

    /// One line per page.
    pub(super) fn messages_text(&self) -> Vec<u8> {
        let last = self.0.len().saturating_sub(1);
        self.each(|n, record| format!("{}{}", record.text, if n == 5 || n == last { '\n' } else { '\t' }))
    }

    pub(super) fn times_and_messages_text(&self) -> Vec<u8> {
        self.each(|_, record| format!("{}\t{}\n", record.start * 1000, record.text))
    }

    pub(super) fn insights_text(&self) -> Vec<u8> {
        let lines = self.each(|n, record| {
            let time = timestamp(record).replace('T', " ");
            let values = [("@timestamp", format!("{time}.000")), ("@message", record.text.clone())];
            let pointer = [("@ptr", format!("CpIBCj{n}"))];
            let line = |(field, value): (&str, String)| format!("RESULTS\t{field}\t{value}\n");
            values.into_iter().chain(pointer).map(line).collect()
        });
        [b"CWLI\tComplete\n".to_vec(), lines, b"STATISTICS\t0.0\t0.0\t2.0\n".to_vec()].concat()
    }
}
