import { relative } from 'node:path';
import Sequencer from '@jest/test-sequencer';

const PROJECTS = ['e2e', 'integration', 'measure', 'unit'];

/** What takes longest, the longest first: begun last, one of these would run alone at the end. */
const LONGEST = [
  'test/e2e/start.e2e.spec.ts',
  'test/e2e/backfill-faults.e2e.spec.ts',
  'test/e2e/sessions.e2e.spec.ts',
  'test/e2e/ingestor.e2e.spec.ts',
  'test/e2e/backfill.e2e.spec.ts',
  'apps/projector/src/rebuild/diverged.int.spec.ts',
  'test/e2e/shards.e2e.spec.ts',
  'test/measure/ingest.spec.ts',
  'test/e2e/clocks.e2e.spec.ts',
  'test/e2e/rebuild.e2e.spec.ts',
  'apps/gateway-api/src/stream/stream-faults.int.spec.ts',
  'test/e2e/broker-away.e2e.spec.ts',
  'test/e2e/projector.e2e.spec.ts',
  'test/e2e/lost-store.e2e.spec.ts',
];

/** By itself jest knows no more of a file than its size, until it has run once. Whole systems take longer than parts. */
export default class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
}

function rank({ path, context }) {
  const place = LONGEST.indexOf(relative(context.config.rootDir, path));
  return place === -1 ? LONGEST.length + PROJECTS.indexOf(context.config.displayName?.name) : place;
}
