//! Event streams and posts as a warp filter. `tealight-warp` has the filters for the page and its script.

use std::convert::Infallible;

use futures_core::Stream;
use tealight_core::PageRequest;
use tealight_runtime::Live;
use tealight_runtime::http::read_body;
use warp::http::request::Parts;
use warp::http::{HeaderMap, Method, Request};
use warp::path::FullPath;
use warp::reply::Response;
use warp::{Filter, Rejection, Reply};

use crate::body::Body;
use crate::service::Sse;

/// Serves event streams, and the posts to them, at every path below the filters before this one. It rejects other
/// requests, so that other filters can answer them.
///
/// `request` makes the [`PageRequest`] for `mount`, as for `tealight_warp::page`.
pub fn stream<R>(live: &Live, request: R) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + use<R>
where
    R: Filter<Extract = (PageRequest,), Error = Rejection> + Clone + Send + Sync + 'static,
{
    let sse = Sse::new(live.clone());
    let asked = parts().and_then(async |parts: Parts| {
        if Sse::is_transport_request(&parts.method, &parts.headers) {
            Ok(parts)
        } else {
            Err(warp::reject::not_found())
        }
    });
    asked.and(request).and(warp::body::stream()).then(move |parts: Parts, request, body| {
        let sse = sse.clone();
        let request = sse.live().locate(request);
        let client = request.address();
        async move {
            let allowed = sse.allowed_origin(&parts);
            if parts.method == Method::OPTIONS {
                return allowed.preflight().into_response();
            }
            allowed.mark(match parts.method {
                Method::GET => match sse.stream(&parts, request) {
                    Ok(stream) => streamed(stream),
                    Err(refusal) => refusal.answer().into_response(),
                },
                _ => match sse.post(&parts, &request) {
                    Ok(post) => {
                        let body = read_body(sse.live(), client, post.limit(), body, Stream::poll_next);
                        post.start(body).await.into_response()
                    }
                    Err(refusal) => refusal.answer().into_response(),
                },
            })
        }
    })
}

fn parts() -> impl Filter<Extract = (Parts,), Error = Infallible> + Clone {
    let parts = warp::method().and(warp::path::full()).and(warp::header::headers_cloned());
    parts.map(|method: Method, path: FullPath, headers: HeaderMap| {
        let mut request = Request::builder().method(method).uri(path.as_str());
        if let Some(its) = request.headers_mut() {
            *its = headers;
        }
        request.body(()).expect("the path comes from a request").into_parts().0
    })
}

fn streamed(response: warp::http::Response<Body>) -> Response {
    let (parts, body) = response.into_parts();
    let mut response = warp::reply::stream(body).into_response();
    *response.headers_mut() = parts.headers;
    response
}
