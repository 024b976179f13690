import type { LogEntry } from '../log/log-entry.js';
import { created } from '../testing/events.js';
import { poisonEvent } from './poison-event-detector.js';

const entryWith = (text: string): LogEntry => {
  const data = new TextEncoder().encode(text);
  return { seq: 7, subject: 's', data, sizeBytes: data.byteLength, storedAtMs: 0, pending: 0 };
};
const handling = { seq: 7, attempts: 2 };

describe('poisonEvent', () => {
  it('a poison event is parked as it was written, whatever its version and its data', () => {
    const event = { ...created(1), typeversion: 0 };
    expect(poisonEvent(entryWith(JSON.stringify(event)), handling)).toMatchObject({
      kind: 'poison',
      event,
      code: 'PROCESS_KILLED',
      message: '3 processes crashed while they handled it',
    });
  });

  it.each(['{', 'null', '7', '{}', JSON.stringify({ ...created(1), data: null })])(
    'a message that is no event is not parked as a poison event: %j',
    (text) => expect(poisonEvent(entryWith(text), handling)).toBeNull(),
  );
});
