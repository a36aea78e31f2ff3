//! The sender of a request: values that the guards add to it.

use tealight::prelude::*;

use crate::routes::{Account, Login};
use crate::shop::Shop;

/// The name of a browser, from its cookie. It is random, and secret: whoever knows it has the basket.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Visitor(String);

/// A person who is signed in.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct User(pub(crate) String);

/// The names of the cookies.
pub(crate) const VISITOR: &str = "visitor";
pub(crate) const LOGIN: &str = "login";

impl Visitor {
    pub(crate) fn new() -> Self {
        Self(secret())
    }

    /// Returns the visitor whom the cookie names. A text that no server has made is none.
    pub(crate) fn of(request: &PageRequest) -> Option<Self> {
        let name = request.cookie(VISITOR)?;
        let is_ours = name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_ours.then(|| Self(name.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Makes a text that nobody can guess: 128 random bits.
pub(crate) fn secret() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    format!("{:032x}", u128::from_ne_bytes(bytes))
}

/// The guard of all views. It refuses nobody: it says who the visitor is, and who is signed in.
///
/// A person's pages belong to the login, so that they end with it. The pages of others belong to nobody: a browser may keep no cookies.
pub(crate) fn identify(shop: &Shop, request: PageRequest) -> PageRequest {
    let visitor = Visitor::of(&request).unwrap_or_else(Visitor::new);
    let login = request.cookie(LOGIN).unwrap_or_default().to_owned();
    let request = request.with(visitor);
    match shop.user_of(&login) {
        Some(user) => request.owned_by(login).with(user),
        None => request,
    }
}

/// The guard of the account: others log in first.
pub(crate) fn only_signed_in(request: PageRequest) -> Result<PageRequest, MountError> {
    if request.get::<User>().is_some() {
        return Ok(request);
    }
    let next = request.route::<Account>().ok().map(|page| page.address());
    Err(MountError::Redirect(Login { next, failed: false }.address()))
}
