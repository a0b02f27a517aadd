import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { UsageError } from './exit.ts';

/** The lines of a file, or of standard input, without empty ones; `number` is where each stood. */
export async function readLines(file: string | undefined, prompt: string): Promise<{ number: number; line: string }[]> {
  const content = file === undefined || file === '-' ? await readStdin(prompt) : await readFile(file, 'utf8');
  return content
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, i) => ({ number: i + 1, line }))
    .filter(({ line }) => line.trim() !== '');
}

async function readStdin(prompt: string): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write(`${prompt} End with Ctrl-D.\n`);
  return text(process.stdin);
}

/** A password: typed unseen on a terminal, or the first line of standard input with --password-stdin. */
export async function readPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin) return (await text(process.stdin)).split(/\r?\n/)[0] ?? '';
  if (!process.stdin.isTTY)
    throw new UsageError(
      'There is no terminal to ask for a password: send it to standard input with --password-stdin.',
    );
  const password = await askUnseen('Password: ');
  if ((await askUnseen('The same again: ')) !== password)
    throw new UsageError('The two passwords differ. Nothing was done.');
  return password;
}

/** Asks on the terminal without showing what is typed. */
function askUnseen(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (settle: () => void) => {
      stdin.off('data', read);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      settle();
    };
    const read = (chunk: string) => {
      for (const character of chunk) {
        if (character === '\r' || character === '\n') return end(() => resolve(typed));
        if (character === '\u0003' || character === '\u0004') return end(() => reject(new UsageError('Cancelled.')));
        if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('');
        else typed += character;
      }
    };
    stdin.on('data', read);
  });
}
