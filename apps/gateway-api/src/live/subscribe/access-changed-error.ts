import { AppError } from '@discord-relay/contracts';

/** Attempts to enter a feed while rights come and go. */
const ATTEMPTS = 3;

/** Something was said while the subscriber might not know of it, and now they might: it cannot be left out unnoticed. */
export class AccessChangedError extends AppError {
  constructor() {
    super('SERVICE.UNAVAILABLE', 'what you may see changed meanwhile: try again');
  }
}

/** Begins again while rights move. @throws AppError of `enter`; {@link AccessChangedError} when they go on moving */
export async function retryWhileAccessChanges<T>(enter: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await enter();
    } catch (error) {
      if (!(error instanceof AccessChangedError) || attempt >= ATTEMPTS) throw error;
    }
  }
}
