/** A selector of an expression: the metric and the labels that it matches. */
export interface Selector {
  metric: string;
  labels: string[];
  text: string;
}

const FUNCTIONS_AND_KEYWORDS =
  /^(?:sum|avg|min|max|count|topk|bottomk|rate|irate|increase|delta|absent|time|vector|clamp_min|clamp_max|round|histogram_quantile|label_replace|by|without|on|ignoring|group_left|group_right|offset|and|or|unless|bool|\w+_over_time|changes|resets|inf|nan)$/i;

/** Replaces what is in quotes or in a grouping clause, so that only names of metrics and functions remain. */
const withoutGroupings = (expression: string): string =>
  expression.replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');

/** Every selector of an expression, in order. */
export function selectorsIn(expression: string): Selector[] {
  const found = withoutGroupings(expression).matchAll(
    /(?<![\w"$.:])([a-zA-Z_:][\w:]*)(\{[^}]*\})?(?![\w"]|\s*\()/g,
  );
  return [...found]
    .filter(([, name]) => !FUNCTIONS_AND_KEYWORDS.test(name!))
    .filter(({ index, input }) => !isInBraces(input, index))
    .map(([, metric, matchers = '']) => ({
      metric: metric!,
      labels: [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label!),
      text: `${metric}${matchers}`,
    }));
}

/** The labels by which an expression groups or joins. */
export const groupingsIn = (expression: string): string[] =>
  [...expression.matchAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g)].flatMap(
    ([, labels]) => labels!.match(/\w+/g) ?? [],
  );

/** Whether a place is inside `{…}` or `[…]`. */
function isInBraces(text: string, at: number): boolean {
  const before = text.slice(0, at);
  return (
    before.lastIndexOf('{') > before.lastIndexOf('}') || before.lastIndexOf('[') > before.lastIndexOf(']')
  );
}
