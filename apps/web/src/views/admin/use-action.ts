import { useCallback, useState } from 'react';
import { asRelayError } from '../../relay/as-relay-error.js';
import { ADMIN_TEXTS } from '../../texts/admin-texts.js';
import { asSentence } from '../../ui/as-sentence.js';

/** Runs requests that change something; `status` is the outcome of the last one. */
export function useAction(): {
  status: string;
  run: <T>(request: Promise<T>, onDone: (result: T) => string | void) => void;
} {
  const [status, setStatus] = useState('');
  const run = useCallback(<T>(request: Promise<T>, onDone: (result: T) => string | void) => {
    setStatus(ADMIN_TEXTS.working);
    request.then(
      (result) => setStatus(onDone(result) ?? ''),
      (cause: unknown) => setStatus(asSentence(asRelayError(cause).message)),
    );
  }, []);
  return { status, run };
}
