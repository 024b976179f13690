import { LOG_SUBJECTS, PARTITIONS_METADATA_KEY } from '@discord-relay/contracts';
import { DiscardPolicy, RetentionPolicy, type StreamConfig, type StreamInfo } from '@nats-io/jetstream';
import { diagnoseStream, ranges } from './stream-diagnosis.js';

const CONFIG = {
  subjects: [LOG_SUBJECTS],
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  max_age: 0,
  max_msgs: -1,
  max_bytes: -1,
  max_msgs_per_subject: -1,
  metadata: { [PARTITIONS_METADATA_KEY]: '2' },
} as unknown as StreamConfig;
const STATE = { first_seq: 1, last_seq: 100, num_deleted: 0 } as StreamInfo['state'];
const CHECKPOINTS = [
  { partition: 0, seq: 50 },
  { partition: 1, seq: 60 },
];

const diagnoseCheckpoint = (config: Partial<StreamConfig>, state: Partial<StreamInfo['state']> = {}) =>
  diagnoseStream({ config: { ...CONFIG, ...config }, state: { ...STATE, ...state } }, CHECKPOINTS);

describe('diagnoseStream', () => {
  it('diagnoseStream finds no problem in the stream that the ingestor created, full or empty', () => {
    expect(diagnoseCheckpoint({})).toEqual([]);
    expect(diagnoseCheckpoint({ max_bytes: 1_000 })).toEqual([]);
    expect(diagnoseStream({ config: CONFIG, state: { ...STATE, first_seq: 0, last_seq: 0 } }, [])).toEqual(
      [],
    );
  });

  it.each<[string, Partial<StreamConfig>]>([
    ['max_age 60s', { max_age: 60_000_000_000 }],
    ['max_msgs 10 with discard old', { max_msgs: 10, discard: DiscardPolicy.Old }],
    ['max_bytes 10 with discard old', { max_bytes: 10, discard: DiscardPolicy.Old }],
    ['max_msgs_per_subject 1', { max_msgs_per_subject: 1 }],
    ['retention workqueue', { retention: RetentionPolicy.Workqueue }],
  ])('diagnoseStream names a limit that deletes events: %s', (limit, config) => {
    expect(diagnoseCheckpoint(config)).toMatchObject([
      { name: 'deleting_limits', explanation: expect.stringContaining(limit) },
    ]);
  });

  it('diagnoseStream distinguishes removed events after a checkpoint from projected ones', () => {
    const [ahead] = diagnoseCheckpoint({}, { num_deleted: 3, deleted: [53, 54, 9] });
    expect(ahead).toMatchObject({ name: 'events_removed' });
    expect(ahead!.explanation).toMatch(/3 events.*\(9, 53-54\).*partitions 0, which/);
    const [behind] = diagnoseCheckpoint({}, { num_deleted: 1, deleted: [9] });
    expect(behind!.explanation).toMatch(/all are projected/);
  });

  it('diagnoseStream reports that the beginning was purged', () =>
    expect(diagnoseCheckpoint({}, { first_seq: 40 })).toMatchObject([{ name: 'beginning_gone' }]));

  it('diagnoseStream reports other subjects and another number of partitions', () => {
    expect(diagnoseCheckpoint({ subjects: ['other.>'] })).toMatchObject([{ name: 'subjects_changed' }]);
    const lost = [{ name: 'partitions_changed' }];
    expect(diagnoseCheckpoint({ metadata: { [PARTITIONS_METADATA_KEY]: '1' } })).toMatchObject(lost);
    expect(diagnoseCheckpoint({ metadata: {} })).toMatchObject(lost);
  });

  it('diagnoseStream suggests a remedy for every problem', () => {
    const all = diagnoseCheckpoint(
      { max_age: 1e9, subjects: [], metadata: {} },
      { first_seq: 2, num_deleted: 1, deleted: [9] },
    );
    expect(all).toHaveLength(5);
    for (const { waysOut } of all) expect(waysOut.length).toBeGreaterThan(0);
  });
});

it('sequences are abbreviated as ranges', () => {
  expect(ranges([5, 3, 4, 9])).toBe('3-5, 9');
  expect(ranges([1, 3, 5, 7, 9, 11])).toBe('1, 3, 5, 7, 9, …');
});
