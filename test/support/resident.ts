import { readFileSync } from 'node:fs';

/** Resident memory of a process in MiB (Linux); NaN where it cannot be read, so that a bound on it is not met. */
export function residentMb(pid: number): number {
  try {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match ? Math.round(Number(match[1]) / 1024) : NaN;
  } catch {
    return NaN;
  }
}
