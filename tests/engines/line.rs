//! A line to a server that can be cut.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// A line to a server.
pub(crate) struct Line {
    pub(crate) address: SocketAddr,
    is_up: Arc<watch::Sender<bool>>,
    task: AbortHandle,
}

impl Line {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let is_up = Arc::new(watch::Sender::new(true));
        let state = Arc::clone(&is_up);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let mut is_up = state.subscribe();
                if *is_up.borrow() {
                    tokio::spawn(async move {
                        tokio::select! {
                            () = carry(client, server) => {}
                            _ = is_up.wait_for(|is_up| !is_up) => {}
                        }
                    });
                }
            }
        });
        Self { address, is_up, task: task.abort_handle() }
    }

    /// Breaks all connections. New ones are closed at once.
    pub(crate) fn cut(&self) {
        self.is_up.send_replace(false);
    }

    pub(crate) fn mend(&self) {
        self.is_up.send_replace(true);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
        self.cut();
    }
}

async fn carry(mut client: TcpStream, server: SocketAddr) {
    if let Ok(mut server) = TcpStream::connect(server).await {
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}
