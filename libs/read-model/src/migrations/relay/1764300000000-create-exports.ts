import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // Rewritten every second while it runs: free space on the page keeps those updates off the indexes (HOT).
  `CREATE TABLE exports (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number          bigint GENERATED ALWAYS AS IDENTITY,
    user_id         text NOT NULL,
    role            text NOT NULL,
    guilds          bigint[],
    credential      text,
    rights_until    timestamptz NOT NULL,
    guild_id        bigint NOT NULL,
    request         json NOT NULL,
    since           bigint,
    idempotency_key text,
    store           uuid NOT NULL,
    state           text NOT NULL DEFAULT 'queued',
    units           json,
    progress        json,
    channel_ids     bigint[],
    gaps            json,
    rows            bigint NOT NULL DEFAULT 0,
    total           bigint,
    rows_per_s      int,
    bytes           bigint NOT NULL DEFAULT 0,
    attempts        int NOT NULL DEFAULT 0,
    due_at          timestamptz NOT NULL DEFAULT now(),
    error_code      text,
    error           text,
    epoch           bigint NOT NULL DEFAULT 0,
    owner           text,
    lease_until     timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    started_at      timestamptz,
    finished_at     timestamptz,
    expires_at      timestamptz
  ) WITH (fillfactor = 50)`,
  `CREATE TABLE export_files (
    export_id uuid NOT NULL REFERENCES exports ON DELETE CASCADE,
    number    int NOT NULL,
    path      text NOT NULL,
    rows      bigint NOT NULL,
    bytes     bigint NOT NULL,
    sha256    text NOT NULL,
    epoch     bigint NOT NULL,
    PRIMARY KEY (export_id, number)
  )`,
  `CREATE UNIQUE INDEX exports_number ON exports (number)`,
  `CREATE INDEX exports_of_user ON exports (user_id, number)`,
  `CREATE UNIQUE INDEX exports_running ON exports (user_id) WHERE state = 'running'`,
  `CREATE UNIQUE INDEX exports_idempotency ON exports (user_id, idempotency_key) WHERE idempotency_key IS NOT NULL`,
];

export class CreateExports1764300000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE export_files, exports');
  }
}
