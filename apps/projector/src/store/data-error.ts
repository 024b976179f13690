import pg from 'pg';

/** An event asks for what no row can be made of: its data is not what its type says. */
export class UnprojectableError extends Error {
  /** The name of the error that it showed in. */
  readonly code: string;

  constructor(cause: Error) {
    super(cause.message, { cause });
    this.code = cause.name;
  }
}

/** Runs what only computes, from events and rows. @throws UnprojectableError for whatever it throws */
export function computed<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UnprojectableError(error as Error);
  }
}

/**
 * Whether the failure is the data's, so that the same again would fail again: nothing can be computed of it, or Postgres
 * refuses it with class 22 (bad value), 54 (over a limit of the server), 23502 (a field that must not be null) or 21000
 * (two rows of one statement are the same to Postgres). The tables have no other constraint that data could break; 23514,
 * for one, means that the partitions of `changes` were moved meanwhile.
 */
export function isDataError(error: unknown): error is pg.DatabaseError | UnprojectableError {
  if (error instanceof UnprojectableError) return true;
  if (!(error instanceof pg.DatabaseError)) return false;
  const code = error.code ?? '';
  return code.startsWith('22') || code.startsWith('54') || code === '23502' || code === '21000';
}
