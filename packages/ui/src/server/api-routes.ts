import { resolve } from "node:path";
import type { OutputManager } from "@codo/ollama-output";
import type { ApiRoute } from "../http/api-route.js";
import { journalRoutes } from "../journals/journal-routes.js";
import { modelRoutes } from "../models/model-routes.js";
import type { UiManager } from "../models/ui-manager.js";
import { reportRoutes } from "../reports/report-routes.js";
import { resultRoutes } from "../results/result-routes.js";
import { tagRoutes } from "../results/tag-routes.js";
import { Trash } from "../results/trash.js";
import { RunRoutes } from "../runs/run-routes.js";
import { settingRoutes, type UiConfig } from "../settings/setting-routes.js";

/** What the API answers from. */
export interface ApiSources {
  manager: UiManager;
  output: OutputManager;
  config?: UiConfig | undefined;
  /** The folder of the journals. */
  journals: string;
}

/** Every address of the API; `docs/ui-api.md` describes each. `stop` ends what runs behind them. */
export function apiRoutes({ manager, output, config, journals }: ApiSources): {
  routes: ApiRoute[];
  stop: () => Promise<void>;
} {
  const folder = resolve(journals);
  const trash = new Trash(output);
  const runs = new RunRoutes(manager, output);
  const models = modelRoutes(manager);
  const batches = journalRoutes(folder, manager);
  const routes = [
    ...resultRoutes(output, trash),
    ...tagRoutes(output),
    ...runs.routes,
    ...models.routes,
    ...reportRoutes(output, folder),
    ...batches.routes,
    ...(config === undefined ? [] : settingRoutes(config)),
  ];
  const stop = async (): Promise<void> => {
    models.pulls.stop();
    await Promise.all([runs.stop(), batches.stop()]);
    await trash.empty();
  };
  return { routes, stop };
}
