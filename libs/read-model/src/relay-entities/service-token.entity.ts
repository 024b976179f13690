import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A token that an admin made for a program. */
@Entity('service_tokens')
export class ServiceTokenEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** SHA-256 of the token, which is not kept. */
  @Column({ type: 'bytea', name: 'token_hash' })
  tokenHash!: Buffer;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  role!: 'admin' | 'analyst';

  /** Guilds it is limited to; null: no limit. */
  @Column({ type: 'bigint', array: true, nullable: true })
  guilds!: string[] | null;

  @Column({ type: 'text', name: 'created_by' })
  createdBy!: string;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column({ type: 'text', name: 'revoked_by', nullable: true })
  revokedBy!: string | null;
}
