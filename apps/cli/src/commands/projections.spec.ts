import { firstSuccess } from '../services/projector-request.js';
import { formatDiagnosis, formatPause, formatProjections, partitionNumber } from './projections.js';

describe('goodAnswer', () => {
  const refused = {
    instance: 'a',
    ok: false as const,
    error: { code: 'REQUEST.NOT_FOUND', message: 'no such thing' },
  };

  it('the command returns the result of the first projector that succeeded', () =>
    expect(firstSuccess([refused, { instance: 'b', ok: true, result: 7 }])).toBe(7));

  it('the command fails with the error of a projector, and names that projector', () =>
    expect(() => firstSuccess([refused])).toThrow(
      expect.objectContaining({ code: 'REQUEST.NOT_FOUND', message: expect.stringContaining('a)') }),
    ));

  it('the command says when no projector answers', () =>
    expect(() => firstSuccess([])).toThrow(/no projector answers/));
});

describe('formatDiagnosis', () => {
  it('the report of the log doctor lists the remedies below a finding about a checkpoint or the stream', () => {
    const common = { seq: 5, owner: null };
    const partitions = [
      { ...common, partition: 0, finding: 'fine' as const, explanation: 'at 5 of 9', waysOut: [] },
      { ...common, partition: 1, finding: 'ahead' as const, explanation: 'at 5 of 4', waysOut: ['restore'] },
    ];
    const stream = [{ name: 'events_removed' as const, explanation: '2 are gone', waysOut: ['accept'] }];
    expect(formatDiagnosis({ partitions, stream }).split('\n')).toEqual([
      '0 fine: at 5 of 9 (no projector owns it)',
      '1 ahead: at 5 of 4 (no projector owns it)',
      '  - restore',
      'stream events_removed: 2 are gone',
      '  - accept',
    ]);
  });

  it('the log doctor’s report says when nothing has been projected yet', () =>
    expect(formatDiagnosis({ partitions: [], stream: [] })).toBe('nothing has been projected yet'));
});

describe('formatPause', () => {
  it('the answer to a pause or resume says what was paused or resumed and which partitions are paused', () => {
    expect(formatPause('pause', 1, { paused: [1, 3] })).toBe('paused partition 1; paused now: 1, 3');
    expect(formatPause('resume', undefined, { paused: [] })).toBe(
      'resumed all partitions; no partition is paused now',
    );
  });
});

describe('formatProjections', () => {
  it('the list of projections has one line per projection', () => {
    const projection = { version: 2, schema: 'projection_v2', shape: 2, state: 'building' as const };
    const [, line] = formatProjections([
      { ...projection, createdAt: 'then', activatedAt: null, remaining: 7, eventsPerSecond: 3 },
    ]).split('\n');
    expect(line).toMatch(/^2 +building +2 +projection_v2 +7 +3 +then +-$/);
  });
});

describe('partitionNumber', () => {
  it('the number of a partition is parsed', () => expect(partitionNumber('12')).toBe(12));
  it.each(['', '-1', '1.5', 'all'])('%j is rejected as the number of a partition', (text) =>
    expect(() => partitionNumber(text)).toThrow(),
  );
});
