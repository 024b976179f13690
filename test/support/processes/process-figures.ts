import { readFileSync } from 'node:fs';

/** Resident memory of a process in MiB (Linux); NaN if it cannot be read, so that a bound on it is not met. */
export const residentMb = (pid: number): number => statusMb(pid, 'VmRSS');

/** The peak since the start of the process. */
export const peakResidentMb = (pid: number): number => statusMb(pid, 'VmHWM');

function statusMb(pid: number, field: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const match = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status);
    return match ? Math.round(Number(match[1]) / 1024) : NaN;
  } catch {
    return NaN;
  }
}

/** Linux counts in hundredths of a second on every machine. */
const TICKS_PER_SECOND = 100;

/** CPU time that a process has used, user and system (Linux); NaN where it cannot be read. */
export function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return NaN;
  }
}

/** As {@link cpuSeconds}, with the processes that it has started and that still run, such as the backends of Postgres. */
export const cpuSecondsWithChildren = (pid: number): number =>
  childrenOf(pid).reduce((sum, child) => sum + (cpuSeconds(child) || 0), cpuSeconds(pid));

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
