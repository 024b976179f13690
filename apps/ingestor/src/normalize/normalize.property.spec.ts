import fc from 'fast-check';
import { isSnowflake, parseEvent } from '@discord-relay/contracts';
import { channel, dispatch, guild, message } from '../testing/dispatches.js';
import { normalize } from './normalize.js';

const CONTEXT = { receivedAt: '2025-03-01T10:00:01.000Z', shardId: 0, sessionId: 'abc' };

const VALID: [string, Record<string, unknown>][] = [
  ['GUILD_CREATE', guild()],
  ['GUILD_UPDATE', guild()],
  ['GUILD_DELETE', guild()],
  ['CHANNEL_CREATE', channel()],
  ['CHANNEL_UPDATE', channel()],
  ['CHANNEL_DELETE', channel()],
  ['MESSAGE_CREATE', message()],
  ['MESSAGE_UPDATE', message()],
  ['MESSAGE_DELETE', message()],
  ['MESSAGE_DELETE_BULK', { ...message(), ids: ['1', '2'] }],
];

/** Any JSON, with control characters and unpaired surrogates in its text. */
const json = fc.jsonValue({
  maxDepth: 4,
  stringUnit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
});

/** A valid payload in which some keys hold any JSON instead. */
const mutated = fc
  .constantFrom(...VALID)
  .chain(([t, d]) =>
    fc
      .dictionary(fc.constantFrom(...Object.keys(d)), json, { maxKeys: 4 })
      .map((changes) => dispatch(t, { ...d, ...changes })),
  );

const anything = fc.record({
  t: fc.oneof(fc.constantFrom(...VALID.map(([t]) => t)), json),
  s: fc.oneof(fc.nat(), json),
  d: json,
});

/** What must hold for whatever comes off the socket. */
function expectSound(input: { t?: unknown; s?: unknown; d?: unknown }): void {
  const result = normalize(input, CONTEXT);
  expect(normalize(input, CONTEXT)).toEqual(result);
  if (!result.ok) return;
  const ids = result.events.map((event) => event.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const event of result.events) {
    const json = JSON.stringify(event);
    expect(json).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    expect(parseEvent(json)).toMatchObject({ ok: true });
    expect(isSnowflake(event.guildid)).toBe(true);
  }
}

describe('normalize', () => {
  it('answers any JSON: never throws, and says the same twice', () => {
    fc.assert(fc.property(anything, expectSound), { numRuns: 500 });
  });

  it('answers valid payloads with any value in any place', () => {
    fc.assert(fc.property(mutated, expectSound), { numRuns: 1_000 });
  });
});
