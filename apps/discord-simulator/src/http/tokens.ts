/** Injection token of the options, which have no class. */
export const OPTIONS = Symbol('simulator options');
