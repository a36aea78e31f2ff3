#[tokio::main]
async fn main() -> Result<(), tealight::warp::RunError> {
    tealight::warp::run(Dashboard { shop: Shop::default() }).await
}
