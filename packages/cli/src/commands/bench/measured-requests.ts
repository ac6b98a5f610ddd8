import type { RequestRecord } from "@codo/ollama-bench";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { Terminal } from "../../terminal/terminal.js";
import { formatOf, requestsOf } from "./print-report.js";

/** The requests of a measurement for the charts of its page: from the journal, and without one from memory. */
export class MeasuredRequests {
  readonly #journal: string | undefined;
  readonly #isWanted: boolean;
  readonly #terminal: Terminal;
  readonly #requests: RequestRecord[] = [];

  constructor(args: ParsedArguments, terminal: Terminal) {
    this.#terminal = terminal;
    this.#journal = args.text("journal");
    this.#isWanted = this.#journal === undefined && formatOf(args) === "html";
  }

  /** Takes a request in, where it will be shown and no journal has it. */
  readonly take = (request: RequestRecord): void => {
    if (this.#isWanted) this.#requests.push(request);
  };

  readonly all = async (): Promise<readonly RequestRecord[]> => {
    return this.#journal === undefined ? this.#requests : await requestsOf(this.#journal, this.#terminal);
  };
}
