import pg from 'pg';

/** The event's data does not match its type, so no row can be computed from it. */
export class UnprojectableError extends Error {
  /** The name of the original error. */
  readonly code: string;

  constructor(cause: Error) {
    super(cause.message, { cause });
    this.code = cause.name;
  }
}

/** Runs a pure computation on events and rows. @throws UnprojectableError for every error that it throws */
export function asUnprojectable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UnprojectableError(error as Error);
  }
}

/**
 * Whether the data is at fault, so that a retry would fail again: no row can be computed from it, or Postgres rejects it
 * with class 22 (data exception), class 54 (program limit exceeded), 23502 (not-null violation) or 21000 (two rows of one
 * statement conflict). Data cannot violate any other constraint; 23514 means that the partitions of `changes` changed in the
 * meantime.
 */
export function isDataError(error: unknown): error is pg.DatabaseError | UnprojectableError {
  if (error instanceof UnprojectableError) return true;
  if (!(error instanceof pg.DatabaseError)) return false;
  const code = error.code ?? '';
  return code.startsWith('22') || code.startsWith('54') || code === '23502' || code === '21000';
}
