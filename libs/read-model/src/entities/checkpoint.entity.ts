import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/** How far a partition of the log is projected, and who may move it. */
@Entity('checkpoints')
export class CheckpointEntity {
  @PrimaryColumn({ type: 'int' })
  partition!: number;

  /** Stream sequence of the last event whose rows are committed; 0 before the first. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;

  /** Grows with every claim: a writer of an older epoch is fenced off. */
  @Column({ type: 'bigint', transformer: streamSeq })
  epoch!: number;

  @Column({ type: 'text', nullable: true })
  owner!: string | null;

  /** Creation time of the stream that `seq` counts in, as JetStream writes it; null before the first claim. */
  @Column({ type: 'text', name: 'stream_created_at', nullable: true })
  streamCreatedAt!: string | null;

  /** When the stream stored what it has at `seq`, to know it again; null: not known. */
  @Column({ type: 'timestamptz', name: 'seq_stored_at', nullable: true })
  seqStoredAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'lease_until' })
  leaseUntil!: Date;

  /** Since when an operator keeps it from being projected; null: not paused. */
  @Column({ type: 'timestamptz', name: 'paused_at', nullable: true })
  pausedAt!: Date | null;

  /** An owner ended without releasing it: events are handled one by one until it is known that none kills. */
  @Column({ type: 'boolean', default: false })
  suspect!: boolean;

  /** The event that was handled alone last, and in how many processes. */
  @Column({ type: 'bigint', name: 'handling_seq', nullable: true, transformer: streamSeq })
  handlingSeq!: number | null;

  @Column({ type: 'int', name: 'handling_attempts', default: 0 })
  handlingAttempts!: number;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}
