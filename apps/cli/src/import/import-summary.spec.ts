import { noCounts } from './import-counts.js';
import { ImportProgress } from './import-progress.js';
import { formatImport } from './import-summary.js';
import { KnownEvents } from './write/known-events.js';

const file = (path: string, counts: object) => ({
  ...{ path, bytes: 1, modifiedMs: 0, position: null, done: true },
  counts: { ...noCounts(), ...counts },
});

describe('formatImport', () => {
  it('formatImport adds up the files and names what was skipped, left out and unusual', () => {
    const files = [
      file('a.json', { messages: 1_200, imported: 1_000, skipped: { observed: 200 } }),
      file('b.json', { messages: 3, imported: 2, skipped: { unreadable: 1 }, notes: ['messageCount is 7'] }),
    ];
    files[1]!.counts.leftOut.reactionsWithoutUsers = 5;
    expect(formatImport({ paused: true, files }, false).split('\n')).toEqual([
      '1,002 of 1,203 messages imported',
      'skipped: 200 already recorded from Discord',
      'skipped: 1 unreadable',
      'left out: 5 reactions, because the export does not name the users',
      'b.json: messageCount is 7',
      'paused: repeat the command to continue',
    ]);
  });

  it('formatImport says that a dry run imported nothing', () => {
    const files = [file('a.json', { messages: 1, imported: 1 })];
    expect(formatImport({ paused: false, files }, true)).toBe('1 of 1 messages would be imported');
  });
});

describe('ImportProgress', () => {
  it('ImportProgress reports the rate and the remaining time, at most once a second', () => {
    const lines: string[] = [];
    let nowMs = 0;
    const progress = new ImportProgress(
      (line) => lines.push(line),
      () => nowMs,
    );
    progress.update(0, 100, 1_100);
    nowMs = 2_000;
    progress.update(4_000, 600, 1_100);
    nowMs = 2_500;
    progress.update(5_000, 700, 1_100);
    expect(lines).toEqual(['4,000 messages (54%), 2,000/s, 2s left']);
  });
});

describe('KnownEvents', () => {
  it('KnownEvents knows what was added, however many ids there are, and nothing else', () => {
    const known = new KnownEvents();
    expect(known.has('event 0')).toBe(false);
    for (let n = 0; n < 20_000; n += 2) for (let twice = 0; twice < 2; twice++) known.add(`event ${n}`);
    expect(known.size).toBe(10_000);
    const numbers = Array.from({ length: 20_000 }, (_, n) => n);
    expect(numbers.filter((n) => known.has(`event ${n}`) !== (n % 2 === 0))).toEqual([]);
  });
});
