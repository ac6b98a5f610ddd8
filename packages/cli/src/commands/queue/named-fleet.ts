import type { FleetAdmin } from "@codo/ollama-queue";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { loadQueue, queueConnection } from "../../running/queue-access.js";

/** The fleet that a command line names; it is closed when the command ends. */
export async function openNamedFleet(args: ParsedArguments, context: CliContext): Promise<FleetAdmin> {
  const connection = queueConnection(args, context);
  const { openFleet } = await loadQueue();
  const fleet = await openFleet(connection);
  context.onEnd(() => fleet.close());
  return fleet;
}
