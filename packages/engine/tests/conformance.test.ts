import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { renderReport } from "./conformance/report.js";
import { runConformance } from "./conformance/run-conformance.js";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

// All groups take a minute: `pnpm conformance` runs them.
const GROUPS = ["server", "models", "manage", "blobs", "create", "embed", "chat", "openai", "pull"];

it("answers as the recorded server does", { timeout: 240_000 }, async () => {
  const verdicts = await runConformance(
    path("../../test-utils/transcripts"),
    {
      templates: path("conformance/templates"),
      demoModel: path("../models/codo-tiny/codo-tiny.gguf"),
      recordedModels: path("../../test-utils/transcripts/models"),
    },
    ({ group }) => GROUPS.includes(group),
  );
  expect(verdicts.length).toBeGreaterThan(100);
  const failing = verdicts.filter(({ verdict }) => verdict === "failing");
  expect(failing, renderReport(verdicts)).toEqual([]);
});
