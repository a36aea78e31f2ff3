//! Tealight's client as a Rust crate: the script that makes a server-rendered page live.
//!
//! The script is written in TypeScript (`client/src`). Its build, the folder `client/dist`, is committed, so that users of
//! Tealight do not need Node. The script comes in several files, the [`FILES`]: one for every page, and parts that only
//! some pages need. Serve each as `text/javascript` under its [`File::name`], all in one folder: then browsers may cache it
//! forever.

/// The version of all files: 16 hexadecimal digits, which change when any file changes. They are a hash, but not a signature.
pub const VERSION: &str = include_str!("../dist/version");

/// A classic script without dependencies, which uses neither `eval` nor inline code.
#[derive(Debug)]
pub struct File {
    /// The name of the part, or nothing for the script that every page needs. That script makes every `[data-tealight]` root
    /// of the page live. Load it with `defer`, after its parts, or at the end of the page, so that the roots exist when it
    /// runs. It loads parts that are missing.
    pub part: Option<&'static str>,
    /// The script.
    pub text: &'static str,
    /// The script, compressed with gzip.
    pub gzip: &'static [u8],
}

impl File {
    /// Returns the file's name: it has the [`VERSION`] in it, and the script looks for its parts under these names.
    #[must_use]
    pub fn name(&self) -> String {
        self.part.map_or_else(|| format!("{VERSION}.js"), |part| format!("{VERSION}-{part}.js"))
    }
}

macro_rules! file {
    ($part:expr, $name:literal) => {
        File {
            part: $part,
            text: include_str!(concat!("../dist/", $name, ".js")),
            gzip: include_bytes!(concat!("../dist/", $name, ".js.gz")),
        }
    };
}

/// All files of the script. The first is for every page.
pub static FILES: [File; 6] = [
    file!(None, "tealight"),
    file!(Some("controls"), "controls"),
    file!(Some("effects"), "effects"),
    file!(Some("sse"), "sse"),
    file!(Some("routes"), "routes"),
    file!(Some("rare"), "rare"),
];

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn all_files_have_the_version() {
        assert!(VERSION.len() == 16 && VERSION.bytes().all(|byte| byte.is_ascii_hexdigit()), "{VERSION}");
        for file in &FILES {
            assert!(file.text.contains(VERSION), "{}", file.name());
        }
    }

    #[test]
    fn gzip_holds_the_script() {
        for file in &FILES {
            let mut text = String::new();
            flate2::read::GzDecoder::new(file.gzip).read_to_string(&mut text).expect("gzip of text");
            assert_eq!(text, file.text);
        }
    }

    #[test]
    fn the_script_fits_its_budget() {
        let [script, ..] = &FILES;
        assert!(script.gzip.len() <= 9984, "{} bytes gzipped", script.gzip.len());
    }
}
