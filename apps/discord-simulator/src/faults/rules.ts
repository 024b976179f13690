/** The state that every rule has besides its specification. */
export interface RuleState {
  readonly id: string;
  /** How many more times it applies; null until it is removed. */
  times: number | null;
  /** How many times it has applied. */
  hits: number;
}

export type Rule<Spec> = Spec & RuleState;

let lastId = 0;

/** Rules in the order in which they were added: the first match applies, and is removed when it is used up. */
export class Rules<Spec extends object> {
  private readonly rules = new Map<string, Rule<Spec>>();

  add(spec: Spec, times: number | null): Rule<Spec> {
    const rule = { ...spec, id: String(++lastId), times, hits: 0 };
    this.rules.set(rule.id, rule);
    return rule;
  }

  all(): Rule<Spec>[] {
    return [...this.rules.values()];
  }

  /** Returns the matching rule and counts its use; undefined if none matches. */
  match(matches: (rule: Spec) => boolean): Rule<Spec> | undefined {
    const rule = this.all().find(matches);
    if (!rule) return undefined;
    rule.hits += 1;
    if (rule.times !== null && --rule.times === 0) this.rules.delete(rule.id);
    return rule;
  }

  /** Removes a rule, or all of them. @returns how many there were. */
  remove(id?: string): number {
    if (id !== undefined) return this.rules.delete(id) ? 1 : 0;
    const { size } = this.rules;
    this.rules.clear();
    return size;
  }
}
