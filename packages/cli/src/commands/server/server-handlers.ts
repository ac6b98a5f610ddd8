// One module for the group: its commands are small, and each file more is one more for Node to find.
export { run as serverStatus } from "./server-status.js";
export { run as startServer } from "./start-server.js";
export { run as stopServer } from "./stop-server.js";
