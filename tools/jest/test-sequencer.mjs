import { relative } from 'node:path';
import Sequencer from '@jest/test-sequencer';

const PROJECTS = ['e2e', 'faults', 'stock', 'integration', 'measure', 'unit'];

/** The slowest files, slowest first: if one of them started last, it would run alone at the end. */
const LONGEST = [
  'test/e2e/page-views.stock.spec.ts',
  'test/e2e/page-keyboard.stock.spec.ts',
  'test/e2e/page.stock.spec.ts',
  'test/e2e/backfill-answers.faults.spec.ts',
  'test/e2e/start.faults.spec.ts',
  'test/e2e/secrets.faults.spec.ts',
  'test/e2e/sessions.faults.spec.ts',
  'test/e2e/backfill.faults.spec.ts',
  'test/e2e/shards.faults.spec.ts',
  'test/e2e/ingestor.faults.spec.ts',
  'test/e2e/clocks.faults.spec.ts',
  'test/deploy/nats-permissions.faults.spec.ts',
  'apps/gateway-api/src/stream/stream.faults.spec.ts',
  'apps/gateway-api/src/http/server/reverse-proxies.stock.spec.ts',
  'test/measure/ingest.spec.ts',
  'apps/gateway-api/src/live/socket/message-feed.int.spec.ts',
  'apps/gateway-api/src/fuzz/fuzz.int.spec.ts',
  'apps/projector/src/rebuild/rebuild.int.spec.ts',
];

/** Checks what all other files have left behind. */
const LAST = 'tools/jest/native/storages.int.spec.ts';

/** Until a file has run once, jest knows only its size. Tests of whole systems take longer than tests of parts. */
export default class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
}

function rank({ path, context }) {
  const file = relative(context.config.rootDir, path);
  if (file === LAST) return Infinity;
  const place = LONGEST.indexOf(file);
  return place === -1 ? LONGEST.length + PROJECTS.indexOf(context.config.displayName?.name) : place;
}
