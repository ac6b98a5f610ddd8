/** Why a server's certificate is not accepted. */
export interface CertificateProblem {
  /** For a person: what is wrong, as the end of a sentence. */
  reason: string;
  advice: string;
}

const REASONS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "it has a self-signed certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by an authority that is not trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by an authority that is not known here",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate is signed by an authority that is not known here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is signed by an authority that is not known here",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

/** What an error's code says of the server's certificate; `undefined` where it is no error of one. */
export function certificateProblem(errno: string): CertificateProblem | undefined {
  const reason = REASONS[errno] ?? (errno.startsWith("CERT_") ? "its certificate is refused" : undefined);
  if (reason === undefined) return undefined;
  const advice =
    errno === "ERR_TLS_CERT_ALTNAME_INVALID"
      ? "Name the host as the certificate does."
      : "Where you trust it, name its certificate's file in NODE_EXTRA_CA_CERTS.";
  return { reason: `${reason} (${errno})`, advice };
}
