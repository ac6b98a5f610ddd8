/** FNV-1a, 32 bits, over an id's characters (isthe.com/chongo/tech/comp/fnv). */
export function hashOfId(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
