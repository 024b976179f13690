/** Which projection is meant; what is most likely meant when absent. */
export interface ProjectionChoice {
  version?: number;
}

/** The build that was begun, or that is under way already. */
export interface Rebuild {
  version: number;
  created: boolean;
}

/** How a table's rows differ between two projections. */
export interface TableComparison {
  table: string;
  rows: { source: number; target: number };
  equal: boolean;
  /** Channels whose rows differ, at most ten of them; `*` for a table without channels. */
  differing: string[];
  /** Columns that only one of the two has: what they hold is not compared. */
  uncompared: string[];
}

/** The active projection (`source`) beside another one, both at the same position of the log. */
export interface Comparison {
  source: number;
  target: number;
  equal: boolean;
  tables: TableComparison[];
  /** Partitions of `source` whose checkpoint belongs to another log: they were compared as they are. */
  diverged: number[];
}

export interface Switched {
  from: number;
  to: number;
  /** How long nothing was committed to what clients see. */
  pauseMs: number;
}

/** How far one projector's part of a projection is. */
export interface ProjectionProgress {
  version: number;
  role: 'active' | 'following' | 'building';
  /** Partitions that this projector projects. */
  owned: number;
  /** Events of them that are not projected yet. */
  remaining: number;
  /** While there is a backlog worth telling of; else 0. */
  eventsPerSecond: number;
}

/** What a projector does about projections: name -> what it takes and what it answers. */
export interface ProjectionCommands {
  'projections.progress': { input: object; result: ProjectionProgress[] };
  'projections.rebuild': { input: object; result: Rebuild };
  'projections.compare': { input: ProjectionChoice; result: Comparison };
  'projections.switch': { input: ProjectionChoice; result: Switched };
  'projections.rollback': { input: object; result: Switched };
  'projections.drop': { input: Required<ProjectionChoice>; result: Required<ProjectionChoice> };
}
