//! Runs the conformance kit over server-sent events. The attach is in a header, as in the page's client, or posted, as
//! a plain `EventSource` does it.

mod page;

use std::net::SocketAddr;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tealight_runtime::Live;
use tealight_runtime::conformance::{self, CHECKS, Transport};
use tealight_sse::Sse;
use tokio::net::TcpListener;

use crate::page::{Attach, Page};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_attach_in_a_header() {
    conformance::run(&Events { attach: Attach::InHeader }, CHECKS).await.expect_all();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_attach_posted() {
    conformance::run(&Events { attach: Attach::Posted }, CHECKS).await.expect_all();
}

struct Events {
    attach: Attach,
}

impl Transport for Events {
    type Server = SocketAddr;
    type PageEnd = Page;

    async fn serve(&self, live: Live) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let service = TowerToHyperService::new(Sse::new(live));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone()));
            }
        });
        address
    }

    async fn page(&self, server: &SocketAddr, path: &str) -> String {
        page::get(*server, path).await
    }

    async fn connect(&self, server: &SocketAddr, path: &str) -> Page {
        Page::new(*server, path, self.attach).await
    }
}
