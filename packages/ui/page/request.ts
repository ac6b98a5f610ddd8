/** Asks the server of this page. @throws Error with the server's words */
export async function request<T>(path: string, method = "GET", body?: unknown): Promise<T> {
  const init: RequestInit =
    body === undefined
      ? { method }
      : { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new Error("The server of this page does not answer. Start `codo ui` again, and open the address it prints.");
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  throw new Error(wordsOf(text));
}

function wordsOf(text: string): string {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    return text;
  }
}
