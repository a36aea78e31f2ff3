#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    tealight::warp::serve(listener, tealight::warp::live(Dashboard { shop: Shop::default() })).await;
    Ok(())
}
