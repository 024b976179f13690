import { spanText } from './span-text.js';

it.each([
  [-5, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [3_599, '59 min'],
  [3_600, '1 h 0 min'],
  [86_399, '23 h 59 min'],
  [187_200, '2 d 4 h'],
])('%d seconds are %s', (seconds, text) => expect(spanText(seconds)).toBe(text));
