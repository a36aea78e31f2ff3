//! A real NATS server on a free port of the loopback interface.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    arguments: Vec<String>,
    folder: TempDir,
}

impl Server {
    /// Starts a server with JetStream, and waits until it listens.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let arguments: Vec<_> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        // It takes a free port.
        let (child, address) = spawn("-1", &folder, &arguments);
        Self { child, address, arguments, folder }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    /// Kills it.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("a process");
        self.child.wait().expect("a process");
    }

    /// Starts it again, with its files.
    pub(crate) fn start_again(&mut self) {
        (self.child, _) = spawn(&self.address.port().to_string(), &self.folder, &self.arguments);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(port: &str, folder: &TempDir, arguments: &[String]) -> (Child, SocketAddr) {
    let mut command = Command::new("nats-server");
    command.args(["-a", "127.0.0.1", "-p", port, "-js", "-sd"]).arg(folder.path()).args(arguments);
    let mut child = command.stderr(Stdio::piped()).spawn().expect("nats-server is installed: ./test does it");
    let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines().map_while(Result::ok);
    let mut address = None;
    for line in lines.by_ref() {
        if let Some((_, at)) = line.split_once("Listening for client connections on ") {
            address = Some(at.parse().expect("an address"));
        }
        if line.contains("Server is ready") {
            // A pipe that nobody reads would stop it.
            std::thread::spawn(move || lines.for_each(drop));
            return (child, address.expect("it listens"));
        }
    }
    panic!("nats-server did not start: {:?}", child.wait());
}
