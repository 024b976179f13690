import type { Snowflake } from '@discord-relay/contracts';
import { GAPS } from '@discord-relay/read-model/tables';
import type { IndependentModel, RowModel } from '../shared/row-model.js';
import type { LoadedRows, RowRead } from '../shared/row-read.js';
import { RowSet } from '../shared/row-set.js';
import { type RowWrite, upsert } from '../shared/row-write.js';
import type { GapRow } from '../shared/rows.js';
import { describeGap, type GapFields, gapKey } from './evolve.js';

export type GapOp = { model: 'gaps'; op: 'describe'; gap: GapFields };

const READ_GAPS: RowRead<typeof GAPS, [string, Snowflake]> = {
  name: 'read_gaps',
  table: GAPS,
  where: 'gap_id = ANY($1::text[]) AND guild_id = ANY($2::bigint[])',
};

class GapSet implements RowModel<GapOp> {
  readonly rows: RowSet<string, GapRow>;

  constructor(loaded: LoadedRows) {
    this.rows = new RowSet(loaded.of(READ_GAPS), gapKey);
  }

  apply({ gap }: GapOp, seq: number): void {
    this.rows.update(gapKey(gap), seq, (row) => describeGap(row, gap, seq));
  }

  writes(): RowWrite[] {
    return [upsert(GAPS, this.rows.dirty())];
  }
}

export const gapModel = {
  requires: ({ gap }, required) => required.add(READ_GAPS, gap.gap_id, gap.guild_id),
  create: (loaded) => new GapSet(loaded),
} satisfies IndependentModel<GapOp>;
