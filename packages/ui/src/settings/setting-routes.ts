import {
  type ConfigManager,
  type Explanation,
  formatSettingPath,
  parseSettingPath,
  parseSettingValue,
  runSettingEntries,
  scalarEntries,
  withoutSecret,
} from "@codo/ollama-config";
import * as v from "valibot";
import { type ApiCall, type ApiRoute, bodyOf } from "../http/api-route.js";
import { presetRoutes, type UiPresets } from "./preset-routes.js";

/** What the page needs of the settings; `ConfigManager` has it. */
export type UiConfig = UiPresets &
  Pick<ConfigManager, "explainAll" | "explain" | "set" | "unset" | "validateConfig" | "configFile">;

/** The settings, each with the layer that it comes from. Secrets are starred out. */
export interface SettingList {
  /** The file that changes go to. */
  file: string;
  settings: Explanation[];
  problems: { path: string; message: string }[];
}

/** The addresses of settings. */
export function settingRoutes(config: UiConfig): ApiRoute[] {
  return [
    ...presetRoutes(config),
    { method: "GET", path: "/api/settings", answer: () => listSettings(config) },
    { method: "POST", path: "/api/settings", answer: (call) => change(config, call) },
    {
      method: "DELETE",
      path: "/api/settings/:id",
      answer: async ({ id }) => ({ removed: await config.unset(formatSettingPath(parseSettingPath(id))) }),
    },
  ];
}

async function listSettings(config: UiConfig): Promise<SettingList> {
  const [all, { errors, warnings }] = await Promise.all([explainEach(config), config.validateConfig()]);
  return {
    file: config.configFile,
    settings: all.map(withoutSecret),
    problems: [...errors, ...warnings].map(({ path, message }) => ({ path, message })),
  };
}

/** What is set, and what could be. */
async function explainEach(config: UiConfig): Promise<Explanation[]> {
  const set = (await config.explainAll()).filter(({ key }) => key !== "$schema");
  const known = [...Object.keys(scalarEntries), ...Object.keys(runSettingEntries).map((name) => `options.${name}`)];
  const isListed = new Set(set.map(({ key }) => key));
  const others = known.filter((key) => key !== "$schema" && !isListed.has(key));
  return [...set, ...(await Promise.all(others.map((key) => config.explain(key))))];
}

/** A value is given as one types it: a word, a number, JSON. */
async function change(config: UiConfig, call: ApiCall): Promise<Explanation> {
  const body = await bodyOf(call, v.strictObject({ key: v.pipe(v.string(), v.nonEmpty()), value: v.string() }));
  const path = parseSettingPath(body.key);
  const key = formatSettingPath(path);
  await config.set(key, parseSettingValue(path, body.value));
  return withoutSecret(await config.explain(key));
}
