use super::{Payload, read};

fn word(tag: &str, written: &str) -> String {
    match read("on:", tag, written) {
        Ok(binding) => binding.word(),
        Err(faults) => {
            faults.iter().map(|fault| fault.lines().next().unwrap_or_default()).collect::<Vec<_>>().join("; ")
        }
    }
}

#[test]
fn bindings_are_written_into_the_map() {
    for (tag, written, expected) in [
        ("button", "click", "click"),
        ("a", "click.prevent.stop", "click.prevent.stop"),
        ("input", "keydown.Enter", "keydown..enter"),
        ("input", "keydown.ctrl.s.prevent", "keydown.prevent..ctrl.s"),
        ("input", "keyup.5", "keyup..5"),
        ("input", "keydown.Ä", "keydown..ä"),
        ("input", "keydown.debounce.5", "keydown.debounce.300..5"),
        ("input", "keydown.alt.ArrowUp", "keydown..alt.arrowup"),
        ("input", "keydown.F12", "keydown..f12"),
        ("input", "keydown.AudioVolumeUp", "keydown..audiovolumeup"),
        ("input", "keydown.printscreen", "keydown..printscreen"),
        ("input", r#"keydown."/""#, "keydown../"),
        ("input", r#"keydown.".".prevent"#, "keydown.prevent..period"),
        ("input", r#"keydown.ctrl.".""#, "keydown..ctrl.period"),
        ("input", r#"keydown." ""#, "keydown..space"),
        ("input", "keydown.space", "keydown..space"),
        ("input", r#"keydown."\"""#, "keydown..\""),
        ("input", r#"keydown."\\""#, "keydown..\\"),
        ("input", r#"window:keydown.":".once"#, "window:keydown.once..:"),
        ("input", r#"keydown."5".debounce.50ms"#, "keydown.debounce.50..5"),
        ("input", r#"keydown."TVInputHDMI1""#, "keydown..tvinputhdmi1"),
        ("input", r#"keydown."prevent""#, "keydown..prevent"),
        ("input", r#"keydown."Ä""#, "keydown..ä"),
        ("input", "input.debounce", "input.debounce.300"),
        ("input", "input.debounce.2s", "input.debounce.2000"),
        ("div", "scroll.throttle.50ms.once", "scroll.throttle.50.once"),
        ("form", "input", "input.form"),
        ("form", "submit", "submit"),
        ("input", "check", "change.check"),
        ("select", "select", "change.select"),
        ("div", "custom:zoomed.stop", "zoomed.detail.stop"),
        ("div", "window:keydown.escape", "window:keydown..escape"),
        ("div", r#"document:keyup.anywhere."/""#, "document:keyup.anywhere../"),
        ("div", "document:visibilitychange", "document:visibilitychange"),
        ("div", "click-away", "click-away"),
    ] {
        assert_eq!(word(tag, written), expected, "{tag} {written}");
    }
}

#[test]
fn unknown_bindings_are_refused() {
    for (tag, written, expected) in [
        ("a", "clik", "there is no binding `on:clik`"),
        ("a", "click.prevnt", "there is no modifier `.prevnt`"),
        ("a", "click.ctrl", "there is no modifier `.ctrl`"),
        ("a", "click.reset", "`.reset` is a modifier of `on:submit` only"),
        ("a", "keydown.reset", "`.reset` is a modifier of `on:submit` only"),
        ("a", "keydown.anywhere", "`.anywhere` is a modifier of keys at the window or the document only"),
        ("form", "submit.reset.debounce", "`.reset` empties the form at once, so the submit cannot wait"),
        ("a", "click.stop.stop", "the modifier `.stop` is given twice"),
        ("a", "click.", "there is no modifier `.`"),
        ("a", "input.debounce.5ms", "`5ms` is not a time"),
        ("a", "input.debounce.5", "`5` is not a time"),
        ("a", "input.throttle.once.200", "`200` is not a time"),
        ("a", "keydown.debounce.500", "`500` is not a time"),
        ("a", "keydown.500", "`500` is not a time"),
        ("a", "input.debounce.throttle", "an event is debounced or throttled, not both"),
        ("a", "keydown.a.b", "one binding is for one key, but `.a` and `.b` are two"),
        ("a", "keydown.alt.up", "there is no key `.up`"),
        ("a", "keydown.Esc", "there is no key `.Esc`"),
        ("a", "keydown.entr", "there is no key `.entr`"),
        ("a", "keydown.control", "there is no key `.control`"),
        ("a", "keydown.Control.a", "there is no key `.Control`"),
        ("a", "keydown.prevnt", "there is no key `.prevnt`"),
        ("a", "keydown.Prevent", "there is no key `.Prevent`"),
        ("a", "keydown.slash", "there is no key `.slash`"),
        ("a", "keydown.notakeyatall", "there is no key `.notakeyatall`"),
        ("a", r#"click."/""#, r#"there is no modifier `."/"`"#),
        ("a", r#"keydown."a"."/""#, r#"one binding is for one key, but `."a"` and `."/"` are two"#),
        ("a", r#"keydown."/"."/""#, r#"the modifier `."/"` is given twice"#),
        ("a", r#"keydown.".".".""#, r#"the modifier `."."` is given twice"#),
        ("a", r#"keydown."""#, r#"`""` is not a key"#),
        ("a", r#"keydown."a b""#, r#"`"a b"` is not a key"#),
        ("a", r#"keydown."a.b""#, r#"`"a.b"` is not a key"#),
        ("a", r#"keydown.":@""#, r#"`":@"` is not a key"#),
        ("a", r#"keydown."\n""#, r#"`"\n"` is not a key"#),
        ("a", r#"keydown."Shift""#, r#"`"Shift"` is held while another key is pressed"#),
        ("a", "check", "`on:check` is a binding of an `<input type=\"checkbox\">`"),
        ("input", "select", "`on:select` is a binding of a `<select>`"),
        ("a", "custom:", "`on:custom:` needs the name of an event"),
        ("a", "body:click", "there are no events at `body`"),
        ("a", "window:submit", "`submit` does not happen at the window"),
        ("a", "online", "`online` happens at the window"),
        ("a", "window:visibilitychange", "`visibilitychange` happens at the document"),
    ] {
        assert_eq!(word(tag, written), expected, "{tag} {written}");
    }
}

#[test]
fn the_page_searches_for_elements_that_events_do_not_pass_through() {
    let is_searched = |written| read("on:", "div", written).expect("a binding").is_searched;
    assert_eq!(
        ["click", "window:keydown", "click-away", "viewport-enter", "custom:x"].map(is_searched),
        [false, true, true, true, false]
    );
    assert_eq!(read("on:", "form", "change").expect("a binding").payload, Payload::Form);
}

#[test]
fn the_right_name_of_a_key_is_suggested() {
    for (written, expected) in [
        ("entr", "did you mean `.enter`?"),
        ("Up", "did you mean `.arrowup`?"),
        ("slash", r#"did you mean `."/"`?"#),
        ("period", r#"did you mean `."."`?"#),
        ("audiovolumup", "did you mean `.audiovolumeup`?"),
        ("TVInput", r#"write other keys in quotes: `."TVInput"`"#),
    ] {
        let faults = read("on:", "a", &format!("keydown.{written}")).expect_err("no key");
        let help: Vec<_> = faults.iter().filter_map(|fault| fault.split_once("help: ")).collect();
        assert_eq!(help, [(&*format!("there is no key `.{written}`\n"), expected)]);
    }
}
