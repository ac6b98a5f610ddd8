import { expect, it } from "vitest";
import { isLogFile, isOwned, isOwnerDead, OWNER_PREFIX } from "./log-owner.js";

it("knows its own logs and those of earlier versions", () => {
  for (const name of [`${OWNER_PREFIX}0a1b.jsonl`, "0123abcd-77-0a1b.jsonl"]) {
    expect([isLogFile(name), isOwned(name)]).toEqual([true, true]);
  }
  expect(isLogFile("notes.jsonl")).toBe(false);
});

it("takes an owner for dead only where its process id means something", () => {
  expect(isOwnerDead(`${OWNER_PREFIX}0a1b.jsonl`)).toBe(false);
  // The same id, of a process that began at another time; and one of another container.
  expect(isOwnerDead(`${OWNER_PREFIX.replace(/-\d+-$/, "-1-")}0a1b.jsonl`)).toBe(true);
  expect(isOwnerDead(`${"0".repeat(12)}${OWNER_PREFIX.slice(12).replace(/-\d+-$/, "-1-")}0a1b.jsonl`)).toBe(false);
});
