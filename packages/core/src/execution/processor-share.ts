/**
 * Where a model is held, as `ollama ps` says it: `"100% GPU"`, `"48%/52% CPU/GPU"`, `"100% CPU"`, or `"Unknown"`.
 * Source of the rule: Ollama 0.33, `cmd/cmd.go`.
 */
export function processorShare(sizeBytes: number, vramBytes: number): string {
  if (vramBytes === 0) return "100% CPU";
  if (vramBytes === sizeBytes) return "100% GPU";
  if (vramBytes > sizeBytes || sizeBytes === 0) return "Unknown";
  const cpuPercent = Math.round(((sizeBytes - vramBytes) / sizeBytes) * 100);
  return `${cpuPercent}%/${100 - cpuPercent}% CPU/GPU`;
}
