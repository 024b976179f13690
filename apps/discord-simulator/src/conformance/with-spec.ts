import { accessSync } from 'node:fs';
import { join } from 'node:path';
import { DiscordSpec } from './discord-spec.js';

const folder = process.env['DISCORD_SPEC_DIR'];

/** Describes a suite that needs the specification; where there is none, it says loudly that it was skipped. */
export function conformance(title: string, suite: (spec: DiscordSpec) => void): void {
  const missing = obstacle();
  if (missing === null) return describe(title, () => suite(new DiscordSpec(folder ?? '')));
  process.stderr.write(`\n!!! discord-simulator: CONFORMANCE SUITE SKIPPED: ${missing}\n\n`);
  it.skip(`${title} (skipped: ${missing})`, () => undefined);
}

/** Why the suite cannot run, or null. */
function obstacle(): string | null {
  if (!folder) return 'DISCORD_SPEC_DIR is not set';
  try {
    for (const file of ['openapi.json', 'gateway-events.json']) accessSync(join(folder, file));
    return null;
  } catch (error) {
    return `DISCORD_SPEC_DIR cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
  }
}
