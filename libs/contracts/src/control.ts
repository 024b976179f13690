import type { ParkedCommands } from './parked.js';
import type { ProjectionCommands } from './projections.js';
import type { ServiceName } from './subjects.js';

/** Below it every instance of a service answers over NATS request/reply: `.status`, and `.do.<command>`. */
export const controlPrefix = (service: ServiceName): string => `relay.control.${service}`;

/** The subject of one of a service's commands; every instance hears it. */
export const commandSubject = (service: ServiceName, command: string): string =>
  `${controlPrefix(service)}.do.${command}`;

/** A partition, or every one when absent. */
export interface PartitionChoice {
  partition?: number;
}

/** What `pause` and `resume` did: the partitions that are paused afterwards, of all instances. */
export interface PauseState {
  paused: number[];
}

/** One projection there is; `state` as in `relay.projections`. */
export interface ProjectionSummary {
  version: number;
  schema: string;
  shape: number;
  state: 'building' | 'ready' | 'active' | 'retired';
  createdAt: string;
  activatedAt: string | null;
}

/** What the log doctor finds of a partition; `fine` alone lets it be projected. */
export type LogFinding = 'fine' | 'no_stream' | 'recreated' | 'ahead' | 'missing' | 'replaced' | 'truncated';

export interface PartitionDiagnosis {
  partition: number;
  /** The checkpoint. */
  seq: number;
  owner: string | null;
  finding: LogFinding;
  /** For people: what differs. */
  explanation: string;
  /** What an operator can do, the mildest first; empty when nothing is wrong. */
  waysOut: string[];
}

/** Something about the log's stream that is not as the ingestor made it. */
export interface StreamProblem {
  name: 'deleting_limits' | 'beginning_gone' | 'events_removed' | 'subjects_changed' | 'partitions_changed';
  /** For people: what was found. */
  explanation: string;
  waysOut: string[];
}

/** What the log doctor finds: every partition's checkpoint beside the stream, and the stream itself. */
export interface LogDiagnosis {
  partitions: PartitionDiagnosis[];
  stream: StreamProblem[];
}

/** The projector's commands: name -> what it takes and what an instance answers. */
export interface ProjectorCommands extends ProjectionCommands, ParkedCommands {
  pause: { input: PartitionChoice; result: PauseState };
  resume: { input: PartitionChoice; result: PauseState };
  'projections.list': { input: object; result: ProjectionSummary[] };
  'projections.doctor': { input: object; result: LogDiagnosis };
}

export type ProjectorCommand = keyof ProjectorCommands;

/** The ingestor's commands; whoever has the shard acts. */
export interface IngestorCommands {
  'shards.give-up': { input: { shardId: number; by: string }; result: { sessionId: string } };
}

export type IngestorCommand = keyof IngestorCommands;
