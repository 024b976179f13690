import { breakCluster, cluster } from '../drills/cluster.js';
import { FAULTS } from '../drills/cluster-faults.js';
import { expectMet, SHORT_FORM_LIMIT_MS, SHORT_FORM_SEED } from './short-form.js';

/** The two that nothing else in this folder causes. */
const CAUSED = ['leaderKill', 'promotion'];

describe('the short form of', () => {
  it(
    'drill cluster: no message is lost when the leader of the log and the primary of Postgres die',
    () =>
      expectMet(
        cluster,
        (progress) =>
          breakCluster({
            messagesPerS: 20,
            clients: 10,
            faults: FAULTS.filter(({ name }) => CAUSED.includes(name)),
            rounds: 1,
            seed: SHORT_FORM_SEED,
            progress,
          }),
        Object.keys(cluster.required).filter((name) => !name.endsWith('Ms')),
      ),
    SHORT_FORM_LIMIT_MS,
  );
});
