import { stringify } from 'yaml';

const text = (value: unknown): string => stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });

/** Objects as documents of one file. */
export const toYaml = (objects: readonly object[], comment = ''): string =>
  `${comment && `# ${comment}\n`}${objects.map(text).join('---\n')}`;

/**
 * A template of Helm: the YAML of the objects, with the marks of `helmSource` replaced.
 * @param condition an expression without which the template renders nothing
 */
export function toTemplate(objects: readonly object[], condition?: string): string {
  const body = toYaml(objects).split('\n').map(lineOf).join('\n');
  return condition === undefined ? body : `{{- if ${condition} }}\n${body}{{- end }}\n`;
}

const CONDITION = /^(\s*)(?:- )?(["']?)⟦(?:\d+ )?((?:if .*|end))⟧\2(?:: null)?$/;
const BLOCK = /^(\s*)(- )?([\w./-]+): (["']?)⟦(toYaml .*)⟧\4$/;
/** The entries of a map among other keys. */
const ENTRIES = /^(\s*)(["']?)⟦(toYaml .*)⟧\2: null$/;

function lineOf(line: string): string {
  const [, indent, , condition] = CONDITION.exec(line) ?? [];
  if (condition !== undefined) return `${indent}{{- ${condition} }}`;
  const [, before = '', dash = '', key, , block] = BLOCK.exec(line) ?? [];
  if (block !== undefined)
    return `${before}${dash}${key}:\n${before}{{- ${block} | nindent ${before.length + dash.length + 2} }}`;
  const [, spaces = '', , entries] = ENTRIES.exec(line) ?? [];
  if (entries !== undefined) return `${spaces}{{- ${entries} | nindent ${spaces.length} }}`;
  return expressions(line);
}

/** A scalar is quoted in YAML because of its marks only; what must be a string is quoted by its expression. */
function expressions(line: string): string {
  const unquoted = line.includes('⟦') ? line.replace(/: (["'])(.*)\1$/, ': $2') : line;
  return unquoted.replaceAll(/⟦(.*?)⟧/g, '{{ $1 }}');
}
