use futures_core::Stream;
use tealight_core::PageRequest;
use tealight_runtime::Live;
use tealight_runtime::http::{FormPost, read_body};
use warp::http::{HeaderMap, Method, Uri};
use warp::path::{FullPath, Peek};
use warp::{Filter, Rejection, Reply};

use crate::path::base;

/// Answers the forms that browsers without JavaScript post to the page.
pub(crate) fn posted<R>(
    live: &Live,
    request: R,
) -> impl Filter<Extract = (warp::reply::Response,), Error = Rejection> + Clone + use<R>
where
    R: Filter<Extract = (PageRequest,), Error = Rejection> + Clone + Send + Sync + 'static,
{
    let live = live.clone();
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    let asked = warp::method().and(query).and_then(async |method: Method, query: String| {
        if FormPost::is_form_post(&method, Some(&query)) { Ok(()) } else { Err(warp::reject::not_found()) }
    });
    let parts = warp::path::full().and(warp::path::peek()).and(warp::header::headers_cloned());
    let body = warp::body::stream();
    asked.untuple_one().and(parts).and(request).and(body).then(
        move |path: FullPath, rest: Peek, headers: HeaderMap, request, body| {
            let base = base(path.as_str(), rest.as_str());
            let request = live.locate(request);
            let client = request.address();
            let post = FormPost::of(&live, &Uri::default(), &headers, request, &base);
            let body = read_body(&live, client, live.message_limit(), body, Stream::poll_next);
            async move {
                match post {
                    Ok(post) => post.answer(body.await).await.into_response(),
                    Err(refusal) => refusal.answer().into_response(),
                }
            }
        },
    )
}
