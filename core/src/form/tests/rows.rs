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
