import { AppError } from '@discord-relay/contracts';

/** Maximum number of attempts to subscribe while access rights change. */
const ATTEMPTS = 3;

/** A change was hidden from the subscriber when it was made and is visible now, so it can be neither sent nor omitted. */
export class AccessChangedError extends AppError {
  constructor() {
    super('SERVICE.UNAVAILABLE', 'your access rights changed during the request: try again');
  }
}

/** Retries while access rights change. @throws AppError of `subscribe`; {@link AccessChangedError} after the last attempt */
export async function retryWhileAccessChanges<T>(subscribe: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await subscribe();
    } catch (error) {
      if (!(error instanceof AccessChangedError) || attempt >= ATTEMPTS) throw error;
    }
  }
}
