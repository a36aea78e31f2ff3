//! Runs the conformance kit over the websocket and over the event streams of a router, and of the tower service alone.

use std::net::SocketAddr;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tealight_runtime::Live;
use tealight_runtime::conformance::{self, CHECKS, Transport};
use tealight_warp::LiveService;
use tokio::net::TcpListener;

use crate::events::{self, Attach};
use crate::sockets;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_conforms_over_websockets() {
    conformance::run(&Sockets(route), CHECKS).await.expect_all();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_conforms_over_event_streams() {
    conformance::run(&Events(route, Attach::InHeader), CHECKS).await.expect_all();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_conforms_with_a_posted_attach() {
    conformance::run(&Events(route, Attach::Posted), CHECKS).await.expect_all();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_conforms_over_websockets() {
    conformance::run(&Sockets(serve), CHECKS).await.expect_all();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_conforms_over_event_streams() {
    conformance::run(&Events(serve, Attach::InHeader), CHECKS).await.expect_all();
}

/// Serves an application at every path.
type Serve = fn(TcpListener, Live);

fn route(listener: TcpListener, live: Live) {
    let routes: Router = tealight_axum::pages(live);
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async { axum::serve(listener, routes).await });
}

fn serve(listener: TcpListener, live: Live) {
    let service = TowerToHyperService::new(LiveService::new(live));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone());
            tokio::spawn(connection.with_upgrades());
        }
    });
}

async fn start(serve: Serve, live: Live) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    serve(listener, live);
    address
}

struct Sockets(Serve);

impl Transport for Sockets {
    type Server = SocketAddr;
    type PageEnd = sockets::Page;

    async fn serve(&self, live: Live) -> SocketAddr {
        start(self.0, live).await
    }

    async fn page(&self, server: &SocketAddr, path: &str) -> String {
        sockets::get(*server, path).await
    }

    async fn connect(&self, server: &SocketAddr, path: &str) -> sockets::Page {
        sockets::Page::open(*server, path).await
    }
}

struct Events(Serve, Attach);

impl Transport for Events {
    type Server = SocketAddr;
    type PageEnd = events::Page;

    async fn serve(&self, live: Live) -> SocketAddr {
        start(self.0, live).await
    }

    async fn page(&self, server: &SocketAddr, path: &str) -> String {
        events::get(*server, path).await
    }

    async fn connect(&self, server: &SocketAddr, path: &str) -> events::Page {
        events::Page::new(*server, path, self.1).await
    }
}
