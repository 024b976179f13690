import {
  PROBLEM,
  problemsWith,
  PROGRAM_KEYS,
  PROGRAMS,
  refusedValues,
} from './support/values/configured-programs.js';
import { kindOf, wrongValuesFor } from './support/values/wrong-values.js';

/** Only the operating system knows which hosts are its own; e2e/wrong-values.e2e.spec.ts starts the programs. */
const UNCHECKED = new Set(['HOST']);
/** `npm start` examines the whole folder at its start. */
const CHECKED_AT_START = new Set(['npm start DATA_DIR']);

function expectRemedy(problem: string, key: string, value?: string): void {
  expect(problem).toMatch(PROBLEM);
  expect(problem.startsWith(`${key}: `)).toBe(true);
  expect(problem).not.toMatch(/[\n\r]|expected|received|Invalid|undefined/);
  if (value !== undefined) expect(problem).not.toContain(value);
}

describe('an invalid value of a configuration key', () => {
  it.each(PROGRAM_KEYS)(
    'an invalid value of %s ends in one line with the key and the remedy, without the value: %s',
    (_, key, program) => {
      expect(problemsWith(program, program.base)).toEqual([]);
      const refused = refusedValues(program, key);
      for (const value of refused) {
        const problems = problemsWith(program, { ...program.base, [key]: value });
        const ofKey = problems.filter((problem) => problem.startsWith(`${key}: `));
        expect(ofKey).toHaveLength(1);
        expectRemedy(ofKey[0]!, key, value);
      }
      if (kindOf(program.keys[key]!) !== 'text') expect(refused).toEqual(wrongValuesFor(program.keys[key]!));
      else expect({ key, isChecked: refused.length > 0 }).toEqual({ key, isChecked: !UNCHECKED.has(key) });
    },
  );

  it.each(['SPOOL_DIR', 'WEB_DIR', 'DATA_DIR'])(
    'a path is rejected if it, or a folder above it, is a file: %s',
    (key) => {
      for (const program of PROGRAMS.filter(
        ({ name, keys }) => key in keys && !CHECKED_AT_START.has(`${name} ${key}`),
      ))
        for (const value of [import.meta.filename, `${import.meta.filename}/below/it`]) {
          const problems = problemsWith(program, { ...program.base, [key]: value });
          expect(problems).toEqual([expect.stringMatching(/^\w+_DIR: must be the path of a folder/)]);
        }
    },
  );

  it.each(
    PROGRAMS.flatMap((program) =>
      Object.keys(program.base).map((key) => [program.name, key, program] as const),
    ),
  )('an empty value of a required key is rejected by %s: %s', (_, key, program) => {
    if (key === 'DATA_DIR') return;
    for (const value of ['', '  \n']) {
      const problems = problemsWith(program, { ...program.base, [key]: value });
      expect(problems).toHaveLength(1);
      expectRemedy(problems[0]!, key);
    }
  });

  it.each(PROGRAMS.map((program) => [program.name, program] as const))(
    '%s reports all invalid values together',
    (_, program) => {
      const numbers = Object.keys(program.keys).filter((key) => kindOf(program.keys[key]!) === 'number');
      const env = Object.fromEntries(numbers.map((key) => [key, 'seventeen']));
      const keys = problemsWith(program, { ...program.base, ...env }).map((problem) => problem.split(':')[0]);
      expect(keys.sort()).toEqual(numbers.sort());
    },
  );
});
