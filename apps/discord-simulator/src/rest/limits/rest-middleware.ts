import {
  replacementAnswer,
  applyAnswerEdits,
  type AnswerSpec,
  type RestAnswers,
} from '../../faults/rest-answers.js';
import type { RateLimits, RateLimitResult } from './rate-limits.js';
import type { RestFault, RestFaults } from './rest-faults.js';
import { epochMs } from '../../state/model/world-types.js';

/** The parts of the web framework's objects that are used here. `path` is relative to the mount point. */
interface Request {
  method: string;
  path: string;
  url: string;
}

interface Response {
  set(headers: Record<string, string>): unknown;
  setHeader(name: string, value: string): unknown;
  status(code: number): { json(body: unknown): unknown; end(text: string): unknown };
  json(body: unknown): unknown;
  socket: { destroy(): unknown } | null;
}

/** Runs before every REST route: first the faults, then the rate limits, then responses on demand. */
export function restMiddleware(faults: RestFaults, limits: RateLimits, answers: RestAnswers) {
  return (request: Request, response: Response, next: () => void): void => {
    const proceed = () => {
      const rule = answers.match(request.method, request.path, request.url.split('?')[1] ?? '');
      if (rule) answers.wait(rule, () => answerBy(rule, response, next));
      else next();
    };
    const hits = faults.hit(request.path);
    const pass = (): void => {
      const refusal = hits.find(({ kind }) => kind !== 'slow');
      if (refusal) return refuse(response, refusal);
      const verdict = limits.count(request.method, request.path, epochMs());
      if (verdict) setHeaders(response, verdict);
      if (verdict?.refusedBy) return tooMany(response, verdict.retryAfterMs, verdict.refusedBy);
      proceed();
    };
    const delayMs = hits.find(({ kind }) => kind === 'slow')?.delayMs ?? 0;
    if (delayMs > 0) setTimeout(pass, delayMs);
    else pass();
  };
}

function answerBy(rule: AnswerSpec, response: Response, next: () => void): void {
  if (rule.hangUp) return void response.socket?.destroy();
  const answer = replacementAnswer(rule);
  if (answer === null) {
    const json = response.json.bind(response);
    response.json = (body) => json(applyAnswerEdits(rule, body));
    response.set(rule.headers);
    return next();
  }
  // `set` would add a charset to the media type.
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  response.status(answer.status).end(answer.text);
}

function refuse(response: Response, fault: RestFault): void {
  if (fault.kind === 'rate_limited')
    return tooMany(response, fault.retryAfterMs, fault.global ? 'global' : 'shared');
  response.status(fault.status).json({ message: `${fault.status}: on demand`, code: 0 });
}

function setHeaders(response: Response, verdict: RateLimitResult): void {
  if (verdict.refusedBy === 'global') return;
  const resetMs = epochMs() + verdict.resetAfterMs;
  response.set({
    'X-RateLimit-Limit': String(verdict.limit),
    'X-RateLimit-Remaining': String(verdict.remaining),
    'X-RateLimit-Reset': seconds(resetMs),
    'X-RateLimit-Reset-After': seconds(verdict.resetAfterMs),
    'X-RateLimit-Bucket': verdict.bucket,
  });
}

function tooMany(response: Response, retryAfterMs: number, scope: 'user' | 'global' | 'shared'): void {
  const global = scope === 'global';
  // The header has whole seconds, rounded up so that it is never less than the body.
  response.set({ 'Retry-After': String(Math.ceil(retryAfterMs / 1000)), 'X-RateLimit-Scope': scope });
  if (global) response.set({ 'X-RateLimit-Global': 'true' });
  response.status(429).json({
    message: 'You are being rate limited.',
    retry_after: Number(seconds(retryAfterMs)),
    global,
  });
}

function seconds(ms: number): string {
  return (Math.max(0, ms) / 1000).toFixed(3);
}
