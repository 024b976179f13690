import { created } from '../testing/events.js';
import type { LogEntry } from '../log/log-entry.js';
import { killer } from './poison-event-detector.js';

const entryOf = (text: string): LogEntry => {
  const data = new TextEncoder().encode(text);
  return { seq: 7, subject: 's', data, sizeBytes: data.byteLength, storedAtMs: 0, pending: 0 };
};
const handling = { seq: 7, attempts: 3 };

describe('killer', () => {
  it('is parked as it was written, whatever its version and its data', () => {
    const event = { ...created(1), typeversion: 0 };
    expect(killer(entryOf(JSON.stringify(event)), handling)).toMatchObject({
      kind: 'poison',
      event,
      code: 'PROCESS_KILLED',
      message: '3 processes ended while they handled it',
    });
  });

  it.each(['{', 'null', '7', '{}', JSON.stringify({ ...created(1), data: null })])(
    'is no event when it is %j: it will be skipped',
    (text) => expect(killer(entryOf(text), handling)).toBeNull(),
  );
});
