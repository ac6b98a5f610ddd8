import type { OllamaClientOptions } from "../client/client-options.js";
import { fromConfig } from "./config.js";
import type { PromisingMethods } from "./promised-answers.js";
import type { Config } from "./types.js";

/** A client class as the official one is made and typed. */
export type OfficialClass<Client> = new (config?: Partial<Config>) => PromisingMethods & Client;

/** Gives a client of ours the official constructor. */
export function officialClass<Client extends object>(
  Base: new (options?: OllamaClientOptions) => Client,
): OfficialClass<Client> {
  const OfficialClient = class extends (Base as new (options?: OllamaClientOptions) => object) {
    constructor(config?: Partial<Config>) {
      super(fromConfig(config));
    }
  };
  // The types promise more than the wire keeps, as the official ones do: hence the cast.
  return OfficialClient as never;
}
