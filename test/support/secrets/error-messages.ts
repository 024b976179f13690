import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import ts from 'typescript';

/** A place where an error is made. */
export interface ErrorSite {
  file: string;
  /** Null: the code is not written there. */
  code: string | null;
  /** The expressions in its message, besides constant text, as written in the source. */
  parts: string[];
}

const sources = (): { file: string; text: string }[] =>
  ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /^[^/]+\/src\/.*\.ts$/.test(path) && !/\.spec\.ts$|\/testing\//.test(path))
      .map((path) => join(folder, path))
      .map((file) => ({ file, text: readFileSync(join(repositoryRoot, file), 'utf8') })),
  );

/** Every `new AppError(…)` of the product. */
export const errorSites = (): ErrorSite[] =>
  sources()
    .filter(({ text }) => text.includes('new AppError('))
    .flatMap(({ file, text }) =>
      sitesIn(file, ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)),
    );

function sitesIn(file: string, source: ts.SourceFile): ErrorSite[] {
  const sites: ErrorSite[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'AppError') {
      const [code, message] = node.arguments ?? [];
      const parts = message ? partsOf(message, source) : [];
      sites.push({ file, code: code && ts.isStringLiteral(code) ? code.text : null, parts });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return sites;
}

/** The expressions of a message that are not constant text. */
function partsOf(message: ts.Expression, source: ts.SourceFile): string[] {
  if (ts.isStringLiteralLike(message)) return [];
  if (ts.isTemplateExpression(message))
    return message.templateSpans.flatMap(({ expression }) => partsOf(expression, source));
  if (ts.isBinaryExpression(message) && message.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return [...partsOf(message.left, source), ...partsOf(message.right, source)];
  if (ts.isConditionalExpression(message))
    return [...partsOf(message.whenTrue, source), ...partsOf(message.whenFalse, source)];
  if (ts.isIdentifier(message)) {
    if (message.text === 'undefined') return [];
    const value = constantOf(message.text, source);
    if (value) return partsOf(value, source);
  }
  return [message.getText()];
}

/** The value of a constant of the file. */
function constantOf(name: string, source: ts.SourceFile): ts.Expression | undefined {
  const declarations = source.statements
    .filter(ts.isVariableStatement)
    .filter(({ declarationList }) => (declarationList.flags & ts.NodeFlags.Const) !== 0)
    .flatMap(({ declarationList }) => [...declarationList.declarations]);
  return declarations.find((each) => each.name.getText() === name)?.initializer;
}
