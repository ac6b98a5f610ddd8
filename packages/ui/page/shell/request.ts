import { noteServerGone } from "./connection.tsx";

/** Asks the server of this page. @throws Error with the server's words */
export async function request<T>(path: string, method = "GET", body?: unknown): Promise<T> {
  return (await answerOf(path, method, body)).json() as Promise<T>;
}

/** Saves what the server answers as a file, under the name that it gives. @throws Error with the server's words */
export async function saveFile(path: string, body: unknown): Promise<void> {
  const response = await answerOf(path, "POST", body);
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "codo";
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it when this task is over.
  setTimeout(() => URL.revokeObjectURL(url));
}

async function answerOf(path: string, method: string, body: unknown): Promise<Response> {
  const init: RequestInit =
    body === undefined
      ? { method }
      : { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    noteServerGone();
    throw new Error("The server of this page does not answer. Start `codo ui` again, and open the address it prints.");
  }
  if (response.ok) return response;
  if (response.status === 401) noteServerGone();
  throw new Error(wordsOf(await response.text()));
}

function wordsOf(text: string): string {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    return text;
  }
}
