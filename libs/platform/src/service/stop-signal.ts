/**
 * Calls back once when the process is asked to stop: SIGTERM, SIGINT, or the end of the parent that started it with
 * an IPC channel (so that a killed supervisor leaves no orphan).
 */
export function onStopSignal(callback: (cause: string) => Promise<void>): void {
  let asked = false;
  const ask = (cause: string) => {
    if (asked) return;
    asked = true;
    void callback(cause);
  };
  process.on('SIGTERM', () => ask('SIGTERM'));
  process.on('SIGINT', () => ask('SIGINT'));
  if (process.send) process.on('disconnect', () => ask('parent ended'));
}
