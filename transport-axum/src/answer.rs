//! One request of a page, below the path where the server has put it.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequestParts, OriginalUri, Request};
use axum::http::request::Parts;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Response};
use tealight_core::PageRequest;
use tealight_runtime::http::{Peer, page_request};
use tealight_sse::Sse;
use tealight_warp::LiveService;

/// Answers a request. Extracts what `request` adds for `mount`, unless the request can mount nothing.
pub(crate) async fn answer<E, S>(
    service: &LiveService,
    request: &impl Fn(E, PageRequest) -> PageRequest,
    state: &S,
    asked: Request,
) -> Response
where
    E: FromRequestParts<S> + Send,
    S: Send + Sync,
{
    let (mut parts, body) = asked.into_parts();
    let extracted = if may_mount(&parts) {
        match E::from_request_parts(&mut parts, state).await {
            Ok(extracted) => Some(extracted),
            Err(rejection) => return rejection.into_response(),
        }
    } else {
        None
    };
    let base = go_public(&mut parts);
    let page = page_request(&parts);
    let page = match extracted {
        Some(extracted) => request(extracted, page),
        None => page,
    };
    service.answer_below(&base, page, parts, body).await.map(Body::new)
}

/// Returns false for posts to a stream, and for preflights. The key of its stream protects a post. A page posts while it leaves,
/// and then nothing may be awaited before the post is read. Preflights have no cookies.
fn may_mount(parts: &Parts) -> bool {
    match parts.method {
        Method::POST => !Sse::is_transport_request(&parts.method, &parts.headers),
        Method::OPTIONS => false,
        _ => true,
    }
}

/// Gives a request the URI and the address that its client knows. Returns the path of the application, with a `/` at its end.
fn go_public(parts: &mut Parts) -> String {
    if let (None, Some(ConnectInfo(peer))) =
        (parts.extensions.get::<Peer>(), parts.extensions.get::<ConnectInfo<SocketAddr>>())
    {
        let peer = Peer(peer.ip());
        parts.extensions.insert(peer);
    }
    let public = parts.extensions.get().map_or_else(|| parts.uri.clone(), |OriginalUri(uri): &OriginalUri| uri.clone());
    let base = base(&public, &parts.uri);
    parts.uri = public;
    base
}

/// Returns the part of the public path that routers have stripped, with a `/` at its end.
fn base(public: &Uri, rest: &Uri) -> String {
    let stripped = public.path().strip_suffix(rest.path()).unwrap_or(public.path());
    let slash = if stripped.ends_with('/') { "" } else { "/" };
    format!("{stripped}{slash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_the_path_that_routers_have_stripped() {
        for (public, rest, expected) in [
            ("/", "/", "/"),
            ("/orders/7", "/orders/7", "/"),
            ("/counter", "/", "/counter/"),
            ("/counter/", "/", "/counter/"),
            ("/app/counter?n=1", "/?n=1", "/app/counter/"),
            ("/shop/orders/7", "/orders/7", "/shop/"),
            ("/shop/orders/", "/orders/", "/shop/"),
        ] {
            assert_eq!(
                base(&public.parse().expect("a URI"), &rest.parse().expect("a URI")),
                expected,
                "{public} {rest}"
            );
        }
    }
}
