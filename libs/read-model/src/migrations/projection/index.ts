import { CreateReadModels1763700000000 } from './1763700000000-create-read-models.js';
import { AddReactionsAndGaps1763800000000 } from './1763800000000-add-reactions-and-gaps.js';
import { AddParkingAndPauses1763850000000 } from './1763850000000-add-parking-and-pauses.js';
import { CompleteReadModels1763900000000 } from './1763900000000-complete-read-models.js';
import { AddTimeOfCheckpoint1764000000000 } from './1764000000000-add-time-of-checkpoint.js';
import { AllowUnknownRoles1764100000000 } from './1764100000000-allow-unknown-roles.js';
import { AddModeration1764200000000 } from './1764200000000-add-moderation.js';
import { AddForumTags1764300000000 } from './1764300000000-add-forum-tags.js';
import { AddScheduledEvents1764400000000 } from './1764400000000-add-scheduled-events.js';
import { AddImports1764500000000 } from './1764500000000-add-imports.js';
import { AddVersions1764600000000 } from './1764600000000-add-versions.js';
import { AddMutedUpTo1764700000000 } from './1764700000000-add-muted-up-to.js';

/** In the order in which they run. */
export const PROJECTION_MIGRATIONS = [
  CreateReadModels1763700000000,
  AddReactionsAndGaps1763800000000,
  AddParkingAndPauses1763850000000,
  CompleteReadModels1763900000000,
  AddTimeOfCheckpoint1764000000000,
  AllowUnknownRoles1764100000000,
  AddModeration1764200000000,
  AddForumTags1764300000000,
  AddScheduledEvents1764400000000,
  AddImports1764500000000,
  AddVersions1764600000000,
  AddMutedUpTo1764700000000,
];

/**
 * The shape of the rows that this code writes and reads. Increment it with every migration of read tables, and with every
 * change to a fold that produces other rows from the same log: projections of another shape are rebuilt, never patched.
 * Optional bookkeeping of projectors (a nullable column of `checkpoints`) is migrated in place without an increment.
 */
export const SHAPE = 8;
