use bytes::Bytes;
use tealight_runtime::http;
use warp::http::Response;

use crate::handshake::Refused;

pub(crate) fn refused(refused: Refused) -> Response<Bytes> {
    let mut response = http::refused(refused.status, refused.why);
    response.headers_mut().extend(refused.header.map(|(name, value)| (Some(name), value)));
    response
}
