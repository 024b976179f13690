import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/** A parked event that an operator gave up, with who and why. The log still has the event. */
@Entity('parked_skips')
export class ParkedSkipEntity {
  @PrimaryColumn({ type: 'bigint', name: 'stream_seq', transformer: streamSeq })
  streamSeq!: number;

  @Column({ type: 'int' })
  partition!: number;

  @Column({ type: 'text' })
  subject!: string;

  @Column({ type: 'text', name: 'event_id' })
  eventId!: string;

  @Column({ type: 'text' })
  code!: string;

  @Column({ type: 'text' })
  message!: string;

  @Column({ type: 'text', name: 'skipped_by' })
  skippedBy!: string;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'timestamptz', name: 'skipped_at' })
  skippedAt!: Date;
}
