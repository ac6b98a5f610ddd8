import { createHash } from "node:crypto";

/** Folder names up to this many characters are spelled out; file systems allow 255 bytes. */
const MAX_FOLDER_LENGTH = 180;
const READABLE_PREFIX = 100;

/** Names that Windows gives to devices, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/;

/** Characters that stand for themselves, and the two that a model name has often, in a readable form. */
const PLAIN = /[a-z0-9._-]/;
const SPECIAL: Readonly<Record<string, string>> = { ":": "@", "/": "+" };
const SPECIAL_BACK: Readonly<Record<string, string>> = { "@": ":", "+": "/" };

/**
 * The folder of a model: one path component that is safe on every file system, whatever the name holds.
 * Two different names never get the same folder, also where the file system ignores case: capitals and everything
 * unusual are escaped (`%41`, `%u00e9`), and a name too long to spell out ends in its SHA-256.
 */
export function modelFolder(modelName: string): string {
  if (modelName === "") return "%";
  let folder = "";
  for (let i = 0; i < modelName.length; i++) {
    const character = modelName.charAt(i);
    const atEdge = (i === 0 || i === modelName.length - 1) && character === ".";
    folder += PLAIN.test(character) && !atEdge ? character : (SPECIAL[character] ?? escapeCharacter(character));
  }
  if (RESERVED.test(folder)) folder = escapeCharacter(folder.charAt(0)) + folder.slice(1);
  if (folder.length <= MAX_FOLDER_LENGTH) return folder;
  return `${folder.slice(0, READABLE_PREFIX)}~${createHash("sha256").update(folder).digest("hex")}`;
}

/** The model name of a folder that {@link modelFolder} made; `undefined` where the name was too long to be kept in it. */
export function modelOfFolder(folder: string): string | undefined {
  if (folder === "%") return "";
  if (folder.includes("~")) return undefined;
  return folder.replace(/%u([0-9a-f]{4})|%([0-9a-f]{2})|[@+]/g, (match, unit?: string, byte?: string) => {
    const code = unit ?? byte;
    return code === undefined ? (SPECIAL_BACK[match] ?? match) : String.fromCharCode(Number.parseInt(code, 16));
  });
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x80 ? `%${code.toString(16).padStart(2, "0")}` : `%u${code.toString(16).padStart(4, "0")}`;
}
