/** A projection; default: the one that the command most likely concerns. */
export interface ProjectionChoice {
  version?: number;
}

/** The build that was started, or that is already running. */
export interface Rebuild {
  version: number;
  created: boolean;
}

/** How a table's rows differ between two projections. */
export interface TableComparison {
  table: string;
  rows: { source: number; target: number };
  equal: boolean;
  /** At most ten channels whose rows differ; `*` for a table without channels. */
  differing: string[];
  /** Number of further channels whose rows differ. */
  moreDiffering: number;
  /** Columns that only one of the projections has: they are not compared. */
  uncompared: string[];
}

/** The comparison of the active projection (`source`) with another one at the same position of the log. */
export interface Comparison {
  source: number;
  target: number;
  equal: boolean;
  tables: TableComparison[];
  /** Partitions of `source` whose checkpoint belongs to another log: compared as they are. */
  diverged: number[];
}

export interface Switched {
  from: number;
  to: number;
  /** How long nothing was committed to the active projection. */
  pauseMs: number;
}

/** The progress of the partitions of a projection that one projector owns. */
export interface ProjectionProgress {
  version: number;
  role: 'active' | 'following' | 'building';
  /** Number of partitions that this projector owns. */
  owned: number;
  /** Number of their events that are not projected yet. */
  remaining: number;
  /** 0 unless the partitions are far behind. */
  eventsPerSecond: number;
}

/** The projector's commands on projections: name -> input and result. */
export interface ProjectionCommands {
  'projections.progress': { input: object; result: ProjectionProgress[] };
  'projections.rebuild': { input: object; result: Rebuild };
  'projections.compare': { input: ProjectionChoice; result: Comparison };
  'projections.switch': { input: ProjectionChoice; result: Switched };
  'projections.rollback': { input: object; result: Switched };
  'projections.drop': { input: Required<ProjectionChoice>; result: Required<ProjectionChoice> };
}
