import { boolean, text } from './read-fields.js';
import {
  nullableKey,
  readKey,
  readState,
  optionalKey,
  keyWithDefault,
  nestedFields,
  type Shape,
} from './read-state.js';

interface State {
  name?: string;
  topic?: string | null;
  bot?: boolean;
}

const SHAPE: Shape<State> = {
  name: optionalKey('name', text()),
  topic: nullableKey('topic', text()),
  bot: keyWithDefault('is_bot', boolean, false),
};

function read(fields: Record<string, unknown>) {
  const tally = { dropped: 0 };
  return { state: readState(SHAPE, fields, tally), dropped: tally.dropped };
}

describe('reading a key', () => {
  it.each([
    [{}, { is: 'absent' }],
    [{ name: undefined }, { is: 'absent' }],
    [{ name: null }, { is: 'null' }],
    [{ name: 5 }, { is: 'unreadable' }],
    [{ name: '' }, { is: 'value', value: '' }],
  ])('reading a key of %j distinguishes absent, null, unreadable and a value', (fields, expected) => {
    expect(readKey(fields, 'name', text(), { dropped: 0 })).toEqual(expected);
  });
});

describe('reading a state', () => {
  it.each([
    [{ name: 'a', topic: 'b', is_bot: true }, { name: 'a', topic: 'b', bot: true }, 0],
    [{}, { bot: false }, 0],
    [{ name: null, topic: null, is_bot: null }, { topic: null, bot: false }, 1],
    [{ name: 5, topic: 5, is_bot: 5 }, {}, 3],
  ])(
    'reading a state of %j returns only known keys, and counts unreadable ones',
    (fields, state, dropped) => {
      expect(read(fields)).toEqual({ state, dropped });
    },
  );

  it('reading a state descends into an existing object, and counts a value that is not one', () => {
    const tally = { dropped: 0 };
    expect(nestedFields({ a: { b: 1 } }, 'a', tally)).toEqual({ b: 1 });
    expect([nestedFields({}, 'a', tally), nestedFields({ a: null }, 'a', tally), tally.dropped]).toEqual([
      {},
      {},
      0,
    ]);
    expect([nestedFields({ a: [] }, 'a', tally), tally.dropped]).toEqual([{}, 1]);
  });
});
