import { readFileSync } from 'node:fs';

/**
 * Largest memory that this process has held, in bytes.
 *
 * `resourceUsage().maxRSS` would do, but on Linux a forked process starts with its parent's.
 */
export function peakMemoryBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1_024;
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1_024;
}
