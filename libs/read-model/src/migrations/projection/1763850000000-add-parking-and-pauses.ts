import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE checkpoints
    ADD COLUMN paused_at         timestamptz,
    ADD COLUMN suspect           boolean NOT NULL DEFAULT false,
    ADD COLUMN handling_seq      bigint,
    ADD COLUMN handling_attempts int NOT NULL DEFAULT 0`,
  `CREATE TABLE projectors (
    owner       text PRIMARY KEY,
    alive_until timestamptz NOT NULL
  )`,
  // Until now every event was parked alone, with its own sequence as its key.
  `ALTER TABLE parked ADD COLUMN keys text[] NOT NULL DEFAULT '{}'`,
  `UPDATE parked SET keys = ARRAY['seq:' || stream_seq]`,
  `CREATE TABLE parked_skips (
    stream_seq  bigint PRIMARY KEY,
    "partition" int NOT NULL,
    subject     text NOT NULL,
    event_id    text NOT NULL,
    code        text NOT NULL,
    message     text NOT NULL,
    skipped_by  text NOT NULL,
    reason      text NOT NULL,
    skipped_at  timestamptz NOT NULL DEFAULT now()
  )`,
];

const DOWN = [
  `DROP TABLE parked_skips, projectors`,
  `ALTER TABLE parked DROP COLUMN keys`,
  `ALTER TABLE checkpoints
    DROP COLUMN paused_at, DROP COLUMN suspect, DROP COLUMN handling_seq, DROP COLUMN handling_attempts`,
];

export class AddParkingAndPauses1763850000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
