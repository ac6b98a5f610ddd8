// Takes a lock and says so, holds it until its input ends, and says when it lost it: `node lock-process.js FILE [times as JSON]`.
import { appendFileSync } from "node:fs";
import { lockFile } from "../dist/index.js";

const [file, times = "{}", count = "0"] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${line}\n`);

/** Enters the critical section so many times; every entry and leaving is a line of the log beside the file. */
async function contend() {
  for (let round = 0; round < Number(count); round++) {
    const lock = await lockFile(file, { waitMs: 120_000, ...JSON.parse(times) });
    appendFileSync(`${file}.log`, `in ${process.pid}\n`);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
    appendFileSync(`${file}.log`, `out ${process.pid}\n`);
    await lock.release();
  }
}

async function hold() {
  let lock;
  try {
    lock = await lockFile(file, { waitMs: 0, ...JSON.parse(times) });
  } catch (error) {
    say(`refused ${error.message}`);
    process.exit(0);
  }
  say("held");
  process.stdin.on("data", async () => {
    say(
      await lock.assertHeld().then(
        () => "still held",
        () => "lost",
      ),
    );
  });
  process.stdin.on("end", async () => {
    await lock.release();
    say("released");
    process.exit(0);
  });
}

await (count === "0" ? hold() : contend());
