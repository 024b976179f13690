import { AppError } from '@discord-relay/contracts';
import { z } from 'zod';
import type { RelayReader } from '../relay-reader.js';

export interface ToolContext {
  reader: RelayReader;
  /** For times relative to now, in milliseconds since the Unix epoch. */
  nowMs: number;
}

/** A tool as it is written: its schemas, and how it answers. */
interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  name: string;
  title: string;
  description: string;
  input: Input;
  output: Output;
  answer(context: ToolContext, args: z.output<Input>): Promise<z.input<Output>>;
}

/** A tool as a server offers it. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** @throws AppError `REQUEST.INVALID`, naming each wrong argument; what the reader throws */
  call(context: ToolContext, args: unknown): Promise<Record<string, unknown>>;
}

export const defineTool = <Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: ToolDefinition<Input, Output>,
): Tool => ({
  ...tool,
  call: async (context, args) => tool.answer(context, parseArguments(tool.input, args)),
});

/** Maximum number of wrong arguments that an error names. */
const MAX_FAULTS = 10;

function parseArguments<Input extends z.ZodObject>(input: Input, args: unknown): z.output<Input> {
  const parsed = input.safeParse(args ?? {});
  if (parsed.success) return parsed.data;
  throw new AppError('REQUEST.INVALID', parsed.error.issues.slice(0, MAX_FAULTS).map(faultOf).join('; '));
}

function faultOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return `${issue.keys.slice(0, MAX_FAULTS).map(quoted).join(', ')}: no such argument`;
  const name = issue.path.map(String).join('.') || 'arguments';
  return `${name}: ${issue.message}`;
}

/** Maximum length of an unknown name that an error repeats, characters. */
const MAX_NAME_CHARS = 40;
const quoted = (name: string): string => JSON.stringify(name.slice(0, MAX_NAME_CHARS));
