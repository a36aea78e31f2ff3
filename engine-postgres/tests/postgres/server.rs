//! A real PostgreSQL server on a free port of the loopback interface, with files of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    settings: Vec<String>,
    folder: TempDir,
}

impl Server {
    /// Starts a server, and waits until it takes connections. Its user is `tea`, with the password `light`.
    pub(crate) fn start() -> Self {
        Self::with("UTF8", |_| Vec::new())
    }

    /// The same, with another encoding, and settings that may name files in its folder.
    pub(crate) fn with(encoding: &str, settings: impl FnOnce(&Path) -> Vec<String>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let password = folder.path().join("password");
        fs::write(&password, "light").expect("a file");
        let mut settings = settings(folder.path());
        settings.extend(["fsync=off", "unix_socket_directories="].map(str::to_owned));
        give(folder.path());
        let mut initdb = command("initdb", &folder);
        initdb.args(["-A", "scram-sha-256", "-U", "tea", "--no-sync", "--locale", "C", "-E", encoding, "--pwfile"]);
        let made = initdb.arg(password).output().expect("initdb is installed");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        loop {
            // Another program may take the port meanwhile. Then it does not start.
            let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
            let address = port.expect("a free port");
            if let Some(child) = spawn(address, &folder, &settings) {
                return Self { child, address, settings, folder };
            }
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        url(self.address)
    }

    /// Ends it at once, as a crash does.
    pub(crate) fn kill(&mut self) {
        // Only PostgreSQL itself ends all of its processes.
        let killed = Command::new("kill").args(["-QUIT", &self.child.id().to_string()]).status();
        assert!(killed.expect("a program").success(), "the server lives");
        self.child.wait().expect("a process");
    }

    /// Starts it again, with its files.
    pub(crate) fn start_again(&mut self) {
        self.child = spawn(self.address, &self.folder, &self.settings).expect("its port is free");
    }

    /// Connects as another program does.
    pub(crate) async fn client(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await.expect("a connection");
        tokio::spawn(connection);
        client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.kill();
        }
    }
}

pub(crate) fn url(address: SocketAddr) -> String {
    format!("postgres://tea:light@{address}/postgres")
}

/// PostgreSQL does not run as root. Then the folder and the programs are those of the user that Debian makes for it.
fn user() -> Option<(u32, u32)> {
    let is_root = fs::metadata("/proc/self").expect("Linux").uid() == 0;
    let users = if is_root { fs::read_to_string("/etc/passwd").expect("the users") } else { return None };
    let line = users.lines().find_map(|line| line.strip_prefix("postgres:")).expect("a user for PostgreSQL");
    let mut fields = line.split(':').skip(1).map(|id| id.parse().expect("an id"));
    Some((fields.next().expect("a user"), fields.next().expect("a group")))
}

fn give(folder: &Path) {
    if let Some((user, group)) = user() {
        chown(folder, Some(user), Some(group)).expect("root may");
        for file in fs::read_dir(folder).expect("a folder") {
            chown(file.expect("a file").path(), Some(user), Some(group)).expect("root may");
        }
    }
}

/// Debian keeps the programs of each version in a folder of its own.
fn command(program: &str, folder: &TempDir) -> Command {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let programs = versions.map(|version| version.path().join("bin").join(program)).filter(|path| path.exists());
    let mut command = Command::new(programs.max().unwrap_or_else(|| PathBuf::from(program)));
    command.arg("-D").arg(folder.path().join("data")).current_dir(folder.path());
    if let Some((user, group)) = user() {
        command.uid(user).gid(group);
    }
    command
}

fn spawn(address: SocketAddr, folder: &TempDir, settings: &[String]) -> Option<Child> {
    let mut command = command("postgres", folder);
    command.args(["-h", &address.ip().to_string(), "-p", &address.port().to_string()]);
    for setting in settings {
        command.args(["-c", setting]);
    }
    let mut child = command.stderr(Stdio::piped()).spawn().expect("PostgreSQL is installed: ./test does it");
    let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines().map_while(Result::ok);
    let mut log = Vec::new();
    for line in lines.by_ref() {
        if line.contains("database system is ready to accept connections") {
            // A pipe that nobody reads would stop it.
            std::thread::spawn(move || lines.for_each(drop));
            return Some(child);
        }
        log.push(line);
    }
    child.wait().expect("a process");
    let is_taken = log.iter().any(|line| line.contains("Address already in use"));
    assert!(is_taken, "PostgreSQL did not start:\n{}", log.join("\n"));
    None
}
