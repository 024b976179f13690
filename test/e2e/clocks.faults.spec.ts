import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServiceApp, until } from '@discord-relay/local-stack';
import { FalseClock } from '../support/faults/false-clock.js';
import { tallyLog } from '../support/ledger/inspect-log.js';
import { compareRows } from '../support/ledger/inspect-rows.js';
import { dueFacts, finalMessages } from '../support/ledger/message-facts.js';
import { RecordingClient } from '../support/clients/recording-client.js';
import { settled } from '../support/ledger/settle.js';
import { openTempStack, signToken, type TempStack } from '../support/stacks/temp-stack.js';

const library = process.env.FAKETIME_LIBRARY;

// Without the library this is skipped with a clear message (see tools/programs/faketime.mjs), and fails in CI.
const whenFaketime = library || process.env.CI === 'true' ? describe : describe.skip;

const SERVICES: readonly ServiceApp[] = ['ingestor', 'projector', 'gateway-api'];
const STEPS = ['-1d', '-1h', '+1h', '+25h'];
const SETTLE_MS = 60_000;
/**
 * A short window that the test waits for: otherwise the log would drop dispatches that Discord repeats after a lost session
 * record.
 */
const DEDUP_WINDOW_MS = 20_000;

whenFaketime('services whose wall clock is set while they work', () => {
  let dir: string;
  let clock: FalseClock;
  let temp: TempStack & { close(): Promise<void> };
  let client: RecordingClient;

  beforeAll(async () => {
    if (!library) throw new Error('no libfaketime: install faketime or set FAKETIME_LIBRARY');
    dir = await mkdtemp(join(tmpdir(), 'relay-clock-'));
    clock = await FalseClock.create(dir, library);
    const { env } = clock;
    const ingestor = { ...env, DEDUP_WINDOW_MS: String(DEDUP_WINDOW_MS) };
    const envOf = { ingestor, projector: env, 'gateway-api': env };
    temp = await openTempStack({ progress: () => undefined, envOf });
    // A token is valid by the wall clock: this one is valid on every day used here.
    client = new RecordingClient(temp.url, await signToken(temp.stack.jwtSecret, { expiresAt: '30d' }));
  }, 120_000);
  afterAll(async () => {
    client?.close();
    await temp?.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** The service's own clock, according to the time in its log. */
  const clockIsSet = (app: ServiceApp, offsetMs: number) =>
    until(`${app} goes by the false clock`, 20_000, async () => {
      const response = await fetch(`${temp.stack.service(app).url}/api/live`);
      const date = Date.parse(response.headers.get('date') ?? '');
      return Math.abs(date - Date.now() - offsetMs) < 60_000 || undefined;
    });

  it('services whose clocks jump lose, duplicate and drop nothing, and do not get stuck, even when killed', async () => {
    const { sim, stack } = temp;
    const guild = await sim.createGuild(
      'Clocks',
      ['alpha', 'beta'].map((name) => ({ name })),
    );
    const channelIds = guild.channels.map(({ id }) => id);
    await until('channels projected', SETTLE_MS, () => client.follow(channelIds).then(() => true));
    const load = { messagesPerSecond: 50, seed: 1, channelIds, editRatio: 0.15, deleteRatio: 0.05 };
    let scenario: { id: string } | undefined;
    for (const [i, step] of STEPS.entries()) {
      await clock.set(step);
      const hours = Number(/\d+/.exec(step)![0]) * (step.endsWith('d') ? 24 : 1);
      const offsetMs = (step.startsWith('-') ? -1 : 1) * hours * 3_600_000;
      for (const app of SERVICES) await clockIsSet(app, offsetMs);
      // The first change comes in a pause in which a session waits for the next time at which it may be stored.
      scenario ??= await sim.startScenario(load);
      await sleep(i === 0 ? DEDUP_WINDOW_MS + 2_500 : 2_500);
      // Data that is stored from time to time must be there for the next owner.
      for (const app of i % 2 === 0 ? ([SERVICES[0]!, SERVICES[1]!] as const) : [SERVICES[0]!]) {
        await stack.service(app).kill();
        stack.service(app).start();
        await stack.service(app).ready();
      }
      await sleep(1_000);
    }
    await clock.set('+0');
    await sim.stopScenario(scenario!.id);
    const entries = (await sim.ledger()).filter(({ kind }) => kind.startsWith('message.'));
    const due = dueFacts(entries);
    expect(due.size).toBeGreaterThan(200);
    const seen = await settled(() => client.tally, due, SETTLE_MS);
    expect({ lost: seen.lost, doubled: seen.doubled }).toEqual({ lost: [], doubled: [] });
    const log = (await tallyLog(stack.natsUrl)).compare(due);
    expect({ lost: log.lost, doubled: log.doubled }).toEqual({ lost: [], doubled: [] });
    const expected = finalMessages(entries);
    const rows = await until('rows', SETTLE_MS, async () => {
      const found = await compareRows(stack.databaseUrl, expected);
      return found.missing.length + found.wrong.length === 0 ? found : undefined;
    });
    // Complete chains from the first change on: no hour of changes was dropped early.
    expect(rows).toMatchObject({ surplus: [], brokenFeeds: 0 });
    await until('everything is ready', SETTLE_MS, () =>
      Promise.all(SERVICES.map((app) => stack.service(app).ready())).then(() => true),
    );
  }, 300_000);
});
