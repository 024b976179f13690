import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A process that projects: partitions are shared among those that are alive. */
@Entity('projectors')
export class ProjectorEntity {
  @PrimaryColumn({ type: 'text' })
  owner!: string;

  @Column({ type: 'timestamptz', name: 'alive_until' })
  aliveUntil!: Date;
}
