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
  const fields = new Map(
    [...(challenge ?? "").matchAll(/(\w{1,32})="([^"]{0,2000})"/g)].map(([, key = "", value = ""]) => [key, value]),
  );
  const realm = fields.get("realm");
  if (realm === undefined || !/^bearer /i.test(challenge ?? "")) throw unauthorized();
  const url = new URL(realm);
  for (const key of ["service", "scope"]) {
    const value = fields.get(key);
    if (value !== undefined) url.searchParams.set(key, value);
  }
  const response = await send(url.href, { signal });
  if (!response.ok) throw unauthorized();
  const { token, access_token: accessToken } = (await response.json()) as { token?: string; access_token?: string };
  const given = token ?? accessToken;
  if (typeof given !== "string") throw unauthorized();
  return given;
}

function unauthorized(): ApiError {
  return new ApiError(500, "401: the registry wants a sign-in that this engine has not");
}
