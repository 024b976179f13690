import fc from 'fast-check';
import { isSnowflake, parseEvent } from '@discord-relay/contracts';
import { dispatch } from '../testing/dispatches.js';
import { PAYLOADS } from '../testing/payloads.js';
import { normalize } from './normalize.js';
import type { OptionalKind } from './events/normalize-result.js';
import { RECORDED, recordingOf } from './recorded.js';

const optional: ReadonlySet<OptionalKind> = new Set<OptionalKind>(['presence', 'typing', 'unknown']);
const CONTEXT = { receivedAt: '2025-03-01T10:00:01.000Z', shardId: 0, sessionId: 'abc', optional };

const VALID = Object.entries(PAYLOADS);

/** Any JSON, with control characters and unpaired surrogates in its text. */
const json = fc.jsonValue({
  maxDepth: 4,
  stringUnit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
});

/** A valid payload in which some keys have any JSON value instead. */
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

/** What must hold for any input from the socket. */
function expectSound(input: { t?: unknown; s?: unknown; d?: unknown }): void {
  const result = normalize(input, CONTEXT);
  expect(normalize(input, CONTEXT)).toEqual(result);
  if (!result.ok) return;
  const ids = result.events.map((event) => event.id);
  expect(new Set(ids).size).toBe(ids.length);
  const becomes = recordingOf(input.t)?.becomes ?? ['discord.raw'];
  for (const event of result.events) {
    expect(becomes).toContain(event.type);
    const json = JSON.stringify(event);
    expect(json).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    expect(parseEvent(json)).toMatchObject({ ok: true });
    expect(isSnowflake(event.guildid)).toBe(true);
  }
}

describe('normalize', () => {
  it('normalize handles any JSON: never throws, and gives the same result twice', () => {
    fc.assert(fc.property(anything, expectSound), { numRuns: 500 });
  });

  it('normalize handles valid payloads with any value in any place', () => {
    fc.assert(fc.property(mutated, expectSound), { numRuns: 1_000 });
  });

  it.each(Object.keys(RECORDED))('normalize makes events of a complete %s, and drops no part of it', (t) => {
    expect(normalize(dispatch(t, PAYLOADS[t]), CONTEXT)).toMatchObject({ ok: true, droppedParts: 0 });
  });

  it('normalize makes every event of a complete GUILD_CREATE', () => {
    const result = normalize(dispatch('GUILD_CREATE', PAYLOADS['GUILD_CREATE']), CONTEXT);
    const types = new Set(result.ok ? result.events.map(({ type }) => type) : []);
    const expected = RECORDED.GUILD_CREATE.becomes.filter((type) => type !== 'guild.unavailable');
    expect([...types].sort()).toEqual([...expected].sort());
  });

  it('normalize gives two events the same id only if they are the same fact', () => {
    const place = fc.record({
      t: fc.constantFrom(...VALID.map(([t]) => t)),
      s: fc.nat(5),
      session: fc.constantFrom('a', 'b'),
      id: fc.constantFrom('1', '2'),
    });
    fc.assert(
      fc.property(fc.array(place, { minLength: 2, maxLength: 12 }), (places) => {
        const facts = new Map<string, string>();
        const dispatched = new Map<string, string>();
        for (const { t, s, session, id } of places) {
          // One sequence of a session is one dispatch.
          if ((dispatched.get(`${session} ${s}`) ?? `${t} ${id}`) !== `${t} ${id}`) continue;
          dispatched.set(`${session} ${s}`, `${t} ${id}`);
          const result = normalize(dispatch(t, { ...PAYLOADS[t], ...('id' in PAYLOADS[t]! && { id }) }, s), {
            ...CONTEXT,
            sessionId: session,
          });
          for (const event of result.ok ? result.events : []) {
            const fact = JSON.stringify([event.type, event.data]);
            expect(facts.get(event.id) ?? fact).toBe(fact);
            facts.set(event.id, fact);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
