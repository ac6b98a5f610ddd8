// Built from text, so that no control character stands in the source.
const CONTROL_RANGES = "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069";
const CONTROLS = new RegExp(`[${CONTROL_RANGES}]`, "g");

/**
 * A text whose control characters, and those that turn the direction of text around, are shown as their names, such as
 * `<U+001B>`; line breaks and tabs stay. For files and pages: a terminal that prints them obeys nothing in them.
 */
export function visibleControls(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(CONTROLS, (control) => `<U+${control.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}>`);
}
