import { ApiError } from "../http/api-error.js";
import type { RegistryRequest } from "./registry-client.js";

/**
 * Gets the token that a challenge asks for: `Bearer realm="…",service="…",scope="…"`.
 * Source: the distribution project's token authentication.
 * @throws ApiError where there is no such challenge, or no token is given
 */
export async function requestToken(
  challenge: string | null,
  signal: AbortSignal,
  send: (url: string, request: RegistryRequest) => Promise<Response>,
): Promise<string> {
  const realm = quoted(challenge ?? "", "realm");
  if (realm === undefined || !/^bearer /i.test(challenge ?? "")) throw unauthorized();
  const url = new URL(realm);
  for (const key of ["service", "scope"]) {
    const value = quoted(challenge ?? "", key);
    if (value !== undefined) url.searchParams.set(key, value);
  }
  const response = await send(url.href, { signal });
  if (!response.ok) throw unauthorized();
  const { token, access_token: accessToken } = (await response.json()) as { token?: string; access_token?: string };
  const given = token ?? accessToken;
  if (typeof given !== "string") throw unauthorized();
  return given;
}

/** The text behind `key="`, to the next quotation mark. */
function quoted(challenge: string, key: string): string | undefined {
  const sign = `${key}="`;
  const begin = challenge.indexOf(sign);
  const end = challenge.indexOf('"', begin + sign.length);
  return begin < 0 || end < 0 ? undefined : challenge.slice(begin + sign.length, end);
}

function unauthorized(): ApiError {
  return new ApiError(500, "401: the registry asks for a sign-in, which this engine does not support");
}
