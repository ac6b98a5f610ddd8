/** What to say of an answer that is a web page in place of JSON; `undefined` for one that is none. */
export function describeWebPage(text: string): string | undefined {
  if (!/^\s*<(!doctype\s|html|head|body)/i.test(text)) return undefined;
  const start = text.slice(0, 4000);
  const title = /<title[^<>]*>([^<]{1,120})/i.exec(start)?.[1]?.trim();
  const named = title === undefined || title === "" ? "a web page" : `a web page ("${title}")`;
  const asksToSignIn = /\b(sign|log)[ -]?in\b|\bpassword\b/i.test(start);
  return `${named}${asksToSignIn ? ", which asks to sign in" : ""}`;
}
