import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/** An event that could not be written, kept with its error: it was not skipped silently. */
@Entity('parked')
export class ParkedEventEntity {
  @PrimaryColumn({ type: 'bigint', name: 'stream_seq', transformer: streamSeq })
  streamSeq!: number;

  @Column({ type: 'int' })
  partition!: number;

  @Column({ type: 'text' })
  subject!: string;

  @Column({ type: 'text', name: 'event_id' })
  eventId!: string;

  /** What it is about; later events about any of these are parked behind it. */
  @Column({ type: 'text', array: true })
  keys!: string[];

  /** SQLSTATE, or the name of the error; `FOLLOWS`: only its place behind another one is why it is here. */
  @Column({ type: 'text' })
  code!: string;

  @Column({ type: 'text' })
  message!: string;

  @Column({ type: 'text' })
  payload!: string;

  @Column({ type: 'timestamptz', name: 'parked_at' })
  parkedAt!: Date;
}
