//! A client of a language server: the Language Server Protocol over standard input and output.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// The server compiles the project's macros first.
const PATIENCE: Duration = Duration::from_secs(300);

const CONTENT_MODIFIED: i64 = -32801;

/// Returns the path of rust-analyzer, or none if it or the library's source is not installed.
pub(crate) fn find() -> Option<PathBuf> {
    let command = PathBuf::from(std::env::var_os("RUST_ANALYZER").unwrap_or_else(|| "rust-analyzer".into()));
    answer(Command::new(&command).arg("--version"))?;
    let sysroot = answer(Command::new("rustc").args(["--print", "sysroot"]))?;
    Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library").exists().then_some(command)
}

fn answer(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).ok()).flatten()
}

pub(crate) struct Server {
    process: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    requests: i64,
    version: i64,
}

impl Server {
    pub(crate) fn start(command: PathBuf, project: &Path) -> Self {
        let mut process = Command::new(command)
            .current_dir(project)
            .env("CARGO_TARGET_DIR", project.join("target"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it has told its version");
        let (input, output) = (process.stdin.take().expect("piped"), process.stdout.take().expect("piped"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut server = Self { process, input, messages, requests: 0, version: 0 };
        server.request(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": uri(project),
                "capabilities": { "experimental": { "serverStatusNotification": true } },
                "initializationOptions": {
                    "checkOnSave": false,
                    "cachePriming": { "enable": false },
                    "completion": { "limit": null },
                },
            }),
        );
        server.notify("initialized", json!({}));
        server
    }

    pub(crate) fn open(&mut self, file: &Path, text: &str) {
        let document = json!({ "uri": uri(file), "languageId": "rust", "version": self.version, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub(crate) fn change(&mut self, file: &Path, text: &str) {
        self.version += 1;
        self.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": uri(file), "version": self.version },
                "contentChanges": [{ "text": text }],
            }),
        );
    }

    /// Waits until the server has read the project and compiled its macros. It may warn that it cannot find the
    /// dependencies of the standard library.
    pub(crate) fn settle(&mut self) -> Result<(), Value> {
        loop {
            let message = self.next();
            if message["method"] == "experimental/serverStatus" {
                let status = &message["params"];
                assert_ne!(status["health"], "error", "{status}");
                if status["quiescent"] == true {
                    return if status["health"] == "ok" { Ok(()) } else { Err(status["message"].clone()) };
                }
            }
        }
    }

    /// Returns the names that the server offers at this position.
    pub(crate) fn complete(&mut self, file: &Path, line: usize, character: usize) -> Vec<String> {
        let answer = self.request(
            "textDocument/completion",
            json!({
                "textDocument": { "uri": uri(file) },
                "position": { "line": line, "character": character },
            }),
        );
        let items = answer["items"].as_array().or(answer.as_array()).cloned().unwrap_or_default();
        let name = |item: &Value| {
            let label = item["label"].as_str().unwrap_or_default();
            label.split(['(', ' ', '{']).next().unwrap_or_default().to_owned()
        };
        items.iter().map(name).collect()
    }

    pub(crate) fn stop(mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.process.wait().expect("it ends");
    }

    fn request(&mut self, method: &str, params: Value) -> Value {
        loop {
            self.requests += 1;
            let id = self.requests;
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
            let answer = loop {
                let message = self.next();
                if message["id"] == id && message.get("method").is_none() {
                    break message;
                }
            };
            match answer["error"]["code"].as_i64() {
                None => return answer["result"].clone(),
                // The server was still reading the change.
                Some(CONTENT_MODIFIED) => {}
                Some(_) => panic!("{method}: {}", answer["error"]),
            }
        }
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Returns the server's next message, and answers its requests.
    fn next(&mut self) -> Value {
        let message = self.messages.recv_timeout(PATIENCE).expect("the server answers in time");
        if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
        }
        message
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("it listens");
        self.input.flush().expect("it listens");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        output.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(bytes) = line.strip_prefix("Content-Length: ") {
            length = bytes.parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

fn uri(path: &Path) -> String {
    let escaped = path.to_string_lossy().replace('%', "%25").replace(' ', "%20");
    format!("file://{}", escaped.replace('\\', "/"))
}
