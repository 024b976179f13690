import { bigCount, int, text, texts, time } from '../description/column.js';
import { defineTable } from '../description/table.js';

const event = {
  stream_seq: bigCount(),
  partition: int(),
  subject: text(),
  event_id: text(),
  code: text(
    'SQLSTATE, or the name of the error; `FOLLOWS`: only parked because it follows another parked event.',
  ),
  message: text(),
};

export const PARKED = defineTable({
  name: 'parked',
  meaning: 'An event that could not be written, with its error. The log still has it.',
  key: ['stream_seq'],
  columns: {
    ...event,
    payload: text(),
    parked_at: time('', { default: 'now()' }),
    keys: texts('What the event is about; later events about any of these are parked behind it.', {
      default: "'{}'",
    }),
  },
});

export const PARKED_SKIPS = defineTable({
  name: 'parked_skips',
  meaning: 'A parked event that an operator skipped, with the operator and the reason.',
  key: ['stream_seq'],
  columns: {
    ...event,
    skipped_by: text(),
    reason: text(),
    skipped_at: time('', { default: 'now()' }),
  },
});
