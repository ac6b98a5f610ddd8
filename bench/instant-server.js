// Answers every chat at once with one chunk: what is left of a request is the client. Ends with its parent.
import { createServer } from "node:http";

const answer = `{"model":"instant","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"a"},"done":false}\n{"model":"instant","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":1000,"load_duration":100,"prompt_eval_count":1,"prompt_eval_duration":100,"eval_count":1,"eval_duration":100}\n`;
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    if (request.url === "/api/chat") {
      response.writeHead(200, { "content-type": "application/x-ndjson" }).end(answer);
    } else {
      const replies = {
        "/api/version": { version: "0.33.0" },
        "/api/ps": { models: [] },
        "/api/show": { details: {}, model_info: {}, capabilities: ["completion"] },
      };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(replies[request.url] ?? {}));
    }
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
