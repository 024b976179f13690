import fc from 'fast-check';
import { admits, FenceLine, type StoredFence } from './fence-line.js';

const NONE: StoredFence = { sequence: 0, raisedAtMs: -Infinity, continues: [] };

/** A replica that records events of one shard into its spool. */
interface Replica {
  line: FenceLine;
  /** The fence of its last acquisition, in this process. */
  fence: number | undefined;
  /** Index of its last acquisition among those of all replicas. */
  acquisition: number;
  spool: { sequence: number; sinceMs: number; acquisition: number }[];
}

/** A log with the fences of one shard, and replicas that take the shard from each other. */
class Model {
  readonly replicas = [0, 1, 2].map((): Replica => this.newReplica());
  private readonly fences: StoredFence[] = [];
  private readonly owners: Replica[] = [];
  private nowMs = 0;

  get newest(): StoredFence {
    return this.fences.at(-1) ?? NONE;
  }

  acquire(replica: Replica, { takenOver, crashes }: { takenOver: boolean; crashes: boolean }): void {
    const { line } = replica;
    line.advance(this.newest);
    const sequence = !takenOver && line.owns(this.newest) ? this.newest.sequence : this.raise(line.sequences);
    replica.acquisition = this.owners.push(replica) - 1;
    if (crashes) return this.restart(replica);
    line.record({ sequence, sinceMs: this.nowMs });
    replica.fence = sequence;
  }

  record({ fence, acquisition, spool }: Replica): void {
    this.nowMs++;
    if (fence !== undefined) spool.push({ sequence: fence, sinceMs: this.nowMs, acquisition });
  }

  restart(replica: Replica): void {
    Object.assign(replica, { ...this.newReplica(), spool: replica.spool });
    for (const { sequence, sinceMs } of replica.spool) replica.line.add({ sequence, sinceMs });
    replica.line.advance(this.newest);
  }

  /** Whether only this replica has acquired the shard since. */
  isUndisturbed(replica: Replica, acquisition: number): boolean {
    return this.owners.slice(acquisition).every((owner) => owner === replica);
  }

  private raise(continues: readonly number[]): number {
    // Other messages enter the log as well.
    const sequence = this.newest.sequence + 1 + (this.nowMs % 3);
    this.fences.push({ sequence, raisedAtMs: ++this.nowMs, continues });
    return sequence;
  }

  private newReplica(): Replica {
    return { line: new FenceLine(), fence: undefined, acquisition: -1, spool: [] };
  }
}

const step = fc.record({
  replica: fc.nat(2),
  action: fc.constantFrom(
    'acquire',
    'acquire',
    'take over',
    'crash while acquiring',
    'record',
    'record',
    'restart',
  ),
});

describe('FenceLine', () => {
  it('the fence admits what a replica has spooled exactly as long as no other replica has acquired the shard', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const model = new Model();
        for (const { replica: index, action } of steps) {
          const replica = model.replicas[index]!;
          if (action === 'record') model.record(replica);
          else if (action === 'restart') model.restart(replica);
          else
            model.acquire(replica, { takenOver: action !== 'acquire', crashes: action.startsWith('crash') });
        }
        for (const replica of model.replicas) {
          replica.line.advance(model.newest);
          for (const { sequence, acquisition } of replica.spool)
            expect(replica.line.expected(sequence)).toBe(
              model.isUndisturbed(replica, acquisition) ? model.newest.sequence : undefined,
            );
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('the fence admits the events of a log that was rolled back, unless another process has raised one since', () => {
    const recorded = { sequence: 500, sinceMs: 1_000 };
    expect(admits(NONE, recorded)).toBe(true);
    expect(admits({ sequence: 80, raisedAtMs: 900, continues: [] }, recorded)).toBe(true);
    expect(admits({ sequence: 80, raisedAtMs: 2_000, continues: [] }, recorded)).toBe(false);
    expect(admits({ sequence: 80, raisedAtMs: 2_000, continues: [500] }, recorded)).toBe(true);
  });

  it('the fence that the log has after a rollback is named', () => {
    const line = new FenceLine();
    line.record({ sequence: 500, sinceMs: 1_000 });
    line.advance({ sequence: 80, raisedAtMs: 900, continues: [] });
    expect(line.expected(500)).toBe(80);
    expect(line.owns({ sequence: 80, raisedAtMs: 900, continues: [] })).toBe(false);
  });
});
