// Playwright's locators, over a page of any engine.

import { agent } from "./in-page.mjs";
import { sourceOf } from "./codec.mjs";

const DO = `(operation, ...values) => (${agent})()[operation](...values)`;
const READ = (script) => `(target, ...values) => ${sourceOf(script)}((${agent})().element(target), ...values)`;

/** Returns the steps of a selector: CSS, a text after `text=`, or a position after `nth=`, with `>>` between them. */
const stepsOf = (selector) =>
  selector.split(" >> ").map((part) => {
    const [, kind, value] = /^(text|nth)=(.*)/.exec(part) ?? [];
    return { text: ["text", [value, false]], nth: ["nth", Number(value)] }[kind] ?? ["css", part];
  });

export const locatorOf = (page, selector, isFirst) => new Locator(page, stepsOf(selector), isFirst);

export class Locator {
  #page;
  #steps;
  #isFirst;

  /** If `isFirst`, the first of several elements is meant. Otherwise several are an error. */
  constructor(page, steps = [], isFirst = false) {
    this.#page = page;
    this.#steps = steps;
    this.#isFirst = isFirst;
  }

  get steps() {
    return this.#steps;
  }

  #with = (...steps) => new Locator(this.#page, [...this.#steps, ...steps], this.#isFirst);

  locator = (selector) => this.#with(...stepsOf(selector));
  filter = ({ hasText, has }) => this.#with(["filter", [hasText, has?.steps]]);
  nth = (at) => this.#with(["nth", at]);
  first = () => this.nth(0);
  last = () => this.nth(-1);
  getByRole = (role, { name, exact } = {}) => this.#with(["role", [role, name, exact]]);
  getByLabel = (text, { exact } = {}) => this.#with(["label", [text, exact]]);
  getByText = (text, { exact } = {}) => this.#with(["text", [text, exact]]);

  get #target() {
    return { steps: this.#steps, isFirst: this.#isFirst };
  }

  #name = (what) => `${what} ${JSON.stringify(this.#steps, (_, value) => (value instanceof RegExp ? String(value) : value))}`;

  /** Does one of the agent's operations, as soon as it is possible. */
  #do(operation, values = [], options) {
    return this.#page.persist(this.#name(operation), DO, [operation, this.#target, ...values], options);
  }

  #read(script, ...values) {
    return this.#page.persist(this.#name("read"), READ(script), [this.#target, ...values]);
  }

  evaluate = (script, value) => this.#read(script, value);
  evaluateAll = (script, value) =>
    this.#page.run(`(target, value) => ${sourceOf(script)}((${agent})().all(target), value)`, [this.#target, value]);
  count = () => this.#do("count");
  textContent = () => this.#read((element) => element.textContent);
  innerText = () => this.#read((element) => element.innerText);
  getAttribute = (name) => this.#read((element, name) => element.getAttribute(name), name);
  inputValue = () => this.#read((element) => element.value);
  isChecked = () => this.#read((element) => element.checked);
  allTextContents = () => this.evaluateAll((elements) => elements.map((element) => element.textContent));
  boundingBox = () => this.#do("box");
  waitFor = ({ state = "visible", timeout } = {}) => this.#do("is", [state], { timeout });
  isVisible = async () => (await this.count()) > 0 && (await this.#do("sees"));

  focus = () => this.#do("focus");
  scrollIntoViewIfNeeded = () => this.#do("scroll");
  fill = (text) => this.#do("fill", [text]);
  selectOption = (values) => this.#do("select", [[values].flat()]);
  dispatchEvent = (type, init) =>
    this.#read((element, type, init) => void element.dispatchEvent(new Event(type, { bubbles: true, cancelable: true, composed: true, ...init })), type, init);

  async hover({ position } = {}) {
    const { x, y } = await this.#do("point", [position]);
    await this.#page.mouse.move(x, y);
  }

  async click({ position, modifiers = [], button = "left", clickCount = 1 } = {}) {
    const { x, y } = await this.#do("point", [position]);
    for (const key of modifiers) await this.#page.keyboard.down(key);
    await this.#page.mouse.click(x, y, { button, clickCount });
    for (const key of modifiers) await this.#page.keyboard.up(key);
  }

  dblclick = (options) => this.click({ ...options, clickCount: 2 });

  async setChecked(checked) {
    if ((await this.isChecked()) === checked) return;
    await this.click();
    if ((await this.isChecked()) !== checked) throw new Error(this.#name(`the click did not change the state of`));
  }

  check = () => this.setChecked(true);
  uncheck = () => this.setChecked(false);

  async press(key) {
    await this.#do("enter");
    await this.#page.keyboard.press(key);
  }

  async pressSequentially(text, options) {
    await this.#do("enter");
    await this.#page.keyboard.type(text, options);
  }

  async dragTo(to) {
    await this.hover();
    await this.#page.mouse.down();
    await to.hover();
    // The browser tells the second move within an element as a drag over it.
    await to.hover();
    await this.#page.mouse.up();
  }
}
