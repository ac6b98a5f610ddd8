import { useEffect, useState } from "preact/hooks";

/** What the server said last; the browser connects again by itself when the connection is lost. */
export function useEvents<T>(path: string): T | undefined {
  const [value, setValue] = useState<T>();
  useEffect(() => {
    const source = new EventSource(path);
    source.onmessage = ({ data }: MessageEvent<string>) => setValue(JSON.parse(data) as T);
    return () => source.close();
  }, [path]);
  return value;
}
