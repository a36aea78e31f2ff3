pub(crate) struct Tea {
    pub(crate) id: u32,
    pub(crate) name: String,
    pub(crate) country: &'static str,
    /// The grams in stock.
    pub(crate) grams: u32,
}

const HARVESTS: [&str; 5] = ["Early", "Spring", "Summer", "Autumn", "Wild"];

const KINDS: [(&str, &str); 12] = [
    ("Assam", "India"),
    ("Darjeeling", "India"),
    ("Dong Ding", "Taiwan"),
    ("Gyokuro", "Japan"),
    ("Keemun", "China"),
    ("Longjing", "China"),
    ("Matcha", "Japan"),
    ("Nilgiri", "India"),
    ("Sencha", "Japan"),
    ("Tieguanyin", "China"),
    ("Tres Ríos", "Costa Rica"),
    ("Uva", "Sri Lanka"),
];

pub(crate) fn teas() -> Vec<Tea> {
    let names = KINDS.iter().flat_map(|kind| HARVESTS.map(|harvest| (harvest, kind)));
    let tea = |(id, (harvest, &(kind, country)))| Tea {
        id,
        name: format!("{harvest} {kind}"),
        country,
        grams: 50 * (id * 37 % 61), // 61 is prime, so each amount is there once
    };
    (1..).zip(names).map(tea).collect()
}
