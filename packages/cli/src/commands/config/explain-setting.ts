import { type Explanation, type LayerValue, withoutSecret } from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { sanitize } from "../../terminal/sanitize.js";
import { asUsed } from "./used-value.js";

/** Shows which layer set a value, and what it hides. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const [model, preset] = [args.text("model"), args.text("preset")];
  const config = await context.config();
  const found = await config.explain(args.required("key"), {
    ...(model === undefined ? {} : { model }),
    ...(preset === undefined ? {} : { preset }),
  });
  const explanation = withoutSecret(await asUsed(found, context));
  if (globals.isJson) {
    terminal.json(explanation);
    return;
  }
  for (const line of explain(explanation)) terminal.tell(sanitize(line));
}

function explain({ key, description, isSet, hidden, ...top }: Explanation): string[] {
  // What the specification has as its default is not sent.
  const isUnsent = key.startsWith("options.") && !isSet;
  const value = isUnsent ? `${key} is not set, so it is not sent: the model has its own.` : `${key} = ${describe(top)}`;
  return [
    top.value === undefined && !isUnsent ? `${key} is not set` : value,
    ...hidden.map((layer) => `  hides ${describe(layer)}`),
    ...(description === undefined ? [] : [description]),
  ];
}

function describe({ value, layer, source }: LayerValue): string {
  const place = layer === source ? layer : `${layer}: ${source}`;
  return `${JSON.stringify(value)} (${place})`;
}
