//! Holds a database under lock until its standard input ends:
//!
//! ```text
//! cargo run -p dashboard --example lock -- shop.db
//! ```

use std::error::Error;
use std::io;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("which database?")?;
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.execute_batch("BEGIN EXCLUSIVE")?;
    println!("locked; press Ctrl-D to unlock");
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
