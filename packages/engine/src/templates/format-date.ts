const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** Writes a date by a C pattern, as far as chat templates use them: `%d %b %Y` is `22 Nov 2026`. */
export function formatDate(pattern: string, date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = DAYS[date.getDay()] ?? "";
  const month = MONTHS[date.getMonth()] ?? "";
  const values: Record<string, string> = {
    a: day.slice(0, 3),
    A: day,
    b: month.slice(0, 3),
    B: month,
    d: two(date.getDate()),
    H: two(date.getHours()),
    I: two(date.getHours() % 12 || 12),
    m: two(date.getMonth() + 1),
    M: two(date.getMinutes()),
    p: date.getHours() < 12 ? "AM" : "PM",
    S: two(date.getSeconds()),
    y: two(date.getFullYear() % 100),
    Y: String(date.getFullYear()),
    "%": "%",
  };
  return pattern.replace(/%-?([a-zA-Z%])/g, (whole, code: string) => {
    const value = values[code];
    return value === undefined ? whole : whole.startsWith("%-") ? value.replace(/^0(?=.)/, "") : value;
  });
}
