import { isIP } from "node:net";
import { connect } from "node:tls";

/** Whether what listens at an `http://` address speaks TLS there, so that nothing was understood. Never throws. */
export async function speaksTls(host: string, timeoutMs: number): Promise<boolean> {
  const { protocol, hostname, port } = new URL(host);
  if (protocol !== "http:") return false;
  return await new Promise((resolve) => {
    // Nothing is sent: whose certificate it is does not matter.
    const name = hostname.replace(/^\[|\]$/g, "");
    const socket = connect({
      host: name,
      ...(isIP(name) === 0 && { servername: name }),
      port: Number(port || 80),
      rejectUnauthorized: false,
      timeout: timeoutMs,
    });
    const end = (isTls: boolean) => {
      socket.destroy();
      resolve(isTls);
    };
    socket.once("secureConnect", () => end(true));
    for (const event of ["error", "timeout", "close"]) socket.once(event, () => end(false));
  });
}
