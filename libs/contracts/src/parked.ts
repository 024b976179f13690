/** An event that cannot be written, or that follows such an event about the same thing. */
export interface ParkedEvent {
  /** Stream sequence; it identifies the event. */
  seq: number;
  partition: number;
  subject: string;
  eventId: string;
  /** The keys of the entities that the event changes. */
  keys: string[];
  /** SQLSTATE, the name of an error, `PROCESS_KILLED`, or `FOLLOWS` for an event that follows a parked one. */
  code: string;
  message: string;
  /** ISO 8601. */
  parkedAt: string;
  /** Number of events that are parked because they follow it. */
  followers: number;
}

/** The events that are parked for an error of their own, oldest first, as many as fit into a response. */
export interface ParkedList {
  events: ParkedEvent[];
  /** Number of all parked events, including followers. */
  total: number;
}

/** `payload`: the event as stored in the log, at most its first 200,000 characters. */
export interface ParkedDetail extends ParkedEvent {
  payload: string;
  /** Whether the event is longer than `payload`. */
  truncated: boolean;
}

export interface ParkedChoice {
  seq: number;
}

export interface ParkedSkip extends ParkedChoice {
  /** The operator who skips the event, for the audit log. */
  by: string;
  why: string;
}

/** The result for an event and the events that are parked with it. */
export interface ParkedOutcome {
  /** Number of events that are now in the rows. */
  applied: number;
  /** Number of events that are still parked. */
  kept: number;
  /** The reasons, at most ten. */
  failures: { seq: number; code: string; message: string }[];
  /** Number of further reasons. */
  moreFailures: number;
}

/** The projector's commands on parked events: name -> input and result. */
export interface ParkedCommands {
  'parked.list': { input: { partition?: number }; result: ParkedList };
  'parked.show': { input: ParkedChoice; result: ParkedDetail };
  'parked.retry': { input: ParkedChoice; result: ParkedOutcome };
  'parked.skip': { input: ParkedSkip; result: ParkedOutcome };
}
