use std::collections::HashMap;
use std::sync::Arc;

use super::topic::Topic;
use crate::report::TopicReport;

/// Adds the traffic of these topics to the reports, by the first part of their names.
pub(super) fn add_to(reports: &mut HashMap<String, TopicReport>, topics: &HashMap<Arc<str>, Topic>) {
    for (name, topic) in topics {
        let first = name.split_once(':').map_or(&**name, |(first, _)| first);
        if !reports.contains_key(first) {
            reports.insert(first.to_owned(), TopicReport { first: first.to_owned(), ..TopicReport::default() });
        }
        let report = reports.get_mut(first).expect("it is there");
        report.topics += 1;
        report.subscribers += topic.subscribers.len();
        report.messages += topic.messages;
        report.bytes += topic.bytes;
        report.waiting += topic.backlog.len();
    }
}
