// A server of tools over stdio, by the official SDK: `add`, and `fail`, which always does.
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const numbers = { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] };
const tools = [
  { name: "add", description: "Adds two numbers", inputSchema: numbers },
  { name: "fail", inputSchema: { type: "object" } },
];

const server = new Server({ name: "sums", version: "1.0.0" }, { capabilities: { tools: {} } });
// One tool a page, so that a client has to turn it.
server.setRequestHandler(ListToolsRequestSchema, ({ params }) =>
  params?.cursor === undefined ? { tools: tools.slice(0, 1), nextCursor: "1" } : { tools: tools.slice(1) },
);
server.setRequestHandler(CallToolRequestSchema, ({ params: { name, arguments: input } }) => {
  if (name === "fail") return { isError: true, content: [{ type: "text", text: "It is broken." }] };
  return { content: [{ type: "text", text: `${process.env.PREFIX ?? ""}${input.a + input.b}` }] };
});
await server.connect(new StdioServerTransport());
