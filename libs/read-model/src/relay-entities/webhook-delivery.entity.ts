import type { WebhookDelivery, WebhookEvent } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from '../entities/columns.js';

/** What became of a delivery. What was sent stays in `changes` alone, for as long as that is kept. */
@Entity('webhook_deliveries')
export class WebhookDeliveryEntity {
  @PrimaryColumn({ type: 'uuid', name: 'endpoint_id' })
  endpointId!: string;

  @PrimaryColumn({ type: 'bigint', transformer: streamSeq })
  seq!: number;

  /** Which of the things that the change tells, from 0; -1: a gap that ends there. */
  @PrimaryColumn({ type: 'int' })
  part!: number;

  @Column({ type: 'text' })
  type!: WebhookEvent;

  @Column({ type: 'text' })
  state!: WebhookDelivery['state'];

  @Column({ type: 'int' })
  attempts!: number;

  /** HTTP status of the last answer; null when there was none. */
  @Column({ type: 'int', nullable: true })
  status!: number | null;

  @Column({ type: 'text', nullable: true })
  error!: string | null;

  @Column({ type: 'timestamptz', name: 'finished_at' })
  finishedAt!: Date;
}
