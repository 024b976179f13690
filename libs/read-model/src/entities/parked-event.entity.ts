import { Column, Entity } from 'typeorm';
import { KeptAside } from './kept-aside.js';

/** An event that could not be written, kept with its error: it was not skipped silently. */
@Entity('parked')
export class ParkedEventEntity extends KeptAside {
  /** What it is about; later events about any of these are parked behind it. */
  @Column({ type: 'text', array: true })
  keys!: string[];

  @Column({ type: 'text' })
  payload!: string;

  @Column({ type: 'timestamptz', name: 'parked_at' })
  parkedAt!: Date;
}
