import { diagnoseCheckpoint, assertLogMatches } from './log-doctor.js';
import type { LogIdentity } from '../log/log-state.js';

const CREATED = '2025-01-01T00:00:00.123456789Z';
const STORED = new Date('2025-01-01T00:00:05.123Z');
const log = { createdAt: CREATED, firstSeq: 1, lastSeq: 100 };
const at = (seq: number, streamCreatedAt: string | null = CREATED) => ({
  partition: 3,
  seq,
  streamCreatedAt,
  seqStoredAt: STORED,
});

describe('diagnoseCheckpoint', () => {
  it.each<[string, LogIdentity | null, (Date | null)?]>([
    ['no_stream', null],
    ['recreated', { ...log, createdAt: 'later' }],
    ['ahead', { ...log, lastSeq: 49 }],
    ['truncated', { ...log, firstSeq: 52 }],
    ['missing', log, null],
    ['replaced', log, new Date('2025-01-01T00:00:05.124Z')],
  ])(
    'a diagnosis names the finding and its remedies, none of which skips events: %s',
    (finding, stream, storedAt = STORED) => {
      const diagnosis = diagnoseCheckpoint(at(50), stream, storedAt);
      expect(diagnosis.finding).toBe(finding);
      expect(diagnosis.waysOut.length).toBeGreaterThan(1);
    },
  );

  it('a diagnosis suggests no remedy when nothing is wrong', () => {
    expect(diagnoseCheckpoint(at(50), log, STORED)).toMatchObject({ finding: 'fine', waysOut: [] });
  });
});

describe('assertLogMatches', () => {
  it.each([
    ['in the middle', at(50), log],
    ['at the end', at(100), log],
    ['at the last event that is gone', at(9), { ...log, firstSeq: 10 }],
    ['before the first event of any log', at(0, null), { ...log, firstSeq: 10 }],
    ['before the first event of a log that was made anew', at(0, 'earlier'), log],
    ['at the end of a log whose events are all gone', at(100), { ...log, firstSeq: 101 }],
  ])('a checkpoint %s is accepted', (_, checkpoint, stream) => {
    expect(() => assertLogMatches(checkpoint, stream, STORED)).not.toThrow();
  });

  it('the message at the checkpoint must exist, unless everything up to it is gone', () => {
    expect(() => assertLogMatches(at(9), { ...log, firstSeq: 10 }, null)).not.toThrow();
    expect(() => assertLogMatches(at(10), { ...log, firstSeq: 10 }, null)).toThrow(
      /at 10 of 10 to 100: .*missing/,
    );
    const unknown = { ...at(50), seqStoredAt: null };
    expect(() => assertLogMatches(unknown, log, null)).toThrow(/last projected event is missing/);
  });

  it('another message in the place of the checkpoint is recognised, if the time was recorded', () => {
    const other = new Date(0);
    expect(() => assertLogMatches({ ...at(50), seqStoredAt: null }, log, other)).not.toThrow();
    expect(() => assertLogMatches(at(50), log, other)).toThrow(/stored 2025.* was stored 1970.*grown since/);
  });

  it.each([
    ['beyond the end', at(101), log, /checkpoint is at 101, the stream ends at 100/],
    ['of a stream that is no more', at(50, 'earlier'), log, /of the stream created earlier/],
    ['before events that are gone', at(8), { ...log, firstSeq: 10 }, /events in between are gone/],
    ['in a log that is empty now', at(5), { ...log, firstSeq: 0, lastSeq: 0 }, /ends at 0/],
  ])('a checkpoint %s is rejected, and the remedies are named', (_, checkpoint, stream, what) => {
    const examine = () => assertLogMatches(checkpoint, stream, STORED);
    expect(examine).toThrow(expect.objectContaining({ code: 'PROJECTION.LOG_DIVERGED', retry: 'stop' }));
    expect(examine).toThrow(what);
    expect(examine).toThrow(
      /partition 3.*Nothing is consumed.*restore the stream.*or rebuild from the events in the stream/,
    );
  });
});
