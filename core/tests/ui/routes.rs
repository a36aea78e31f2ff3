use tealight_core::{PageRequest, Route};

#[derive(Hash, Route)]
#[route(crate = tealight_core)]
enum NoAddress {
    #[route("/")]
    Home,
    Orders,
}

#[derive(Hash, Route)]
#[route(crate = tealight_core)]
enum Names {
    #[route("/orders/{idd}")]
    Mistyped { id: u64 },
    #[route("/orders")]
    Forgotten { page: Option<u32> },
    #[route("/people/{id}/{id}")]
    Twice { id: u64 },
    #[route("/people")]
    Unnamed(u64),
    #[route("/places/{id}")]
    Optional { id: Option<u64> },
}

#[derive(Hash, Route)]
#[route(crate = tealight_core)]
enum Patterns {
    #[route("orders")]
    NoSlash,
    #[route("/orders/:id")]
    Colon { id: u64 },
    #[route("/orders/{id}.html")]
    Partly { id: u64 },
    #[route("/{*path}/files")]
    RestInTheMiddle { path: String },
    #[route("/orders//new")]
    Empty,
    #[route("/orders/../new")]
    Dots,
    #[route("/gr%C3%BCn")]
    Encoded,
    #[route("/orders#new")]
    Fragment,
    #[route("/orders?page=2")]
    Parameter,
    #[route("/orders/{}")]
    NoName { id: u64 },
    #[route(pattern = "/orders")]
    Key,
}

#[derive(Hash, Route)]
#[route(crate = tealight_core)]
enum Never {
    #[route("/orders/{id}")]
    One { id: u64 },
    #[route("/orders/{name}?page")]
    Other { name: String, page: Option<u32> },
}

#[derive(Hash, Route)]
#[route(crate = tealight_core)]
enum Crossed {
    #[route("/{shop}/orders")]
    Orders { shop: String },
    #[route("/tea/{page}")]
    Tea { page: String },
}

#[derive(Hash, Route)]
#[route(crate = tealight_core)]
enum Rest {
    #[route("/files/{*path}")]
    All { path: String },
    #[route("/files/{name}/edit")]
    Edit { name: String },
}

#[derive(Hash)]
struct Id(u64);

#[derive(Hash, Route)]
#[route(crate = tealight_core)]
#[route("/orders/{id}")]
struct NoText {
    id: Id,
}

fn not_a_route(request: &PageRequest) {
    let _ = request.route::<Id>();
}

fn main() {}
