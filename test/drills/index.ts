import type { Measurement } from '@discord-relay/local-stack';
import { absentFields } from './absent-fields.js';
import { backfill } from './backfill.js';
import { brokerAway } from './broker-away.js';
import { cluster } from './cluster.js';
import { ingestor } from './ingestor.js';
import { pipeline } from './pipeline.js';
import { projector } from './projector.js';
import { rebuild } from './rebuild.js';
import { restore } from './restore.js';
import { gateway } from './gateway.js';
import { rollingRestart } from './rolling-restart.js';
import { world } from './world.js';

/** All drills by name. */
export const measurements: readonly Measurement[] = [
  absentFields,
  pipeline,
  ingestor,
  brokerAway,
  backfill,
  projector,
  rebuild,
  restore,
  cluster,
  gateway,
  rollingRestart,
  world,
];
