import type { FeedChain } from './feed-chain.js';
import type { LoadedRows, RequiredRows } from './row-read.js';
import type { RowWrite } from './row-write.js';

/** The rows of one read model while a batch is applied to them. */
export interface RowModel<Op> {
  /** `seq` is the stream sequence of the operation's event. */
  apply(op: Op, seq: number): void;
  /** The writes of the batch, in this order. */
  writes(): RowWrite[];
}

/** Adds the rows that an operation may read or write. */
export type RequireRows<Op> = (op: Op, required: RequiredRows) => void;

/** A read model whose rows depend on no other model's rows. */
export interface IndependentModel<Op> {
  readonly requires: RequireRows<Op>;
  readonly create: (loaded: LoadedRows, feeds: FeedChain) => RowModel<Op>;
}
