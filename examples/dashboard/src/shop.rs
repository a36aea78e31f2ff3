use std::future::Future;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::oneshot;

use crate::database::{Database, DatabaseError, Figures};

/// The answer to a question. Many pages share one.
pub(crate) type Answer = Result<Arc<Figures>, DatabaseError>;

/// A thread that reads the database for all pages, so that no page blocks while another waits for a disk or a lock.
pub(crate) struct Shop {
    questions: mpsc::Sender<oneshot::Sender<Answer>>,
}

impl Shop {
    /// Starts the thread. It ends when the shop is dropped.
    pub(crate) fn open(database: Database) -> Self {
        let (questions, asked) = mpsc::channel();
        thread::spawn(move || answer_all(&database, &asked));
        Self { questions }
    }

    /// A shop whose questions are answered by a test.
    #[cfg(test)]
    pub(crate) fn with_questions() -> (Self, Questions) {
        let (questions, asked) = mpsc::channel();
        (Self { questions }, asked)
    }

    /// Reads the current figures.
    pub(crate) fn latest(&self) -> impl Future<Output = Answer> + Send + use<> {
        let (question, answer) = oneshot::channel();
        self.questions.send(question).expect("the thread lives as long as the shop");
        async { answer.await.expect("the thread answers all that it is asked") }
    }
}

#[cfg(test)]
pub(crate) type Questions = mpsc::Receiver<oneshot::Sender<Answer>>;

/// Answers all waiting questions with one query.
fn answer_all(database: &Database, asked: &mpsc::Receiver<oneshot::Sender<Answer>>) {
    while let Ok(first) = asked.recv() {
        let others: Vec<_> = asked.try_iter().collect();
        let answer = database.figures(now()).map(Arc::new);
        for question in others {
            // a page that is gone needs no answer
            let _ = question.send(answer.clone());
        }
        let _ = first.send(answer);
    }
}

/// Returns the current Unix time in seconds.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::add_order;

    #[tokio::test]
    async fn each_question_is_answered() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::create(&folder.path().join("shop.db")).expect("a database");
        database.write(|books| add_order(books, now(), 100)).expect("an order");
        let shop = Shop::open(database);

        drop(shop.latest());
        let (one, other) = tokio::join!(shop.latest(), shop.latest());
        assert_eq!(one.expect("figures").new_orders, 1);
        assert_eq!(other.expect("figures").sales_amount, 100);
    }
}
