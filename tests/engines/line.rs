//! A line to a server that can be cut.

use std::io;
use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The state of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Up,
    /// Connections are closed, and new ones too.
    Closed,
    /// Nothing arrives, as behind a firewall, and nobody is told.
    Silent,
}

pub(crate) struct Line {
    pub(crate) address: SocketAddr,
    state: watch::Sender<State>,
    _carrying: JoinSet<()>,
}

impl Line {
    pub(crate) async fn to(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let state = watch::Sender::new(State::Up);
        let watched = state.subscribe();
        let mut carrying = JoinSet::new();
        carrying.spawn(async move {
            let mut lines = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                lines.spawn(carry(client, server, watched.clone()));
            }
        });
        Ok(Self { address, state, _carrying: carrying })
    }

    pub(crate) fn set(&self, state: State) {
        self.state.send_replace(state);
    }
}

/// Carries bytes as long as the line is up. A connection that was cut does not come back.
async fn carry(mut client: TcpStream, server: SocketAddr, mut state: watch::Receiver<State>) {
    if *state.borrow_and_update() == State::Up
        && let Ok(mut server) = TcpStream::connect(server).await
    {
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut server) => return,
            _ = state.wait_for(|state| *state != State::Up) => {}
        }
    }
    // Both ends stay open, and nobody reads.
    let _ = state.wait_for(|state| *state != State::Silent).await;
}
