import { seeded } from '@discord-relay/local-stack';
import { asOf, fillChannel, READ_LIMITS, readPages } from '../../bench/history/as-of.js';
import { measureAlternately } from '../../bench/live/fanout.js';
import { withGatewayStack } from '../../bench/live/gateway-stack.js';
import { changes, fillQueue, queue } from '../../bench/live/queue.js';
import { measureReplay, replayTiming } from '../../bench/history/replay-timing.js';
import { removeRoles, revocation } from '../../bench/pipeline/revocation.js';
import { writeMessages, joins, sockets } from '../../bench/live/sockets.js';
import { gateway, killGateways } from '../drills/gateway.js';
import { restartGateways, rollingRestart } from '../drills/rolling-restart.js';
import { withGateways } from '../support/stacks/gateways.js';
import { HIGH_LIMITS } from '../support/stacks/high-limits.js';
import { expectMet, SHORT_FORM_LIMIT_MS, SHORT_FORM_SEED as seed } from './short-form.js';
import { openTempStack } from '../support/stacks/temp-stack.js';

const SOCKETS = 20;
const THREADS = 1_000;
const AS_OF_MESSAGES = 20_000;

describe('the short form of', () => {
  it(
    'the short forms of gateway, rolling-restart and revocation on one stack have the right counts',
    async () => {
      const envOf = { ingestor: { RECORD_MEMBERS: 'true' } };
      const temp = await openTempStack({
        progress: () => undefined,
        envOf,
        services: ['projector', 'ingestor'],
      });
      const tails = { RESUME_MAX_EVENTS: '100000' };
      try {
        await withGateways(temp, 2, { ...HIGH_LIMITS, ...tails }, async (gateways) => {
          const { url } = gateways.replicas[1]!;
          const removals = () => removeRoles({ ...temp, url }, seed, 1);
          await expectMet(revocation, removals, ['unnotified', 'exported', 'deliveredBefore']);
          await expectMet(gateway, (progress) => killGateways(temp, gateways, { seed, rounds: 1, progress }));
          await expectMet(rollingRestart, (progress) =>
            restartGateways(temp, gateways, { seed, count: SOCKETS, progress }),
          );
        });
      } finally {
        await temp.close();
      }
    },
    SHORT_FORM_LIMIT_MS,
  );

  it(
    'benches fanout and sockets, on one stack: every frame at every socket, every snapshot complete',
    () =>
      withGatewayStack(HIGH_LIMITS, async (stack) => {
        await writeMessages(stack);
        await expectMet(sockets, () => joins(stack, 6), ['snapshotsIncomplete']);
        // Resolves once everything that was sent has arrived.
        const rates = await measureAlternately(stack, SOCKETS, 1, () => undefined);
        const rate = { perS: expect.any(Number), cpuUs: expect.any(Number) };
        expect(rates).toEqual({ gateway: [rate], bare: [rate] });
      }),
    SHORT_FORM_LIMIT_MS,
  );

  it(
    'bench as-of: every page at every point is the one that the events up to it give',
    () =>
      withGatewayStack(READ_LIMITS, async (stack) => {
        await fillChannel(stack, AS_OF_MESSAGES);
        const work = () => readPages(stack, AS_OF_MESSAGES, 30, seeded(seed));
        await expectMet(asOf, work, ['pagesWrong']);
      }),
    SHORT_FORM_LIMIT_MS,
  );

  it(
    'bench queue: every answer is right after each change, every update arrives, and no answer costs what the first did',
    () =>
      withGatewayStack(HIGH_LIMITS, async (stack) => {
        await fillQueue(stack, THREADS);
        const counted = ['answersWrong', 'updatesMissed', 'ofFirstAnswer'];
        await expectMet(queue, () => changes(stack, THREADS, 30), counted);
      }),
    SHORT_FORM_LIMIT_MS,
  );

  it(
    'bench replay-timing: every recorded message arrives once and in order at 1x and at 1000x, and every live one beside it',
    () =>
      withGatewayStack(HIGH_LIMITS, (stack) =>
        expectMet(replayTiming, (progress) => measureReplay(stack, { spaced: 20, burst: 1_000 }, progress), [
          'missing',
          'outOfOrder',
          'liveMissing',
        ]),
      ),
    SHORT_FORM_LIMIT_MS,
  );
});
