import { HttpException } from '@nestjs/common';

/** The body parser's marker, which Nest keeps as the cause or as the error itself. */
export function isMalformedJson(error: unknown): boolean {
  const candidates = error instanceof HttpException ? [error, error.cause] : [error];
  return candidates.some(
    (each) =>
      each instanceof SyntaxError ||
      (each as { type?: unknown } | undefined)?.type === 'entity.parse.failed' ||
      (each instanceof HttpException && each.getStatus() === 400 && /JSON/.test(each.message)),
  );
}

/** The HTTP status of an error; 500 if it has none. */
export function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { status } = (error ?? {}) as { status?: unknown };
  return typeof status === 'number' ? status : 500;
}
