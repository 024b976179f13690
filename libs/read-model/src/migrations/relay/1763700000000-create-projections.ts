import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProjections1763700000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE projections (
        version    int PRIMARY KEY,
        schema     text NOT NULL UNIQUE,
        active     boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX projections_one_active ON projections (active) WHERE active`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE projections`);
  }
}
