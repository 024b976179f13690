import fc from 'fast-check';

const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;
const LAST_CODE_POINT = 0x10_ff_ff;

/**
 * Any character of Unicode, for `fc.string({ unit: codePoint })`. The unit `binary` of fast-check has the same values, and
 * builds a map of all 1.1 million of them, in every test file: more than a second.
 */
export const codePoint: fc.Arbitrary<string> = fc
  .nat({ max: LAST_CODE_POINT - SURROGATES })
  .map(characterAt, indexOfCharacter);

function characterAt(index: number): string {
  return String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES);
}

/** @throws Error if it is not one character, as fast-check requires of an inverse */
function indexOfCharacter(character: unknown): number {
  const code = typeof character === 'string' ? character.codePointAt(0)! : -1;
  const index = code < FIRST_SURROGATE ? code : code - SURROGATES;
  if (index < 0 || characterAt(index) !== character) throw new Error('not one character');
  return index;
}
