/** Node's and OpenSSL's names for a certificate that is not trusted. */
const CERTIFICATE_FAULT = /CERT|SELF_SIGNED|UNABLE_TO_GET_ISSUER/;

/** Why a connection failed, in the words of Go, which clients of Ollama know. */
export function networkReason(error: unknown, url: string): string {
  const { hostname, port, protocol } = new URL(url);
  const code = codeOf(error);
  const address = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  if (code === "ECONNREFUSED") return `dial tcp ${address}: connect: connection refused`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `dial tcp: lookup ${hostname}: no such host`;
  if (code === "ECONNRESET") return "connection reset by peer";
  const { cause } = error as { cause?: unknown };
  const innermost = cause instanceof Error ? cause : error;
  const message = innermost instanceof Error ? innermost.message : String(innermost);
  if (code !== undefined && CERTIFICATE_FAULT.test(code)) {
    return `tls: failed to verify certificate: ${message}: name the certificate of its authority in SSL_CERT_FILE, or allow any with "insecure"`;
  }
  return code === undefined ? message : `${message} (${code})`;
}

function codeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== "object" || error === null || depth > 4) return undefined;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === "string") return code;
  return codeOf(cause, depth + 1) ?? (Array.isArray(errors) ? codeOf(errors[0], depth + 1) : undefined);
}
