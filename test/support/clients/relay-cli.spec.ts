import { formatDiagnosis } from '../../../apps/cli/src/commands/projections.js';
import { diagnoseCheckpoint } from '../../../apps/projector/src/doctor/log-doctor.js';
import { adviceIn, commandsIn } from './relay-cli.js';

describe('the advice of the doctor', () => {
  it('the remedies that the log doctor prints are commands that can be run as they are', () => {
    const checkpoint = { partition: 0, seq: 9, streamCreatedAt: 'then', seqStoredAt: null };
    const ahead = diagnoseCheckpoint(checkpoint, { createdAt: 'then', firstSeq: 1, lastSeq: 5 }, null);
    const partitions = [0, 1].map((partition) => ({ ...ahead, partition, seq: 9, owner: null }));
    const [restore, rebuild] = adviceIn(formatDiagnosis({ partitions, stream: [] }));
    expect(restore).toMatch(/^restore the stream from a newer backup/);
    expect(commandsIn(rebuild!)).toEqual([
      ['projections', 'rebuild', '--wait'],
      ['projections', 'compare'],
      ['projections', 'switch'],
    ]);
  });
});
