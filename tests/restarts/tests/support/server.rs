use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::task::{JoinError, spawn_blocking};
use tokio::time::timeout;

/// A test that fails ends after this time.
pub const GIVE_UP: Duration = Duration::from_secs(120);

/// A server in a process of its own. It ends with its owner.
pub struct Server {
    child: Child,
    log: Option<JoinHandle<String>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // it may have ended
        let _ = self.child.kill();
    }
}

impl Server {
    /// Starts a server at this address, and waits until it listens.
    pub async fn start(address: SocketAddr, sessions: &Path, variables: &[(&str, &str)]) -> Self {
        Self::run(Command::new(PROGRAM).env("LISTEN", address.to_string()), sessions, variables).await
    }

    /// Starts a server that is given this socket, as a supervisor gives it.
    pub async fn inherit(listener: &TcpListener, sessions: &Path) -> Self {
        let socket = OwnedFd::from(listener.try_clone().expect("another handle of the socket"));
        let script = "exec 3<&0 </dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$0\"";
        let mut shell = Command::new("sh");
        Self::run(shell.args(["-c", script, PROGRAM]).stdin(Stdio::from(socket)), sessions, &[]).await
    }

    /// Starts a server that can write no file of more than this many bytes, as on a disk that is full.
    pub async fn start_limited(address: SocketAddr, sessions: &Path, bytes: u32, variables: &[(&str, &str)]) -> Self {
        // the unit of `ulimit -f` in a POSIX shell is 512 bytes
        let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\"", bytes / 512);
        let mut shell = Command::new("sh");
        Self::run(shell.args(["-c", &script, PROGRAM]).env("LISTEN", address.to_string()), sessions, variables).await
    }

    async fn run(command: &mut Command, sessions: &Path, variables: &[(&str, &str)]) -> Self {
        let command = command.env("SESSIONS", sessions).envs(variables.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the server starts");
        let mut stderr = child.stderr.take().expect("it is piped");
        let log = thread::spawn(move || {
            let mut log = String::new();
            stderr.read_to_string(&mut log).expect("a text");
            log
        });
        let stdout = child.stdout.take().expect("it is piped");
        let server = Self { child, log: Some(log) };
        let line = in_time(move || BufReader::new(stdout).lines().next()).await.expect("a line").expect("a text");
        assert!(line.starts_with("listening on "), "{line}");
        server
    }

    /// Sends a signal.
    pub async fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        kill.args(["-s", name, &self.child.id().to_string()]);
        assert!(in_time(move || kill.status()).await.expect("kill runs").success());
    }

    /// Waits for the end. Returns the log.
    pub async fn ended(mut self) -> (ExitStatus, String) {
        let log = self.log.take().expect("it ends once");
        // the log ends with the process
        let log = in_time(move || log.join().expect("no panic")).await;
        (self.child.wait().expect("its status"), log)
    }
}

/// Waits for what another thread does.
async fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done: Result<T, JoinError> = timeout(GIVE_UP, spawn_blocking(work)).await.expect("in time");
    done.expect("no panic")
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_tealight-restarts");

/// A listening socket on a free port.
pub fn free_socket() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a free port")
}

/// An address that is free, so that one server after another can have it.
pub fn free_address() -> SocketAddr {
    free_socket().local_addr().expect("an address")
}
