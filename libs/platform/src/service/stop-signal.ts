/**
 * Calls back once when the process has to stop: on SIGTERM, on SIGINT, or when a parent that started it with an IPC channel ends,
 * so that a killed supervisor leaves no orphan.
 */
export function onStopSignal(callback: (cause: string) => Promise<void>): void {
  let requested = false;
  const stop = (cause: string) => {
    if (requested) return;
    requested = true;
    void callback(cause);
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  if (process.send) process.on('disconnect', () => stop('parent ended'));
}
