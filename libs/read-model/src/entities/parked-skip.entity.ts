import { Column, Entity } from 'typeorm';
import { KeptAside } from './kept-aside.js';

/** A parked event that an operator gave up, with who and why. */
@Entity('parked_skips')
export class ParkedSkipEntity extends KeptAside {
  @Column({ type: 'text', name: 'skipped_by' })
  skippedBy!: string;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'timestamptz', name: 'skipped_at' })
  skippedAt!: Date;
}
