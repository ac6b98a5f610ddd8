import type { Automaton } from "./automaton.js";
import { automatonOf } from "./determinize.js";
import { parsePattern } from "./pattern-parser.js";

/** How a grammar follows a `format`. */
export interface StringFormat {
  /** Whether every valid text is admitted; otherwise the usual ones are. */
  readonly complete: boolean;
  automaton(): Automaton;
}

const YEAR = "(\\d{4})";
const LEAP_YEAR = "(\\d\\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)";
const DATE = `(${YEAR}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))|${LEAP_YEAR}-02-29)`;
const TIME = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)";
const OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = `${OCTET}(\\.${OCTET}){3}`;
/** At most 39 characters, and no two hyphens together, which would announce an encoded name. */
const LABEL = "([A-Za-z0-9]-?){0,19}[A-Za-z0-9]";
/** At most six labels, which stays below the 253 characters of RFC 1123. */
const HOST = `${LABEL}(\\.${LABEL}){0,5}`;
const DOTTED_HOST = `${LABEL}(\\.${LABEL}){1,5}`;
const EMAIL_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}";
const URI_CHARACTER = "([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
const URI_QUERY = `(\\?(${URI_CHARACTER}|[/?])*)?(#(${URI_CHARACTER}|[/?])*)?`;
const URI_TAIL = `(/${URI_CHARACTER}*)*${URI_QUERY}`;
/** One slash at the beginning: two would announce a host. */
const ROOTED_PATH = `(/(${URI_CHARACTER}+(/${URI_CHARACTER}*)*)?)?${URI_QUERY}`;
const URI = `[A-Za-z][A-Za-z0-9+.-]*://${HOST}(:\\d{1,5})?${URI_TAIL}`;
/** RFC 3339, appendix A: no unit between the first and the last is left out. */
const TIME_PERIOD = "T(\\d+H(\\d+M(\\d+S)?)?|\\d+M(\\d+S)?|\\d+S)";
const DATE_PERIOD = "(\\d+Y(\\d+M(\\d+D)?)?|\\d+M(\\d+D)?|\\d+D)";
const DURATION = `P(${DATE_PERIOD}(${TIME_PERIOD})?|${TIME_PERIOD}|\\d+W)`;

/** RFC 4291's forms: the eight groups in full, or a `::` that stands for at least one of them. */
const IPV6 = ((): string => {
  const group = "[0-9A-Fa-f]{1,4}";
  const tail = `(${group}:${group}|${IPV4})`;
  const forms = [`(${group}:){6}${tail}`];
  for (let before = 0; before <= 7; before++) {
    const head = before === 0 ? "" : `${group}(:${group}){${before - 1}}`;
    const room = 7 - before;
    const groups = room === 0 ? "" : `(${group}(:${group}){0,${room - 1}})?`;
    forms.push(`${head}::${groups}`);
    if (room >= 2) forms.push(`${head}::(${group}:){0,${room - 2}}${IPV4}`);
  }
  return `(${forms.join("|")})`;
})();

const HEX = "[0-9A-Fa-f]";
const POINTER = "(/([^~/]|~[01])*)*";

function format(source: string, complete: boolean): StringFormat {
  let made: Automaton | undefined;
  return {
    complete,
    automaton: () => {
      made ??= automatonOf(parsePattern(source).expression);
      return made;
    },
  };
}

/** The formats that the grammar follows: dates after RFC 3339, addresses after RFC 5321 and 4291, URIs after RFC 3986. */
export const FORMATS: ReadonlyMap<string, StringFormat> = new Map([
  ["date", format(DATE, true)],
  // Leap seconds, a lower-case "t" or "z" and more than nine decimals are left out.
  ["time", format(TIME, false)],
  ["date-time", format(`${DATE}T${TIME}`, false)],
  ["duration", format(DURATION, true)],
  ["uuid", format(`${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`, true)],
  // Without quoted local parts, address literals and hosts without a dot.
  ["email", format(`${EMAIL_ATOM}(\\.${EMAIL_ATOM}){0,2}@${DOTTED_HOST}`, false)],
  ["hostname", format(HOST, false)],
  ["ipv4", format(IPV4, true)],
  ["ipv6", format(IPV6, true)],
  // With "//" and a host name only: no "mailto:", no addresses in brackets.
  ["uri", format(URI, false)],
  ["uri-reference", format(`(${URI}|${ROOTED_PATH})`, false)],
  ["json-pointer", format(POINTER, true)],
  ["relative-json-pointer", format(`(0|[1-9]\\d*)(#|${POINTER})`, true)],
  ["byte", format("([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", true)],
]);
