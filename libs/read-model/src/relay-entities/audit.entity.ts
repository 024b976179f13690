import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who did what, or was refused what, when and from where. */
@Entity('audit')
export class AuditEntity {
  @PrimaryColumn({ type: 'bigint' })
  id!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;

  /** For example `login.discord`, `token.revoked`, `access.refused`. */
  @Column({ type: 'text' })
  action!: string;

  /** Who; null when nobody knows. */
  @Column({ type: 'text', nullable: true })
  actor!: string | null;

  /** Network address. */
  @Column({ type: 'text', nullable: true })
  address!: string | null;

  /** What it was done to. */
  @Column({ type: 'text', nullable: true })
  target!: string | null;

  /** Why it was refused: one of the documented codes; null when it was done. */
  @Column({ type: 'text', nullable: true })
  code!: string | null;

  @Column({ type: 'text', name: 'request_id', nullable: true })
  requestId!: string | null;

  /** How many times within a moment. */
  @Column({ type: 'int' })
  count!: number;
}
