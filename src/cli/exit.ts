import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommanderError } from 'commander';
import { NotKeybookError, ProblemError } from '../contract/client.ts';
import { AppError, problems } from '../domain/errors.ts';
import { shown, shownLines } from './shown.ts';

/** Exit statuses: done, refused, used wrongly, and a server (or this program) that could not. */
export const exits = { done: 0, refused: 1, usage: 2, server: 3 } as const;

/** A command line that makes no sense; the message says what to write instead. */
export class UsageError extends Error {}

/** What a command looked at is not as it should be, or cannot be told apart; the message says which. */
export class Refusal extends Error {}

/** Says on stderr why a command did not do it, and answers the exit status. */
export function explain(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exits.done : exits.usage;
  if (error instanceof UsageError) return refuse(error.message, exits.usage);
  if (error instanceof Refusal) return refuse(error.message, exits.refused);
  if (error instanceof AppError) {
    return refuse(error.message, problems[error.code].status < 500 ? exits.refused : exits.server);
  }
  if (error instanceof ProblemError) return explainProblem(error, json);
  if (error instanceof NotKeybookError) return refuse(error.message, exits.server);
  const network = networkFault(error);
  if (network) return refuse(`the server does not answer (${network}). Is it running, and --url right?`, exits.server);
  const file = fileFault(error);
  if (file) return refuse(file, exits.refused);
  return refuse(`something broke: ${error instanceof Error ? error.stack : String(error)}`, exits.server);
}

/** A file or folder that is missing, in the way, or not for this user. */
function fileFault(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('path' in error) || !('code' in error)) return undefined;
  const path = String(error.path);
  switch (error.code) {
    case 'ENOENT':
      return existsSync(dirname(path)) ? `there is no ${path}.` : `there is no folder ${dirname(path)}.`;
    case 'EEXIST':
      return `${path} exists. Name a new one.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `this user may not use ${path}.`;
    case 'ENOTDIR':
      return `${path} leads through something that is no folder.`;
    case 'EISDIR':
      return `${path} is a folder, and no file.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `no space is left for ${path}.`;
    default:
      return `${path} cannot be used (${error.code}).`;
  }
}

/** fetch says only that it failed; the reason is its cause. */
function networkFault(error: unknown): string | undefined {
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return undefined;
  return 'code' in error.cause ? String(error.cause.code) : error.cause.message;
}

function refuse(message: string, status: number): number {
  process.stderr.write(`keybook: ${shownLines(message)}\n`);
  return status;
}

function explainProblem({ problem }: ProblemError, json: boolean): number {
  const status = problem.status < 500 ? exits.refused : exits.server;
  if (json) process.stderr.write(`${shown(JSON.stringify(problem))}\n`);
  else refuse([problem.detail, ...furtherWords(problem)].map(shown).join('\n'), status);
  return status;
}

function furtherWords(problem: ProblemError['problem']): string[] {
  const { errors = [], moreErrors = 0, holder, nextFree, heldBy = [], existing } = problem;
  return [
    ...errors.filter(({ detail }) => detail !== problem.detail).map(({ pointer, detail }) => `  ${pointer}: ${detail}`),
    ...(moreErrors > 0 ? [`  and ${moreErrors} more`] : []),
    ...(holder ? [`  held by ${holder.equipment ?? holder.userName ?? 'another'}`] : []),
    ...(nextFree ? [`  next free key: ${nextFree.id} ${nextFree.maskedKey}`] : []),
    ...heldBy.map(({ type, id, name }) => `  ${type} ${name} (${id})`),
    ...(existing ? [`  the record that has it: ${existing.id}`] : []),
  ];
}
