import { directionOf, withoutBidiControls, withoutStrayPdi } from './bidi.js';

it('control characters that would reverse the neighbours of a name are removed from it', () => {
  expect(withoutBidiControls('a\u202eb\u2069c\u202ad\u2066e')).toBe('abcde');
  expect(withoutBidiControls('שלום\u200f!')).toBe('שלום\u200f!');
});

it('a text keeps its own isolates, and loses what would close the isolate around it', () => {
  expect(withoutStrayPdi('\u2067a\u2069 b \u2069c')).toBe('\u2067a\u2069 b c');
  expect(withoutStrayPdi('\u2067a\n\u2069b')).toBe('\u2067a\nb');
  expect(withoutStrayPdi('\u202eabc')).toBe('\u202eabc');
});

it.each([
  ['שלום world', 'rtl'],
  ['مرحبا', 'rtl'],
  ['hello שלום', 'ltr'],
  ['12:30, שלום', 'rtl'],
  ['\u200f- abc', 'rtl'],
  ['漢字', 'ltr'],
  ['… 123 🎉', undefined],
])('the direction of %j is that of its first letter: %s', (text, direction) => {
  expect(directionOf(text)).toBe(direction);
});
