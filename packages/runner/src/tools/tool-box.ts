import { OllamaError, type StandardSchema, type ToolDefinition } from "@codo/ollama-contract";
import { toValueSchema, type Validation, type ValueSchema } from "../structured/value-schema.js";
import type { AnyTool, ToolContext } from "./tool.js";

interface PreparedTool {
  tool: AnyTool;
  schema: ValueSchema<unknown>;
}

const NO_PARAMETERS = { type: "object", properties: {} };

/** The tools of a run, by name, with the checks of their arguments. */
export class ToolBox {
  /** The tools as they are sent to the model. */
  readonly definitions: ToolDefinition[];
  readonly #tools: Map<string, PreparedTool>;

  private constructor(tools: Map<string, PreparedTool>) {
    this.#tools = tools;
    this.definitions = [...tools.values()].map(({ tool: { name, description }, schema }) => ({
      type: "function",
      function: { name, ...(description !== undefined && { description }), parameters: schema.jsonSchema },
    }));
  }

  /** @throws OllamaError `INVALID_REQUEST` for a tool without name or function, two of one name, or an unusable schema */
  static async of(tools: readonly AnyTool[]): Promise<ToolBox> {
    const prepared = new Map<string, PreparedTool>();
    for (const tool of tools) {
      if (typeof tool.name !== "string" || tool.name === "" || typeof tool.execute !== "function") {
        throw new OllamaError("INVALID_REQUEST", "A tool has a `name` and an `execute` function.");
      }
      if (prepared.has(tool.name)) {
        throw new OllamaError("INVALID_REQUEST", `There are two tools named "${tool.name}". Rename one of them.`);
      }
      const parameters = (tool.parameters ?? NO_PARAMETERS) as StandardSchema<unknown>;
      prepared.set(tool.name, { tool, schema: await toValueSchema(parameters) });
    }
    return new ToolBox(prepared);
  }

  get names(): string[] {
    return [...this.#tools.keys()];
  }

  has(name: string): boolean {
    return this.#tools.has(name);
  }

  /** Checks arguments before a tool sees them. A schema may convert them: its output is what the tool gets. */
  async validate(name: string, args: unknown): Promise<Validation<unknown>> {
    const prepared = this.#tools.get(name);
    return prepared === undefined ? { issues: [`unknown tool ${name}`] } : await prepared.schema.validate(args);
  }

  /** Runs a tool with arguments that passed. */
  async run(name: string, args: unknown, context: ToolContext): Promise<unknown> {
    const tool = this.#tools.get(name)?.tool as { execute(args: unknown, context: ToolContext): unknown } | undefined;
    return await tool?.execute(args, context);
  }
}
