import { isTooDeep } from './bodies.js';

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

it.each([
  ['text', false],
  [null, false],
  [{}, false],
  [{ a: [{ b: [] }] }, false],
  [nested(33), false],
  [nested(34), true],
  [nested(3_000), true],
  [{ a: { b: nested(40) } }, true],
])('a value that is nested too deeply is detected (%#)', (value, expected) =>
  expect(isTooDeep(value)).toBe(expected),
);
