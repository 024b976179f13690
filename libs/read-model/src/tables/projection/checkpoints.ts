import { bigCount, bool, int, nullable, text, time } from '../description/column.js';
import { defineTable } from '../description/table.js';

/** Every commit rewrites its row: free space on the page keeps those updates off the index (HOT). */
export const CHECKPOINTS = defineTable({
  name: 'checkpoints',
  meaning: 'How far a partition of the log is projected, and which process may advance it.',
  key: ['partition'],
  columns: {
    partition: int(),
    seq: bigCount('Stream sequence of the last event whose rows are committed; 0 before the first.'),
    epoch: bigCount('Grows with every claim: a writer with an older epoch is fenced off.'),
    owner: nullable(text()),
    stream_created_at: nullable(
      text(
        'Creation time of the stream that `seq` belongs to, as JetStream writes it; null before the first claim.',
      ),
    ),
    lease_until: time(),
    updated_at: time(),
    paused_at: nullable(time('Since when an operator has paused the partition; null: not paused.')),
    suspect: bool(
      'An owner ended without releasing the partition: events are handled one by one until none of them proves poisonous.',
      { default: 'false' },
    ),
    handling_seq: nullable(bigCount('The event that was last handled alone.')),
    handling_attempts: int('In how many processes it was handled last.', { default: '0' }),
    seq_stored_at: nullable(
      time('When the stream stored its message at `seq`, to recognise it again; null: not known.'),
    ),
    muted_up_to: nullable(
      bigCount(
        'Events up to this sequence produce no changes, because the partition was first projected from a long existing log; null: all do.',
      ),
    ),
  },
  storage: 'fillfactor = 20',
});

export const PROJECTORS = defineTable({
  name: 'projectors',
  meaning: 'A projector process; partitions are divided among those that are alive.',
  key: ['owner'],
  columns: { owner: text(), alive_until: time() },
});
