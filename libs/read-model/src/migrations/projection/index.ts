import { CreateReadModels1763700000000 } from './1763700000000-create-read-models.js';
import { AddReactionsAndGaps1763800000000 } from './1763800000000-add-reactions-and-gaps.js';
import { AddParkingAndPauses1763850000000 } from './1763850000000-add-parking-and-pauses.js';
import { CompleteReadModels1763900000000 } from './1763900000000-complete-read-models.js';
import { AddTimeOfCheckpoint1764000000000 } from './1764000000000-add-time-of-checkpoint.js';
import { AllowUnknownRoles1764100000000 } from './1764100000000-allow-unknown-roles.js';
import { AddModeration1764200000000 } from './1764200000000-add-moderation.js';

/** In the order in which they run. */
export const PROJECTION_MIGRATIONS = [
  CreateReadModels1763700000000,
  AddReactionsAndGaps1763800000000,
  AddParkingAndPauses1763850000000,
  CompleteReadModels1763900000000,
  AddTimeOfCheckpoint1764000000000,
  AllowUnknownRoles1764100000000,
  AddModeration1764200000000,
];

/**
 * What rows this code writes and reads. Add one with every migration of what is read, and with every change to a fold
 * that makes other rows of the same log: a projection of another shape is then built anew, never patched. Bookkeeping
 * of projectors that may be missing (a nullable column of `checkpoints`) needs none: its migration runs in place.
 */
export const SHAPE = 4;
