import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Existing projections have shape 1 and were either active or never filled. */
export class AddProjectionLife1763900000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE projections
        ADD COLUMN shape        int NOT NULL DEFAULT 1,
        ADD COLUMN ready_at     timestamptz,
        ADD COLUMN activated_at timestamptz,
        ADD COLUMN retired_at   timestamptz`);
    await queryRunner.query(
      `UPDATE projections SET ready_at = created_at, activated_at = created_at WHERE active`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE projections
        DROP COLUMN shape, DROP COLUMN ready_at, DROP COLUMN activated_at, DROP COLUMN retired_at`);
  }
}
