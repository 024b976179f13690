import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A log-in with Discord and the line of refresh tokens that came of it. Hashes are SHA-256. */
@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'bigint', name: 'user_id' })
  userId!: string;

  @Column({ type: 'text' })
  username!: string;

  @Column({ type: 'text', nullable: true })
  avatar!: string | null;

  /** Of the part that all refresh tokens of the session have in common. */
  @Column({ type: 'bytea', name: 'family_hash' })
  familyHash!: Buffer;

  /** Of the refresh token that is good now. */
  @Column({ type: 'bytea', name: 'token_hash' })
  tokenHash!: Buffer;

  /** Of the one before: its answer may have been lost on the way. */
  @Column({ type: 'bytea', name: 'previous_hash', nullable: true })
  previousHash!: Buffer | null;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'rotated_at' })
  rotatedAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  /** `reuse`: a refresh token was used twice, so somebody else has it too. */
  @Column({ type: 'text', name: 'revoked_why', nullable: true })
  revokedWhy!: 'logout' | 'reuse' | null;
}
