import { createHash } from 'node:crypto';

/** What a login's code is bound to (RFC 7636). */
export interface CodeChallenge {
  value: string;
  method: 'S256' | 'plain';
}

/** Whether the verifier is the challenge's; without a challenge there must be none. */
export function verifyChallenge(challenge: CodeChallenge | null, verifier: string | undefined): boolean {
  if (challenge === null || verifier === undefined) return challenge === null && verifier === undefined;
  const derived =
    challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  return derived === challenge.value;
}
