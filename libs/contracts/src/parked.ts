/** An event that is kept aside: it cannot be written, or others before it about the same could not. */
export interface ParkedEvent {
  /** Its stream sequence, which names it. */
  seq: number;
  partition: number;
  subject: string;
  eventId: string;
  /** What it is about. */
  keys: string[];
  /** SQLSTATE, the name of an error, `PROCESS_KILLED`, or `FOLLOWS`: only its place behind another one is why. */
  code: string;
  message: string;
  /** ISO 8601. */
  parkedAt: string;
  /** How many are parked behind it. */
  followers: number;
}

/** Those that are parked for a reason of their own, oldest first, as many as fit; the others follow them. */
export interface ParkedList {
  events: ParkedEvent[];
  /** How many there are in all, followers among them. */
  total: number;
}

/** `payload`: the event as it is in the log, at most its first 200,000 characters. */
export interface ParkedDetail extends ParkedEvent {
  payload: string;
}

export interface ParkedChoice {
  seq: number;
}

export interface ParkedSkip extends ParkedChoice {
  /** Who gives it up, and why. */
  by: string;
  why: string;
}

/** What became of an event and of those that are parked with it. */
export interface ParkedOutcome {
  /** Now in the rows. */
  applied: number;
  /** Still parked. */
  kept: number;
  /** Why, at most ten. */
  failures: { seq: number; code: string; message: string }[];
}

/** What a projector does about parked events: name -> what it takes and what it answers. */
export interface ParkedCommands {
  'parked.list': { input: { partition?: number }; result: ParkedList };
  'parked.show': { input: ParkedChoice; result: ParkedDetail };
  'parked.retry': { input: ParkedChoice; result: ParkedOutcome };
  'parked.skip': { input: ParkedSkip; result: ParkedOutcome };
}
