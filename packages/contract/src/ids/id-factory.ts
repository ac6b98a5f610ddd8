/** Crockford's base 32: no letter that reads as a digit. Source: the ULID specification, github.com/ulid/spec. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;
const IDS_PER_DRAW = 16;

/**
 * Gives a function that makes ULIDs: unique, sorted by the time in milliseconds since 1970 that it is given (now by
 * default), and each later than the one before. The random numbers are drawn for many ids at a time: each draw costs
 * more than anything else in a small request.
 */
export function createIdFactory(): (timeMs?: number) => string {
  let pool = new Uint8Array(0);
  let used = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  let digits: number[] = [];
  const draw = (): number[] => {
    if (used === pool.length) {
      // Made with the first id: to draw random numbers loads all of `node:crypto`.
      pool = crypto.getRandomValues(new Uint8Array(RANDOM_LENGTH * IDS_PER_DRAW));
      used = 0;
    }
    used += RANDOM_LENGTH;
    return Array.from(pool.subarray(used - RANDOM_LENGTH, used), (byte) => byte % ALPHABET.length);
  };
  return (timeMs = Date.now()) => {
    // A clock that went back, or stood still, counts up from the last id.
    if (timeMs > lastMs) {
      lastMs = timeMs;
      digits = draw();
    } else if (!countUp(digits)) {
      lastMs += 1;
      digits = draw();
    }
    return encodeTime(lastMs) + digits.map((digit) => ALPHABET[digit]).join("");
  };
}

/** Adds one to a number in base 32; gives false where there is no larger one of its length. */
function countUp(digits: number[]): boolean {
  for (let place = digits.length - 1; place >= 0; place--) {
    const digit = digits[place] ?? 0;
    if (digit < ALPHABET.length - 1) {
      digits[place] = digit + 1;
      return true;
    }
    digits[place] = 0;
  }
  return false;
}

function encodeTime(timeMs: number): string {
  let text = "";
  let rest = Math.floor(timeMs);
  for (let place = 0; place < TIME_LENGTH; place++) {
    text = (ALPHABET[rest % ALPHABET.length] ?? "") + text;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return text;
}
