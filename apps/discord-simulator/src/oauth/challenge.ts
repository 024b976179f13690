import { createHash } from 'node:crypto';

/** The challenge that a code is bound to (RFC 7636). */
export interface CodeChallenge {
  value: string;
  method: 'S256' | 'plain';
}

/** Whether the verifier matches the challenge; without a challenge there must be no verifier. */
export function verifyChallenge(challenge: CodeChallenge | null, verifier: string | undefined): boolean {
  if (challenge === null || verifier === undefined) return challenge === null && verifier === undefined;
  const derived =
    challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  return derived === challenge.value;
}
