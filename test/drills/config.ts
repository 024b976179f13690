/** Environment variables of the drills. @throws Error that names an invalid variable. */
export function drillConfig(env: NodeJS.ProcessEnv = process.env): { dispatchesPerS: number } {
  const text = env['DRILL_DISPATCHES_PER_S'] ?? '300';
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new Error('DRILL_DISPATCHES_PER_S takes a whole number up to 99999');
  return { dispatchesPerS: Number(text) };
}
