// Reports of services about faults, with planted secrets: together with secrets.faults, they cover every error code.
import type { ErrorCode } from '@discord-relay/contracts';
import { canMount } from '@discord-relay/local-stack';
import {
  provokeByBroker,
  provokeByDiscord,
  provokeByLostLog,
  provokeByMedia,
  provokeByNewerEvent,
  provokeByProjections,
  provokeBySlowReader,
  provokeByStalledConsumer,
  provokeByUnsuitableLogs,
} from '../support/secrets/fault-provocations.js';
import { PROVOKED_BY_FAULTS } from '../support/secrets/provoked-codes.js';
import { SecretsWorld } from '../support/secrets/secrets-world.js';

/** Codes that only a full disk provokes. */
const NEED_A_SMALL_DISK: readonly ErrorCode[] = ['LOG.SPOOL_UNWRITABLE'];

describe('secrets among faults', () => {
  let world: SecretsWorld;
  beforeAll(async () => (world = await SecretsWorld.start()), 240_000);
  afterAll(() => world?.stop(), 120_000);

  it.each([
    ['an unsuitable log', provokeByUnsuitableLogs],
    ['a Discord with unusable responses', provokeByDiscord],
    ['a broker with low limits that stops answering', provokeByBroker],
    ['a file that cannot be renewed', provokeByMedia],
    ['projections that are not ready or taken by another process', provokeByProjections],
    ['a consumer that delivers nothing', provokeByStalledConsumer],
    ['a client that does not read', provokeBySlowReader],
    ['an event of a newer version', provokeByNewerEvent],
    ['a log that has lost its events', provokeByLostLog],
  ])(
    'services survive or refuse %s, and what they report contains no secret',
    async (_, provoke) => {
      await provoke(world);
      expect(world.leaksIn(await world.allOutput())).toEqual([]);
    },
    240_000,
  );

  it('all error codes that need a fault were provoked', async () => {
    const all = (await world.allOutput()).map(([, text]) => text).join('\n');
    const possible = (Object.keys(PROVOKED_BY_FAULTS) as ErrorCode[]).filter(
      (code) => canMount() || !NEED_A_SMALL_DISK.includes(code),
    );
    expect(possible.filter((code) => !all.includes(code))).toEqual([]);
  });
});
