import { spawn } from 'node:child_process';
import type { Secret } from './credentials.ts';
import type { HomeUser } from './home-user.ts';

/**
 * Asks a helper of Docker or Podman (`docker-credential-pass get`), the one program of others that is run: it runs as the
 * user whose file names it. Undefined if it has nothing for the server. Throws if it cannot be run or does not answer.
 */
export const askHelper = async (
  name: string,
  server: string,
  { uid, gid, home, environment }: HomeUser,
): Promise<Secret | undefined> => {
  const program = `docker-credential-${name}`;
  const own = uid === process.getuid!() ? {} : { uid, gid };
  const child = spawn(program, ['get'], {
    ...{ ...own, cwd: '/', env: { ...environment, HOME: home }, timeout: PATIENCE },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A helper may end without reading what it is asked.
  child.stdin.on('error', () => {});
  child.stdin.end(server);
  const output: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      if (output[stream].length < LARGEST) output[stream] += text;
    });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(new HelperFailure(program, error.message)));
    child.once('close', resolve);
  });
  if (status === 0) return readAnswer(program, output.stdout);
  const said = (output.stdout + output.stderr).trim();
  if (/credentials not found/i.test(said)) return undefined;
  throw new HelperFailure(program, said.slice(0, 300) || `exit code ${status ?? 'none: it took too long'}`);
};

/** The answer of a helper that does not work: to go on as nobody would hide it. */
export class HelperFailure extends Error {
  readonly program: string;

  constructor(program: string, reason: string) {
    super(reason);
    this.program = program;
  }
}

const readAnswer = (program: string, text: string): Secret | undefined => {
  try {
    const { Username: user, Secret: secret } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (typeof user !== 'string' || typeof secret !== 'string') return undefined;
    if (secret === '') return undefined;
    return user === '<token>'
      ? { kind: 'identity', token: secret }
      : { kind: 'password', user, password: secret };
  } catch {
    throw new HelperFailure(program, 'its answer is no JSON');
  }
};

const PATIENCE = 30_000;
const LARGEST = 1 << 16;
