/**
 * A time in the zone of the browser, such as `2026-11-28 09:05:00`; what is no time stays as it is. By hand: the first
 * time that a browser formats a time by its language takes as long as all else that the first list waits for.
 */
export function timeInWords(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(twoDigits).join("-");
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(":")}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
