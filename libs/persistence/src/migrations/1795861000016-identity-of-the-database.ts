import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IdentityOfTheDatabase1795861000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS installations (
        id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
      ) ENGINE=InnoDB`);
    await runner.query(
      'INSERT INTO installations (id) SELECT UUID() FROM (SELECT COUNT(*) AS there FROM installations) AS all_of_them WHERE there = 0',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE installations');
  }
}
