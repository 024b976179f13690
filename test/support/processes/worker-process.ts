import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot, SERVICE_ENV, SERVICE_NODE_FLAGS } from '@discord-relay/local-stack';

type Reply<Answer> = { ok: true; answer: Answer } | { ok: false; error: string };

/** A program of the benches and drills in a separate process, which answers one command after another. */
export class WorkerProcess<Command extends object, Answer> {
  private readonly child: ChildProcess;

  /** `program`: its path below dist/. It calls {@link answerCommands}. */
  constructor(program: string) {
    // The compiled program: Node.js cannot run the source, from which tests load this file.
    this.child = fork(join(repositoryRoot, 'dist', program), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** One command at a time. @throws Error with the message of the program's error */
  async request(command: Command): Promise<Answer> {
    const replied = once(this.child, 'message') as Promise<[Reply<Answer>]>;
    this.child.send(command);
    const [reply] = await replied;
    if (!reply.ok) throw new Error(reply.error);
    return reply.answer;
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}

/** In the program: answers commands until its parent ends the connection. */
export function answerCommands<Command extends object, Answer>(
  answer: (command: Command) => Promise<Answer>,
): void {
  const send = (reply: Reply<Answer>) => process.send!(reply);
  process.on('message', (command: Command) => {
    void answer(command).then(
      (value) => send({ ok: true, answer: value }),
      (error: unknown) => send({ ok: false, error: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}

/** Runs a compiled program, named by its path below dist/, with the flags and memory settings of a service, to compare it with one. */
export const forkAsService = (program: string, args: readonly string[] = []): ChildProcess =>
  fork(join(repositoryRoot, 'dist', program), args, {
    execArgv: [...SERVICE_NODE_FLAGS],
    env: { ...process.env, ...SERVICE_ENV },
  });
