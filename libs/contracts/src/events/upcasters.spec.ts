import fc from 'fast-check';
import { EVENT_VERSIONS, type EventType } from './event-data.js';
import type { JsonObject } from './field-types.js';
import { upcast, type UpcastersFor } from './upcasters.js';

const same = (data: JsonObject) => data;

describe('upcasters', () => {
  it('every past version of a type has a step, or the code does not compile', () => {
    const whole: UpcastersFor<{ 'message.deleted': 3; 'guild.left': 1 }> = {
      'message.deleted': { 1: same, 2: same },
    };
    const holed: UpcastersFor<{ 'message.deleted': 3 }> = {
      // @ts-expect-error there is no step from version 2
      'message.deleted': { 1: same },
    };
    // @ts-expect-error there is no step at all
    const missing: UpcastersFor<{ 'message.deleted': 2 }> = {};
    expect([whole, holed, missing]).toHaveLength(3);
  });

  it('a message of version 1 gets the new fields and keeps its own', () => {
    const nothing = { users: [], roles: [], channels: [], everyone: false };
    expect(upcast('message.created', 1, { id: '1', reference: { messageId: '2' } })).toEqual({
      id: '1',
      components: [],
      stickerItems: [],
      poll: null,
      mentions: nothing,
      reference: { type: 'default', messageId: '2' },
    });
    const full = { components: [{ type: 1 }], reference: { type: 'forward', messageId: '2' } };
    expect(upcast('message.created', 1, full)).toMatchObject(full);
  });

  it('an update of version 1 does not get fields that it did not have', () => {
    expect(upcast('message.updated', 1, { id: '1', content: 'new' })).toEqual({ id: '1', content: 'new' });
    expect(upcast('message.updated', 1, { id: '1', reference: null })).toEqual({ id: '1', reference: null });
  });

  it('an event of the current version stays as it is', () => {
    const data = { id: '1' };
    for (const [type, version] of Object.entries(EVENT_VERSIONS))
      expect(upcast(type as EventType, version, data)).toBe(data);
  });

  it('upcasting steps never throw and never change their input, whatever the log holds', () => {
    const types = Object.entries(EVENT_VERSIONS).filter(([, version]) => version > 1) as [
      EventType,
      number,
    ][];
    const anything = fc.dictionary(fc.constantFrom('id', 'reference', 'poll', 'mentions'), fc.jsonValue());
    fc.assert(
      fc.property(fc.constantFrom(...types), anything, ([type], value) => {
        const data = value as JsonObject;
        const before = JSON.stringify(data);
        expect(Object.keys(upcast(type, 1, data))).toEqual(expect.arrayContaining(Object.keys(data)));
        expect(JSON.stringify(data)).toBe(before);
      }),
    );
  });
});
