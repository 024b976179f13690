import type { ParkedCommands } from './parked.js';
import type { ProjectionCommands } from './projections.js';
import type { ServiceName } from './service-name.js';

/** Subject prefix on which every instance of a service answers over NATS request/reply: `.status` and `.do.<command>`. */
export const controlPrefix = (service: ServiceName): string => `relay.control.${service}`;

/** The subject of one of a service's commands; every instance receives it. */
export const commandSubject = (service: ServiceName, command: string): string =>
  `${controlPrefix(service)}.do.${command}`;

/** A partition; default: every partition. */
export interface PartitionChoice {
  partition?: number;
}

/** The partitions that are paused after `pause` or `resume`. */
export interface PauseState {
  paused: number[];
}

/** One registered projection; `state` as in `relay.projections`. */
export interface ProjectionSummary {
  version: number;
  schema: string;
  shape: number;
  state: 'building' | 'ready' | 'active' | 'retired';
  createdAt: string;
  activatedAt: string | null;
}

/** The log doctor's finding for a partition. A partition is projected only if it is `fine`. */
export type LogFinding = 'fine' | 'no_stream' | 'recreated' | 'ahead' | 'missing' | 'replaced' | 'truncated';

export interface PartitionDiagnosis {
  partition: number;
  /** The checkpoint. */
  seq: number;
  owner: string | null;
  finding: LogFinding;
  /** The difference, for people. */
  explanation: string;
  /** The remedies, the mildest first; empty when nothing is wrong. */
  waysOut: string[];
}

/** A difference between the log's stream and the ingestor's configuration. */
export interface StreamProblem {
  name: 'deleting_limits' | 'beginning_gone' | 'events_removed' | 'subjects_changed' | 'partitions_changed';
  /** The finding, for people. */
  explanation: string;
  waysOut: string[];
}

/** The log doctor's findings for every partition's checkpoint and for the stream. */
export interface LogDiagnosis {
  partitions: PartitionDiagnosis[];
  stream: StreamProblem[];
}

/** The projector's commands: name -> input and result of one instance. */
export interface ProjectorCommands extends ProjectionCommands, ParkedCommands {
  pause: { input: PartitionChoice; result: PauseState };
  resume: { input: PartitionChoice; result: PauseState };
  'projections.list': { input: object; result: ProjectionSummary[] };
  'projections.doctor': { input: object; result: LogDiagnosis };
}

export type ProjectorCommand = keyof ProjectorCommands;

/** The ingestor's commands; the replica that owns the shard executes them. */
export interface IngestorCommands {
  'shards.give-up': { input: { shardId: number; by: string }; result: { sessionId: string } };
}

export type IngestorCommand = keyof IngestorCommands;
