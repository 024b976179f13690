import { arch, cpus, platform, release, totalmem } from 'node:os';

/** The machine in one line, for reports. */
export function describeMachine(): string {
  const cores = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} x ${cores[0]?.model.trim() ?? 'unknown CPU'}, ${gib} GiB, ${platform()} ${release()} ${arch()}, Node.js ${process.versions.node}`;
}
