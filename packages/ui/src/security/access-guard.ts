import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Why a request is not answered. */
export interface Refusal {
  status: 401 | 403 | 421;
  message: string;
}

/** What every answer says to the browser: nothing from elsewhere is loaded, and nothing that stands in a text runs. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** Lets in who has the secret, by the address it was given once or by the cookie made from it; and no other site. */
export class AccessGuard {
  readonly secret: string = randomBytes(24).toString("base64url");
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Cookies do not tell ports apart, so that two pages on one machine need two names. */
  get cookie(): string {
    return `codo_ui_${this.#port}=${this.secret}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Whether an address carries the secret. */
  opens(url: URL): boolean {
    return this.#isSecret(url.searchParams.get("secret") ?? "");
  }

  /**
   * Checks where a request comes from. A name that was bound to loopback by a foreign DNS server stands in `Host`.
   * A page of another site, or of another port, stands in `Origin`.
   */
  refusalOfSource({ headers }: IncomingMessage): Refusal | undefined {
    const hosts = [`127.0.0.1:${this.#port}`, `localhost:${this.#port}`];
    if (!hosts.includes(headers.host ?? "")) {
      return { status: 421, message: `This page answers at http://${hosts[0]} only.` };
    }
    if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) {
      return { status: 403, message: "Another site may not ask here." };
    }
    return undefined;
  }

  /** Checks the cookie. */
  refusalOfVisitor({ headers }: IncomingMessage): Refusal | undefined {
    const name = `codo_ui_${this.#port}=`;
    const cookies = (headers.cookie ?? "").split(";").map((text) => text.trim());
    const isKnown = cookies.some((text) => text.startsWith(name) && this.#isSecret(text.slice(name.length)));
    if (isKnown) return undefined;
    return { status: 401, message: "Open the whole address that `codo ui` printed; it carries the secret." };
  }

  #isSecret(text: string): boolean {
    const given = Buffer.from(text);
    const secret = Buffer.from(this.secret);
    return given.length === secret.length && timingSafeEqual(given, secret);
  }
}
