import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { startSimulator } from './simulator.js';
import { createBot, until } from './testing/bot-client.js';

const run = promisify(execFile);
const README = new URL('../README.md', import.meta.url);
const hasTools = ['bash', 'curl'].every((tool) => spawnSync(tool, ['--version']).status === 0);
const itWithTools = hasTools ? it : it.skip;
if (!hasTools)
  process.stderr.write('\n!!! discord-simulator: README EXAMPLES SKIPPED: no bash or no curl here\n\n');

describe('README', () => {
  itWithTools(
    'the examples in the README work as they are',
    async () => {
      const text = await readFile(README, 'utf8');
      const script = Array.from(text.matchAll(/```sh\n([\s\S]*?)```/g), (match) => match[1]).join('\n');
      const sim = await startSimulator();
      const bot = createBot(sim.url);
      try {
        await bot.manager.connect();
        const { stdout } = await run('bash', ['-eo', 'pipefail', '-c', script], {
          env: { ...process.env, SIM: sim.url },
        });
        expect(stdout).toContain('"status":"ok"');
        expect(stdout).not.toContain('"code":"SIM.');
        // The examples end every session, perhaps before the client has read everything.
        const { sent } = sim.gateway.sessions;
        const names = sent.sessions().flatMap(({ session }) => sent.page(session, 0, 1e6)?.entries ?? []);
        expect(names.map(({ t }) => t)).toContain('BRAND_NEW_EVENT');
        await until(() => bot.dispatches.filter(({ t }) => t === 'READY').length > 1, 15_000);
      } finally {
        await bot.stop();
        await sim.close();
      }
    },
    30_000,
  );
});
