import { expect, it } from "vitest";
import { COMMAND_SOURCE } from "./command-source.js";

it("every command is found by each of its names, and nothing else is", async () => {
  for (const command of await COMMAND_SOURCE.all()) {
    for (const name of [command.name, ...(command.aliases ?? [])]) {
      expect(await COMMAND_SOURCE.find(name), name).toBe(command);
    }
  }
  for (const name of ["", "rnu", "toString", "__proto__"]) expect(await COMMAND_SOURCE.find(name)).toBeUndefined();
});
