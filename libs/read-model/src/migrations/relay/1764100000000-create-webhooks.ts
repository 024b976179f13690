import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // Rewritten with every delivery: free space on the page keeps those updates off the indexes (HOT).
  `CREATE TABLE webhook_endpoints (
    id              uuid PRIMARY KEY,
    guild_id        bigint NOT NULL,
    url             text NOT NULL,
    description     text NOT NULL,
    channel_ids     bigint[],
    types           text[],
    secrets         jsonb NOT NULL,
    enabled         boolean NOT NULL DEFAULT true,
    disabled_reason text,
    seq             bigint NOT NULL,
    part            int NOT NULL DEFAULT 0,
    attempts        int NOT NULL DEFAULT 0,
    due_at          timestamptz NOT NULL DEFAULT now(),
    failing_since   timestamptz,
    last_error      text,
    epoch           bigint NOT NULL DEFAULT 0,
    owner           text,
    lease_until     timestamptz,
    created_by      text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
  ) WITH (fillfactor = 50)`,
  `CREATE INDEX webhook_endpoints_of_guild ON webhook_endpoints (guild_id)`,
  `CREATE TABLE webhook_deliveries (
    endpoint_id uuid NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
    seq         bigint NOT NULL,
    part        int NOT NULL,
    type        text NOT NULL,
    state       text NOT NULL,
    attempts    int NOT NULL,
    status      int,
    error       text,
    finished_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (endpoint_id, seq, part)
  )`,
  `CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (finished_at)`,
];

export class CreateWebhooks1764100000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE webhook_deliveries, webhook_endpoints');
  }
}
