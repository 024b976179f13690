import { z } from 'zod';
import { registerSecret } from '../logging/redaction.js';

/** An invalid configuration. The message has every bad key with its remedy, never a value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

/** sysexits' EX_CONFIG: the process cannot start until someone changes the configuration. */
export const EXIT_CONFIG = 78;

/**
 * Parses the environment with one schema. Empty strings count as unset; white space around a value is removed. All bad keys
 * are reported together.
 * @throws ConfigError
 */
export function loadConfig<T extends z.ZodType>(
  schema: T,
  env: Record<string, string | undefined>,
): z.output<T> {
  const present = Object.fromEntries(
    Object.entries(env)
      .map(([key, value]) => [key, value?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  for (const [key, value] of Object.entries(present)) registerSecret(key, value!);
  const result = schema.safeParse(present, { error: remedy });
  if (result.success) return result.data;
  throw new ConfigError(problemsOf(result.error));
}

/** One line per key, with its first problem only, because the others usually follow from it. */
function problemsOf({ issues }: z.ZodError): string[] {
  const byKey = new Map<string, string>();
  for (const { path, message } of issues) {
    const key = path.join('.') || 'environment';
    if (!byKey.has(key)) byKey.set(key, `${key}: ${message}`);
  }
  return [...byKey.values()];
}

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

/** The action for an operator, in place of zod's type error. A schema's own message takes precedence. */
export function remedy(issue: RawIssue): string | undefined {
  if (issue.input === undefined && issue.code === 'invalid_type') return 'is missing: set it';
  if (issue.code === 'invalid_value') return `must be ${issue.values.map(String).join(' or ')}`;
  if (issue.code === 'invalid_format') return 'must have the documented format';
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  if (issue.code === 'invalid_type') return `must be a ${issue.expected}`;
  return undefined;
}
