import fc from 'fast-check';
import { ScenarioPlan, type ScenarioAction } from './scenario-plan.js';

const OPTIONS = { seed: 7, channels: 4, authors: 6, editRatio: 0.2, deleteRatio: 0.1, reactionRatio: 0.25 };
const take = (count: number, options = OPTIONS): ScenarioAction[] => {
  const plan = new ScenarioPlan(options);
  return Array.from({ length: count }, () => plan.next());
};
const count = (actions: ScenarioAction[], kind: ScenarioAction['kind']) =>
  actions.filter((action) => action.kind === kind).length;

describe('scenario plan', () => {
  it('a scenario plan is determined by its seed alone', () => {
    expect(take(2000)).toEqual(take(2000));
    expect(take(50)).not.toEqual(take(50, { ...OPTIONS, seed: 8 }));
  });

  it('a scenario plan keeps its ratios', () => {
    const actions = take(20_000);
    expect(count(actions, 'edit') / 20_000).toBeCloseTo(0.2, 1);
    expect(count(actions, 'delete') / 20_000).toBeCloseTo(0.1, 1);
    expect(count(actions, 'react') / 20_000).toBeCloseTo(0.25, 1);
    expect(count(take(1000, { ...OPTIONS, editRatio: 0, deleteRatio: 0, reactionRatio: 0 }), 'create')).toBe(
      1000,
    );
  });

  it('a scenario only edits and deletes messages that it created and has not deleted, within Discord’s limits', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const living = new Set<number>();
        let created = 0;
        for (const action of take(600, { ...OPTIONS, seed })) {
          if (action.kind === 'create') living.add(created++);
          else if ('target' in action) expect(living.has(action.target)).toBe(true);
          if (action.kind === 'delete') living.delete(action.target);
          else if ('content' in action) expect(action.content.length).toBeLessThanOrEqual(2000);
        }
      }),
      { numRuns: 20 },
    );
  });
});
