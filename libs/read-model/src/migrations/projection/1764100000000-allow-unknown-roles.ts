import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A member whose roles are not known is not a member without roles. */
export class AllowUnknownRoles1764100000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE members ALTER COLUMN role_ids DROP NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`UPDATE members SET role_ids = '{}' WHERE role_ids IS NULL`);
    await queryRunner.query(`ALTER TABLE members ALTER COLUMN role_ids SET NOT NULL`);
  }
}
