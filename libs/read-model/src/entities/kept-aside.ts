import { Column, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/** An event that is not in the rows, and why; the log has it. */
export abstract class KeptAside {
  @PrimaryColumn({ type: 'bigint', name: 'stream_seq', transformer: streamSeq })
  streamSeq!: number;

  @Column({ type: 'int' })
  partition!: number;

  @Column({ type: 'text' })
  subject!: string;

  @Column({ type: 'text', name: 'event_id' })
  eventId!: string;

  /** SQLSTATE, or the name of the error; `FOLLOWS`: only its place behind another one is why it is here. */
  @Column({ type: 'text' })
  code!: string;

  @Column({ type: 'text' })
  message!: string;
}
