// Opens and closes dialogs, popovers and `<details>`, as the browser does.

/** Whether an element is open, or a sound muted, as the server has said. */
export const said = new WeakMap<EventTarget, boolean>();

/** Dialogs that are not modal. */
const PLAIN = "[aria-modal=false]";

/** Opens or closes a dialog, a popover or a `<details>`. A dialog is modal unless it says otherwise. */
export function setOpen(element: any, isOpen: boolean): void {
  try {
    if (element.popover) element.togglePopover(isOpen);
    else if (isOpen) element.matches(PLAIN) ? element.show() : element.showModal();
    else dialogsOf(element).forEach((dialog) => dialog.close());
  } catch {
    // It is a `<details>`, or open already, or not on the page.
    element.toggleAttribute("open", isOpen);
  }
}

/** Returns the dialogs to close with an element: an open one inside would be hidden, and still keep the page from being used. */
export const dialogsOf = (element: any): any[] => [...element.querySelectorAll("dialog"), element];

/** Opens a dialog or a popover that is open only by its attribute. */
export function reopen(element: any): void {
  if (!element.matches(PLAIN)) element.removeAttribute("open");
  setOpen(element, true);
}
