import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createExecutor } from "../src/execution/create-executor.js";
import { readTranscript, ScriptedClient, TRANSCRIPTS } from "./support/scripted-client.js";

interface Recording {
  request?: { path: string; body?: { model?: unknown; messages?: unknown } };
  response?: { status: number; end: string };
}

/** Every recorded answer of generate and chat that is whole and no error. */
const names = readdirSync(TRANSCRIPTS)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length))
  .filter((name) => {
    const { request, response } = JSON.parse(readFileSync(new URL(`${name}.json`, TRANSCRIPTS), "utf8")) as Recording;
    if (request === undefined || response === undefined) return false;
    // Bodies that no executor would send: not JSON, or without messages where there have to be some.
    if (typeof request.body?.model !== "string" || request.body.messages === null) return false;
    return /^\/api\/(generate|chat)$/.test(request.path) && response.status === 200 && response.end === "complete";
  });

describe(`the ${names.length} recorded answers of generate and chat`, () => {
  it.each(names)("%s loses nothing on the way to its result", async (name) => {
    const { body, lines } = readTranscript(name);
    const failure = lines.find((line) => "error" in line);
    if (failure !== undefined) return expect(name).toMatch(/killed|format|stopped/);
    const subject = body.messages === undefined ? { prompt: body.prompt ?? "" } : { messages: body.messages };
    const result = await createExecutor(ScriptedClient.of(lines)).execute({ model: body.model, ...subject });

    const last = lines.at(-1);
    const join = (pick: (line: (typeof lines)[number]) => string | undefined): string =>
      lines.map((line) => pick(line) ?? "").join("");
    const said = join((line) => line.message?.content ?? line.response);
    // One model said nothing but an empty thought, and the server left its tags in the text.
    expect(result.response).toBe(said === "<think>\n\n</think>" ? "" : said);
    expect(result.metadata.thinking ?? "").toBe(join((line) => line.message?.thinking ?? line.thinking));
    expect(result.metadata.toolCalls ?? []).toEqual(lines.flatMap((line) => line.message?.tool_calls ?? []));
    expect(result.metadata.logprobs ?? []).toEqual(lines.flatMap((line) => line.logprobs ?? []));
    expect(result.success).toBe(last?.done === true);
    expect(result.metadata.error?.code).toBe(last?.done === true ? undefined : "STREAM_INCOMPLETE");
    expect(result.metadata.truncated).toBe(last?.done_reason === "length");
    const counted = (last?.prompt_eval_count ?? 0) + (last?.eval_count ?? 0);
    expect(result.tokensUsed ?? 0).toBe(counted);
    expect(result.metadata.contextTruncated === true).toBe(/too-long-truncated$/.test(name));
  });
});
