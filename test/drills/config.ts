/** Environment variables of the drills. @throws Error that names an invalid variable. */
export function drillConfig(env: NodeJS.ProcessEnv = process.env): { dispatchesPerS: number } {
  return { dispatchesPerS: wholeNumber(env, 'DRILL_DISPATCHES_PER_S', 300) };
}

/** The load of the drill `cluster`; less for machines that cannot bear it. @throws as {@link drillConfig} */
export function clusterLoad(env: NodeJS.ProcessEnv = process.env): { messagesPerS: number; clients: number } {
  return {
    messagesPerS: wholeNumber(env, 'DRILL_MESSAGES_PER_S', 300),
    clients: wholeNumber(env, 'DRILL_CLIENTS', 500),
  };
}

function wholeNumber(env: NodeJS.ProcessEnv, key: string, otherwise: number): number {
  const text = env[key] ?? String(otherwise);
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`${key} takes a whole number up to 99999`);
  return Number(text);
}
