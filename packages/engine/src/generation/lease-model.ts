import type { EngineContext } from "../engine-context/engine-context.js";
import type { LoadPlan } from "../scheduling/loaded-model.js";
import type { Lease } from "../scheduling/model-scheduler.js";
import type { LocalModel } from "../store/local-model.js";
import { loadPlan } from "./generation-plan.js";
import { isKnownOption, type ModelOptions, readModelOptions } from "./model-options.js";
import { warnOfOptions } from "./option-warnings.js";

/** What a request asks of the model that it leases. */
interface LeaseBody {
  options?: Record<string, unknown>;
  keep_alive?: number;
}

/** A model in memory for one request; the lease has to be released. */
export interface LeasedModel {
  lease: Lease;
  options: ModelOptions;
  plan: LoadPlan;
}

/** Has a model in memory as a request's options need it. Waits until there is room; `signal` gives that up. */
export async function leaseModel(
  { settings, scheduler, warn }: EngineContext,
  { model, body, signal }: { model: LocalModel; body: LeaseBody; signal: AbortSignal },
): Promise<LeasedModel> {
  const asked = body.options ?? {};
  warnOfOptions(asked, isKnownOption, warn);
  const options = readModelOptions(model.parameters, asked);
  const plan = loadPlan(model, options, settings.contextLength);
  return { lease: await scheduler.acquire({ model, plan, keepAliveMs: body.keep_alive }, signal), options, plan };
}
