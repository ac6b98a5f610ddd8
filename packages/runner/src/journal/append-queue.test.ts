import { describe, expect, it } from "vitest";
import { AppendQueue } from "./append-queue.js";

describe("a journal on a disk that was full for a moment", () => {
  it("keeps the line after a torn one whole", async () => {
    let content = "";
    let isFull = true;
    const queue = new AppendQueue({
      appendFile: async (text) => {
        content += isFull ? String(text).slice(0, 4) : String(text);
        if (isFull) throw new Error("ENOSPC");
      },
      datasync: async () => {},
    });
    await expect(queue.append("first line\n")).rejects.toThrow("ENOSPC");
    isFull = false;
    await queue.append("second line\n");
    await queue.append("third line\n");
    expect(content.split("\n")).toEqual(["firs", "second line", "third line", ""]);
  });
});
