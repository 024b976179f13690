import { relative } from 'node:path';
import Sequencer from '@jest/test-sequencer';

const PROJECTS = ['e2e', 'faults', 'stock', 'integration', 'measure', 'unit'];

/** The files that take 40 s and more, slowest first: if one of them started last, it would run alone at the end. */
const LONGEST = [
  'test/e2e/page-views.stock.spec.ts',
  'test/e2e/page-keyboard.stock.spec.ts',
  'test/e2e/backfill-answers.faults.spec.ts',
  'test/e2e/start.faults.spec.ts',
  'test/e2e/page.stock.spec.ts',
  'test/measure/live.spec.ts',
  'test/e2e/broker-away.faults.spec.ts',
  'test/measure/pipeline.spec.ts',
  'test/e2e/secrets.faults.spec.ts',
  'test/measure/history.spec.ts',
  'test/e2e/secrets-outages.faults.spec.ts',
  'test/measure/cluster.spec.ts',
  'test/measure/ingest.spec.ts',
  'test/measure/restore.spec.ts',
  'test/e2e/sessions.faults.spec.ts',
  'apps/gateway-api/src/fuzz/fuzz.int.spec.ts',
  'test/measure/page.spec.ts',
  'test/e2e/export-html.stock.spec.ts',
  'test/e2e/ingestor.faults.spec.ts',
  'test/e2e/projector.faults.spec.ts',
  'test/e2e/exports.e2e.spec.ts',
  'test/measure/world.spec.ts',
  'test/e2e/wrong-values.e2e.spec.ts',
  'test/e2e/backfill.faults.spec.ts',
  'test/e2e/spool-takeover.faults.spec.ts',
  'test/e2e/shards.faults.spec.ts',
  'test/e2e/export.e2e.spec.ts',
  'test/e2e/rebuild.faults.spec.ts',
  'apps/gateway-api/src/stream/stream.faults.spec.ts',
  'apps/projector/src/rebuild/diverged.faults.spec.ts',
  'test/e2e/clocks.faults.spec.ts',
  'test/e2e/exports.faults.spec.ts',
  'test/deploy/nats-permissions.faults.spec.ts',
  'apps/projector/src/rebuild/rebuild.int.spec.ts',
  'libs/read-model/src/postgres/pooler.stock.spec.ts',
  'test/measure/absent-fields.spec.ts',
  'apps/gateway-api/src/live/outages.faults.spec.ts',
  'apps/gateway-api/src/http/server/reverse-proxies.stock.spec.ts',
  'apps/gateway-api/src/webhooks/delivery/deliveries.int.spec.ts',
  'apps/projector/src/projector.int.spec.ts',
  'test/e2e/import.e2e.spec.ts',
  'test/e2e/ingestor.e2e.spec.ts',
  'test/deploy/panels.stock.spec.ts',
  'test/e2e/operator-audit.e2e.spec.ts',
  'test/e2e/webhooks.faults.spec.ts',
  'test/e2e/lost-store.faults.spec.ts',
  'test/e2e/queue.e2e.spec.ts',
  'apps/projector/src/parking/parking.int.spec.ts',
  'apps/ingestor/src/publish/outbox.faults.spec.ts',
  'apps/projector/src/rebuild/search-index.int.spec.ts',
  'test/deploy/postgres-roles.faults.spec.ts',
  'test/deploy/kubernetes.stock.spec.ts',
  'apps/projector/src/doctor/log-doctor.faults.spec.ts',
  'apps/projector/src/leases.faults.spec.ts',
  'test/e2e/relay-status.e2e.spec.ts',
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
