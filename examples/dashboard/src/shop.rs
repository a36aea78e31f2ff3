use std::future::Future;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::oneshot;

use crate::database::{Database, DatabaseError, Figures};

/// What a question to the shop is answered with; many pages share one answer.
pub(crate) type Answer = Result<Arc<Figures>, DatabaseError>;

/// The shop, as the pages see it: a thread that reads the database, so that no page's wait for a disk
/// or a lock is another's.
pub(crate) struct Shop {
    questions: mpsc::Sender<oneshot::Sender<Answer>>,
}

impl Shop {
    /// Starts the thread. It ends with the shop.
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

    /// The figures of this moment.
    pub(crate) fn latest(&self) -> impl Future<Output = Answer> + Send + use<> {
        let (question, answer) = oneshot::channel();
        self.questions.send(question).expect("the thread lives as long as the shop");
        async { answer.await.expect("the thread answers all that it is asked") }
    }
}

#[cfg(test)]
pub(crate) type Questions = mpsc::Receiver<oneshot::Sender<Answer>>;

/// Answers all who wait at the same time with one query.
fn answer_all(database: &Database, asked: &mpsc::Receiver<oneshot::Sender<Answer>>) {
    while let Ok(first) = asked.recv() {
        let others: Vec<_> = asked.try_iter().collect();
        let answer = database.figures(now()).map(Arc::new);
        for question in others {
            // who no longer waits is not answered
            let _ = question.send(answer.clone());
        }
        let _ = first.send(answer);
    }
}

/// Seconds of Unix time.
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
