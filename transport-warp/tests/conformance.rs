//! Runs the conformance kit over websockets.

mod page;

use std::net::SocketAddr;

use tealight_runtime::Live;
use tealight_runtime::conformance::{self, CHECKS, Transport};
use tokio::net::TcpListener;

use crate::page::Page;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_conforms() {
    conformance::run(&Sockets, CHECKS).await.expect_all();
}

struct Sockets;

impl Transport for Sockets {
    type Server = SocketAddr;
    type PageEnd = Page;

    async fn serve(&self, live: Live) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(tealight_warp::serve(listener, tealight_warp::routes(&live, tealight_warp::request())));
        address
    }

    async fn page(&self, server: &SocketAddr, path: &str) -> String {
        page::get(*server, path).await
    }

    async fn connect(&self, server: &SocketAddr, path: &str) -> Page {
        Page::open(*server, path).await
    }
}
