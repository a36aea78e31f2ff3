//! Three processes behind nginx, on one NATS server.

use std::error::Error;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use rustix::process::Signal;
use tempfile::TempDir;
use tokio::process::Command;

use crate::line::Line;
use crate::process::Process;

pub(crate) struct Cluster {
    pub(crate) servers: Vec<Process>,
    pub(crate) nginx: Process,
    pub(crate) nats: Process,
    /// The line of the first server to NATS.
    pub(crate) line: Line,
    pub(crate) proxy: SocketAddr,
    nats_address: SocketAddr,
    folder: TempDir,
}

/// The processes that serve pages.
pub(crate) const SERVERS: usize = 3;

impl Cluster {
    pub(crate) async fn start(save_every: u64) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        // It takes a free port.
        let (nats, nats_address) = start_nats("-1", folder.path()).await?;
        let line = Line::to(nats_address).await?;
        let mut servers = Vec::new();
        let mut upstream = String::new();
        for number in 0..SERVERS {
            let nats = if number == 0 { line.address } else { nats_address };
            let name = format!("server {}", number + 1);
            let mut command = Command::new(std::env::current_exe()?);
            command.arg("serve").env("LISTEN", "127.0.0.1:0").env("PROCESS", &name).env("FOLDER", folder.path());
            command.env("NATS", format!("nats://{nats}")).env("SAVE_EVERY", save_every.to_string());
            let (server, address) = Process::start(&name, &mut command, "listening on http://").await?;
            upstream += &format!("server {}; ", address.trim());
            servers.push(server);
        }
        let proxy = free_address()?;
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration(folder.path(), &upstream, proxy))?;
        let mut command = Command::new("nginx");
        command.env("PATH", path_with_sbin()).arg("-p").arg(folder.path()).args(["-e", "stderr", "-c"]).arg(&file);
        let (nginx, _) = Process::start("nginx", &mut command, "event method").await?;
        Ok(Self { servers, nginx, nats, line, proxy, nats_address, folder })
    }

    pub(crate) async fn stop_nats(&mut self) -> Result<(), Box<dyn Error>> {
        self.nats.signal(Signal::TERM);
        Ok(self.nats.ended().await?)
    }

    pub(crate) async fn start_nats_again(&mut self) -> Result<(), Box<dyn Error>> {
        (self.nats, _) = start_nats(&self.nats_address.port().to_string(), self.folder.path()).await?;
        Ok(())
    }

    /// All programs.
    pub(crate) fn processes(&self) -> impl Iterator<Item = &Process> {
        self.servers.iter().chain([&self.nginx, &self.nats])
    }
}

/// Starts a NATS server on this port, or on a free one with `-1`.
pub(crate) async fn start_nats(port: &str, folder: &Path) -> Result<(Process, SocketAddr), Box<dyn Error>> {
    let mut command = Command::new("nats-server");
    command.args(["-a", "127.0.0.1", "-p", port, "-js", "-sd"]).arg(folder.join("nats"));
    command.env("PATH", path_with_sbin());
    let (nats, address) = Process::start("nats-server", &mut command, "Listening for client connections on ").await?;
    Ok((nats, address.trim().parse()?))
}

/// Debian has them there.
fn path_with_sbin() -> String {
    format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default())
}

fn free_address() -> std::io::Result<SocketAddr> {
    std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// As `docs/proxies/nginx.conf`, with all paths and without sticky sessions.
fn configuration(folder: &Path, upstream: &str, proxy: SocketAddr) -> String {
    let folder = folder.display();
    format!(
        "daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr notice;
        events {{ worker_connections 30000; }}
        http {{
            access_log off;
            client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
            map $http_upgrade $tealight_connection {{ default upgrade; '' ''; }}
            upstream processes {{ {upstream} }}
            server {{
                listen {proxy} backlog=4096;
                location / {{
                    proxy_pass http://processes;
                    proxy_http_version 1.1;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection $tealight_connection;
                    proxy_set_header Host $http_host;
                    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                    proxy_read_timeout 75s;
                }}
            }}
        }}"
    )
}
