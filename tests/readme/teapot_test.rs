use tealight_test::TestApp;

#[test]
fn a_new_cup_is_hot() {
    let app = TestApp::start(Teapot);
    let page = app.open("/");

    app.advance(Duration::from_millis(3_500));
    assert_eq!(page.text("#age"), "Poured 3 seconds ago.");

    page.click("#pour");
    assert_eq!(page.text("h1"), "Cups of tea: 2");
    assert_eq!(page.text("#age"), "Poured 0 seconds ago.");
}
