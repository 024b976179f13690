import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NOT_RECORDED } from './not-recorded.js';
import { RECORDED } from './recorded.js';

interface GatewayEvents {
  dispatch_events: { name: string }[];
}

/** Discord's published list of dispatches, read from a folder that is not part of this repository. */
function documented(): { names: string[] } | { missing: string } {
  const folder = process.env['DISCORD_SPEC_DIR'];
  if (!folder) return { missing: 'DISCORD_SPEC_DIR is not set' };
  try {
    const text = readFileSync(join(folder, 'gateway-events.json'), 'utf8');
    return { names: (JSON.parse(text) as GatewayEvents).dispatch_events.map(({ name }) => name) };
  } catch (error) {
    return {
      missing: `DISCORD_SPEC_DIR cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
    };
  }
}

const spec = documented();

describe('dispatches', () => {
  if ('missing' in spec) {
    process.stderr.write(`\n!!! ingestor: CONFORMANCE SKIPPED: ${spec.missing}\n\n`);
    it.skip(`known dispatch types are those that Discord documents (skipped: ${spec.missing})`, () =>
      undefined);
  } else {
    it('known dispatch types are those that Discord documents, each either recorded or listed with a reason', () => {
      const ours = [...Object.keys(RECORDED), ...Object.keys(NOT_RECORDED)];
      expect(ours.sort()).toEqual([...spec.names].sort());
    });
  }

  it('known dispatch types are listed with a reason if they are not recorded', () => {
    for (const reason of Object.values(NOT_RECORDED)) expect(reason).toMatch(/^[A-Z].{10,}\.$/);
  });
});
