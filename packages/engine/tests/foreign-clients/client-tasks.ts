/** What every client is asked, in its own words. */
export const QUESTION = "Why is the sky blue?";
/** What asks for a structured answer. */
export const PERSON_QUESTION = "Give me a person as JSON.";
/** What makes the model call the tool. */
export const WEATHER_QUESTION = "What is the weather in Paris?";
/** What the tool answers. */
export const WEATHER = "18 degrees and sunny";
/** What is embedded. */
export const TEXTS: string[] = ["The sky is blue", "Cats sleep"];
/** A model that is not there. */
export const UNKNOWN_MODEL = "nowhere";

/** The schema of a structured answer. */
export const PERSON_SCHEMA: {
  type: "object";
  properties: Record<string, { type: string }>;
  required: string[];
  additionalProperties: false;
} = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
  additionalProperties: false,
};

/** The tool that is offered. */
export const WEATHER_TOOL: {
  type: "function";
  function: {
    name: string;
    description: string;
    parameters: {
      type: "object";
      required: string[];
      properties: Record<string, { type: string; description: string }>;
    };
  };
} = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Get the current weather",
    parameters: {
      type: "object",
      required: ["city"],
      properties: { city: { type: "string", description: "The city" } },
    },
  },
};

/** A call of the tool, and what the model said about its answer. */
export interface ToolRound {
  name: string;
  input: unknown;
  answer: string;
}

/** The tasks that each client has to complete; each gives what came back, in one form for all. */
export interface ClientTasks {
  chat(): Promise<string>;
  stream(): Promise<string[]>;
  embed(): Promise<number[][]>;
  structure(): Promise<unknown>;
  callTool(): Promise<ToolRound>;
  /** Has to reject with what the server says. */
  askUnknownModel(): Promise<unknown>;
}

/** Somebody else's client. */
export interface ForeignClient {
  /** The npm package. */
  name: string;
  /** Its version, where it can't be read from the installed package. */
  version?: string;
  /** What it can't do, and why. */
  cannot: Partial<Record<keyof ClientTasks, string>>;
  /** What the reader should know besides. */
  note: string;
  connect(url: string): Omit<ClientTasks, "embed"> & Partial<ClientTasks>;
}
