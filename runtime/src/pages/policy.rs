use std::fmt::{self, Write as _};

/// A `Content-Security-Policy`: directives with their sources.
#[derive(Clone)]
pub(super) struct Policy(Vec<Directive>);

#[derive(Clone)]
struct Directive {
    name: String,
    sources: Vec<String>,
}

/// Scripts come from files of the page's own origin only, and none makes markup or scripts from a text but through a
/// Trusted Types policy. Forms go to the own origin, and no other site may show the page in a frame. Styles, images, fonts
/// and connections are not restricted.
const DEFAULT: &str = "script-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; \
    require-trusted-types-for 'script'; trusted-types tealight";

impl Policy {
    pub(super) fn parse(policy: &str) -> Self {
        let directives = policy.split(';').filter_map(|directive| {
            let mut words = directive.split_whitespace().map(str::to_owned);
            Some(Directive { name: words.next()?.to_ascii_lowercase(), sources: words.collect() })
        });
        Self(directives.collect())
    }

    /// Adds a source to a directive. If the policy has no such directive, it restricts nothing there.
    ///
    /// # Panics
    /// Panics if the source is not one word.
    pub(super) fn allow(&mut self, name: &str, source: &str) {
        let is_word =
            !source.is_empty() && source.bytes().all(|byte| byte.is_ascii_graphic() && !b";,".contains(&byte));
        assert!(is_word, "{source:?} is not a source of a Content-Security-Policy");
        if let Some(directive) = self.0.iter_mut().find(|directive| directive.name == name) {
            directive.sources.retain(|other| other != "'none'");
            directive.sources.push(source.to_owned());
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|directive| directive.name != name);
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::parse(DEFAULT)
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Directive { name, sources }) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "; " })?;
            f.write_str(name)?;
            for source in sources {
                f.write_char(' ')?;
                f.write_str(source)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_added_where_something_is_restricted() {
        let mut policy = Policy::parse(" script-src 'self';;OBJECT-SRC  'none' ; upgrade-insecure-requests; ");
        assert_eq!(policy.to_string(), "script-src 'self'; object-src 'none'; upgrade-insecure-requests");
        policy.allow("script-src", "https://cdn.example");
        policy.allow("object-src", "'self'");
        policy.allow("form-action", "https://pay.example");
        policy.remove("upgrade-insecure-requests");
        assert_eq!(policy.to_string(), "script-src 'self' https://cdn.example; object-src 'self'");
        assert_eq!(Policy::default().to_string(), DEFAULT);
    }

    #[test]
    fn a_source_brings_no_directive_of_its_own() {
        for source in ["", "a b", "a;script-src *", "a,b", "a\n", "ä"] {
            let allow = || Policy::default().allow("script-src", source);
            assert!(std::panic::catch_unwind(allow).is_err(), "{source:?}");
        }
    }
}
