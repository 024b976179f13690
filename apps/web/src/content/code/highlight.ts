import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { createLowlight } from 'lowlight';

const languages = {
  bash,
  c,
  cpp,
  csharp,
  css,
  diff,
  go,
  java,
  javascript,
  json,
  python,
  rust,
  sql,
  typescript,
  xml,
  yaml,
};
const lowlight = createLowlight(languages);

/** A piece of code: text, or a highlighted token with class names. */
export type CodeNode = string | { classes: string; children: CodeNode[] };

type Root = ReturnType<typeof lowlight.highlight>;

/** Loaded with the first code block that has a language. @returns null for an unknown language */
export function highlight(language: string, code: string): CodeNode[] | null {
  return lowlight.registered(language) ? lowlight.highlight(language, code).children.flatMap(codeNode) : null;
}

function codeNode(node: Root['children'][number]): CodeNode[] {
  if (node.type === 'text') return [node.value];
  if (node.type !== 'element') return [];
  const { className } = node.properties;
  const classes = Array.isArray(className) ? className.join(' ') : '';
  return [{ classes, children: node.children.flatMap(codeNode) }];
}
