//! What the examples share: `--listen ADDR`, and a good-bye at Ctrl-C or SIGTERM.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use pico_args::Arguments;
use tealight::runtime::Live;
use tealight::warp::{live, serve_until};
use tokio::net::TcpListener;
use tokio::time::timeout;

/// Serves an application until the process is told to end.
pub(crate) async fn serve(application: Live, arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let (listener, end) = listen(&application, arguments).await?;
    serve_until(listener, live(application.clone()), end).await;
    say_good_bye(&application).await;
    Ok(())
}

/// Where the arguments say that it listens, and what comes when the process is told to end.
pub(crate) async fn listen(
    application: &Live,
    mut arguments: Arguments,
) -> Result<(TcpListener, impl Future<Output = ()> + use<>), Box<dyn Error>> {
    let listen = arguments.opt_value_from_str("--listen")?;
    if let Some(unknown) = arguments.finish().first() {
        return Err(format!("{} is not an option here", unknown.display()).into());
    }
    let listener = TcpListener::bind(listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)))).await?;
    let (told, ending) = (told_to_end()?, application.clone());
    println!("listening on http://{}", listener.local_addr()?);
    let end = async move {
        told.await;
        // the server waits for its answers to end, and a stream of events is one
        tokio::spawn(async move { ending.shutdown().await });
    };
    Ok((listener, end))
}

/// A page that does not answer is not waited for.
pub(crate) async fn say_good_bye(application: &Live) {
    let _ = timeout(Duration::from_secs(5), application.shutdown()).await;
}

/// Waits for Ctrl-C or SIGTERM.
#[cfg(unix)]
fn told_to_end() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
fn told_to_end() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async { tokio::signal::ctrl_c().await.unwrap_or_else(|_| std::process::abort()) })
}
