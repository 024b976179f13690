import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DiscordSpec } from './discord-spec.js';

/** Where `npm run discord-spec` stores what it fetches. */
const FETCHED = join('.data', 'discord-spec');

/** Describes a suite that needs the specification; without one, reports that it is skipped. */
export function conformance(title: string, suite: (spec: DiscordSpec) => void): void {
  const folder = process.env['DISCORD_SPEC_DIR'] ?? FETCHED;
  if (!existsSync(join(folder, 'openapi.json'))) {
    const reason = process.env['DISCORD_SPEC_DIR']
      ? 'DISCORD_SPEC_DIR has no openapi.json'
      : 'DISCORD_SPEC_DIR is not set and nothing was fetched: npm run discord-spec';
    announceSkipped(`CONFORMANCE SUITE SKIPPED: ${reason}`);
    return void it.skip(`${title} (skipped: ${reason})`, () => undefined);
  }
  const spec = new DiscordSpec(folder);
  if (!spec.knowsEvents)
    announceSkipped('FIELDS AND INTENTS OF EVENTS ARE NOT CHECKED: there is no gateway-events.json');
  describe(title, () => suite(spec));
}

const announceSkipped = (what: string) => void process.stderr.write(`\n!!! discord-simulator: ${what}\n\n`);
