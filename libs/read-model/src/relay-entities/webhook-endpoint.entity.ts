import type { ToldType, Snowflake, WebhookEndpoint } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from '../entities/columns.js';

/** A secret, sealed with WEBHOOK_KEY; deliveries are signed with it until it ends. */
export interface SealedSecret {
  sealed: string;
  /** ISO 8601; null: it is the present one. */
  until: string | null;
}

/** Where the events of a guild are posted, and how far that is. */
@Entity('webhook_endpoints')
export class WebhookEndpointEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'bigint', name: 'guild_id' })
  guildId!: Snowflake;

  @Column({ type: 'text' })
  url!: string;

  @Column({ type: 'text' })
  description!: string;

  /** null: all. */
  @Column({ type: 'bigint', array: true, name: 'channel_ids', nullable: true })
  channelIds!: Snowflake[] | null;

  /** null: all. */
  @Column({ type: 'text', array: true, nullable: true })
  types!: ToldType[] | null;

  @Column({ type: 'jsonb' })
  secrets!: SealedSecret[];

  @Column({ type: 'boolean' })
  enabled!: boolean;

  @Column({ type: 'text', name: 'disabled_reason', nullable: true })
  disabledReason!: WebhookEndpoint['disabledReason'];

  /** Stream sequence: everything up to it is done, and `part` of what the change after it tells. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;

  @Column({ type: 'int' })
  part!: number;

  /** Failed attempts of the delivery that is next. */
  @Column({ type: 'int' })
  attempts!: number;

  @Column({ type: 'timestamptz', name: 'due_at' })
  dueAt!: Date;

  /** When the first attempt failed of those that failed one after another. */
  @Column({ type: 'timestamptz', name: 'failing_since', nullable: true })
  failingSince!: Date | null;

  @Column({ type: 'text', name: 'last_error', nullable: true })
  lastError!: string | null;

  /** The fence: whoever claims or changes the endpoint adds one. */
  @Column({ type: 'bigint', transformer: streamSeq })
  epoch!: number;

  @Column({ type: 'text', nullable: true })
  owner!: string | null;

  @Column({ type: 'timestamptz', name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column({ type: 'text', name: 'created_by' })
  createdBy!: string;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
