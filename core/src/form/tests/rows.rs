//! Lists whose rows are numbered differently in the form.

use super::*;

#[test]
fn errors_of_a_row_have_its_number_in_the_form() {
    #[track_caller]
    fn check(pairs: &str, said: &str, expected: &str) {
        let mut form = Form::<Recipe>::default();
        form.submit(self::form(pairs)).validate_with(|_, errors| errors.add(said, "No."));
        assert_eq!(form.errors().collect::<Vec<_>>(), [(expected, "No.")], "{said} of {pairs}");
    }
    let gap = "steps[0][text]=&steps[2][text]=&steps[10][text]=";
    check(gap, "steps[0][text]", "steps[0][text]");
    check(gap, "steps[1][text]", "steps[2][text]");
    check(gap, "steps[2]", "steps[10]");
    check(gap, "steps[3][text]", "steps[3][text]");
    check(gap, "steps[x]", "steps[x]");
    check(gap, "steps", "steps");
    check(gap, "", "");
    check("steps[0][text]=&steps[1][text]=", "steps[1][text]", "steps[1][text]");
    check("steps[][text]=", "steps[0][text]", "steps[][text]");
    check("steps[4][tags][7][a]=", "steps[0][tags][0][a]", "steps[4][tags][7][a]");
    check("steps[4][tags][7][a]=", "steps[0][tags][]", "steps[4][tags][]");
    // a map has its keys in the type too
    check("prices[1]=5&prices[2]=6", "prices[1]", "prices[1]");
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Basket {
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Item {
    count: u8,
    is_gift: bool,
}

fn item(count: u8, is_gift: bool) -> Item {
    Item { count, is_gift }
}

/// A form with one item, which the page has shown.
fn basket() -> Form<Basket> {
    Form::new(Basket { items: vec![item(1, true)] })
}

#[test]
fn a_new_row_is_not_lost_to_an_event_that_lacks_it() {
    let mut form = basket();
    form.add_row("items", &item(2, true));
    form.input(self::form("items[0][count]=15&items[0][is_gift]=on"));
    assert_eq!(form.rows("items"), ["items[0]", "items[1]"]);
    assert_eq!(form.valid().map(|basket| &*basket.items), Some(&[item(15, true), item(2, true)][..]));
    // the page knows the row now, and its checkbox is unchecked
    form.input(self::form("items[0][count]=15&items[1][count]=2"));
    assert_eq!(form.valid().map(|basket| &*basket.items), Some(&[item(15, false), item(2, false)][..]));
}

#[test]
fn a_removed_row_is_not_brought_back_by_an_event_that_still_has_it() {
    let mut form = basket();
    form.add_row("items", &item(2, false)).add_row("items", &item(3, false)).remove_row("items[1]");
    form.change(self::form("items[0][count]=1&items[1][count]=x&items[2][count]=3").changed_at("items[1][count]"));
    assert_eq!(form.rows("items"), ["items[0]", "items[2]"]);
    assert_eq!((form.value("items[1][count]"), form.errors().count()), ("", 0));
    form.add_row("items", &item(4, false));
    assert_eq!(form.rows("items"), ["items[0]", "items[2]", "items[3]"], "no number is used twice");
}

#[test]
fn other_rows_keep_texts_and_errors() {
    let small = |basket: &Basket, errors: &mut FieldErrors| {
        for (at, item) in basket.items.iter().enumerate().filter(|(_, item)| item.count > 9) {
            errors.add(format!("items[{at}][count]"), format!("{} is too much.", item.count));
        }
    };
    let mut form = Form::new(Basket { items: vec![item(1, false), item(2, false), item(3, false)] });
    let typed = "items[0][count]=1&items[1][count]=x&items[2][count]=30";
    form.submit(self::form(typed)).validate_with(small);
    form.add_row("items", &item(4, false)).validate_with(small);
    assert_eq!((form.value("items[1][count]"), form.error("items[1][count]")), ("x", Some(WHOLE)));
    form.remove_row("items[1]").validate_with(small);
    assert_eq!((form.value("items[2][count]"), form.error("items[2][count]")), ("30", Some("30 is too much.")));
    form.remove_row("items[0]").validate_with(small);
    assert_eq!(form.error("items[2][count]"), Some("30 is too much."));
}

#[test]
fn a_new_row_shows_its_errors_when_it_is_left_or_submitted() {
    #[derive(Serialize)]
    struct Empty {
        count: &'static str,
    }
    let mut form = basket();
    form.submit(self::form("items[0][count]=")).add_row("items", &Empty { count: "" });
    let shown = |form: &Form<Basket>| [0, 1].map(|row| form.error(&format!("items[{row}][count]")).is_some());
    assert_eq!(shown(&form), [true, false]);
    let data = self::form("items[0][count]=&items[1][count]=");
    assert_eq!(shown(form.input(data.clone())), [true, false]);
    assert_eq!(shown(form.clone().change(data.clone().changed_at("items[1][count]"))), [true, true]);
    assert_eq!(shown(form.submit(data)), [true, true]);
}

#[test]
fn a_row_without_fields_is_a_row() {
    let mut form = Form::<Basket>::default();
    form.add_row("items", &()).add_row("items", &7);
    assert_eq!(form.rows("items"), ["items[0]", "items[1]"]);
    let mut flags = Form::<BTreeMap<String, Vec<One<bool>>>>::default();
    flags.add_row("of", &BTreeMap::from([("a", true)])).input(self::form("of[0][a]=on")).input(FormData::default());
    assert_eq!(flags.valid().map(|lists| &*lists["of"]), Some(&[a(false)][..]));
}

#[test]
fn rows_of_a_page_that_was_restored_are_taken() {
    let mut form = basket();
    form.input(self::form("items[3][count]=3&items[7][count]=7"));
    assert_eq!(form.rows("items"), ["items[3]", "items[7]"]);
    form.add_row("items", &item(8, false)).input(self::form("items[3][count]=3&items[7][count]=7&items[9][count]=9"));
    assert_eq!(form.rows("items"), ["items[3]", "items[7]", "items[8]", "items[9]"]);
}

#[test]
fn lists_in_rows_have_rows() {
    #[derive(Debug, Default, Serialize, Deserialize)]
    struct Shelf {
        #[serde(default)]
        baskets: Vec<Basket>,
    }
    let mut form = Form::new(Shelf::default());
    form.add_row("baskets", &Basket::default()).add_row("baskets", &Basket::default());
    form.add_row("baskets[1][items]", &item(1, false)).add_row("baskets[1][items]", &item(2, false));
    form.remove_row("baskets[1][items][0]");
    assert_eq!(form.rows("baskets[1][items]"), ["baskets[1][items][1]"]);
    let items = form.valid().map(|shelf| shelf.baskets.iter().map(|basket| basket.items.len()).collect::<Vec<_>>());
    assert_eq!(items, Some(vec![0, 1]));
    form.remove_row("baskets[1]");
    assert_eq!((form.rows("baskets"), form.rows("baskets[1][items]")), (vec!["baskets[0]".into()], vec![]));
}

#[test]
fn a_hostile_page_cannot_grow_a_list_without_end() {
    let mut form = basket();
    form.add_row("items", &item(1, false));
    for start in [10, 5_000, 9_000] {
        let pairs = (start..start + 2048).map(|row| (format!("items[{row}][count]"), "1"));
        form.input(pairs.collect());
        assert!(form.rows("items").len() <= FormData::MAX_PAIRS);
    }
    form.input(self::form("items[4294967295][count]=1&items[99999999999][count]=1&items[x][count]=1"));
    assert!(form.rows("items").len() <= FormData::MAX_PAIRS);
    form.remove_row("items").remove_row("items[x]").remove_row("").remove_row("]");
}
