import type { Session } from '../../api/client.ts';
import { exitStatusOf, interruptions } from '../terminal/interruptions.ts';
import { hasLostTerminal } from '../terminal/lost-terminal.ts';

/**
 * Connects this process's streams, window and signals to a session, without `stdin` only the others; resolves with the
 * session's exit status.
 */
export async function attach(
  session: Session,
  { tty, stdin }: { readonly tty: boolean; readonly stdin: boolean },
): Promise<number> {
  const release = tty ? lendTerminal(session) : forwardSignals(session);
  session.onOutput((stream, chunk) => void process[stream].write(chunk));
  session.stdin.on('error', ignore);
  // A closed terminal is an error or the end of the input.
  for (const event of ['error', 'end']) process.stdin.on(event, () => endIfTerminalIsLost(session));
  if (stdin) process.stdin.pipe(session.stdin);
  else session.stdin.end();
  try {
    return await session.wait();
  } finally {
    process.stdin.unpipe(session.stdin).pause();
    release();
  }
}

/** Sends every key to the session, Ctrl-C included; the terminal mode is restored in every case. */
function lendTerminal(session: Session): () => void {
  const resize = () => {
    const { columns, rows } = process.stdout;
    session.resize(columns, rows).catch(ignore);
  };
  const restore = () => process.stdin.setRawMode(false);
  process.stdin.setRawMode(true);
  process.once('exit', restore);
  process.stdout.on('resize', resize);
  resize();
  const release = forwardSignals(session);
  const releaseOutput = interruptions.listenForClosedOutput(() => endIfTerminalIsLost(session));
  return () => {
    release();
    releaseOutput();
    process.stdout.off('resize', resize);
    process.off('exit', restore);
    restore();
  };
}

/** Forwards signals to the command, whose reaction also decides about this process. */
function forwardSignals(session: Session): () => void {
  const forward = (signal: NodeJS.Signals) => {
    if (signal === 'SIGHUP' && hasLostTerminal()) endIfTerminalIsLost(session);
    else session.kill(signal).catch(ignore);
  };
  for (const signal of forwarded) process.on(signal, forward);
  return () => {
    for (const signal of forwarded) process.off(signal, forward);
  };
}

/** The command gets SIGHUP, as from its own terminal. Its further output has no reader, so this process ends. */
function endIfTerminalIsLost(session: Session): void {
  if (!hasLostTerminal()) return;
  const end = () => process.exit(exitStatusOf('SIGHUP'));
  session.kill('SIGHUP').then(end, end);
}

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** For errors of a session or a terminal that has ended meanwhile; the exit status follows. */
function ignore(): void {}
