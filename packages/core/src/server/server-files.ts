import { join } from "node:path";

/** The address of a server that was started here, and the folder with what is known of such servers. */
export interface ServerPlace {
  stateDir: string;
  url: string;
}

/** The folder of records, logs and leases: those of one server begin with its key. */
export function serversFolder(stateDir: string): string {
  return join(stateDir, "servers");
}

/** What the files of the server at an address begin with. The names of the loopback interface are one address. */
export function serverKey(url: string): string {
  const { hostname, port } = new URL(url);
  const host = hostname === "localhost" ? "127.0.0.1" : hostname.replace(/[[\]]/g, "").replaceAll(":", "_");
  return `${host}-${port || "80"}`;
}

/** The record of the server at an address: its process, and since when it runs. */
export function serverRecordFile({ stateDir, url }: ServerPlace): string {
  return join(serversFolder(stateDir), `${serverKey(url)}.json`);
}

/** What the server at an address printed since it was started. */
export function serverLogFile({ stateDir, url }: ServerPlace): string {
  return join(serversFolder(stateDir), `${serverKey(url)}.log`);
}
