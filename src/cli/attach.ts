import type { Session } from '../api/client.ts';

/** Joins this process's streams, window and signals to a session's; resolves with the session's exit status. */
export async function attach(session: Session, { tty }: { readonly tty: boolean }): Promise<number> {
  const release = tty ? lendTerminal(session) : forwardSignals(session);
  session.onOutput((stream, chunk) => void process[stream].write(chunk));
  session.stdin.on('error', ignore);
  process.stdin.on('error', ignore);
  process.stdin.pipe(session.stdin);
  try {
    return await session.wait();
  } finally {
    process.stdin.unpipe(session.stdin).pause();
    release();
  }
}

/** Every key goes to the session, Ctrl-C included; the terminal is given back in every case. */
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
  return () => {
    release();
    process.stdout.off('resize', resize);
    process.off('exit', restore);
    restore();
  };
}

/** What is sent to us is meant for the command; it decides what becomes of it, and of us. */
function forwardSignals(session: Session): () => void {
  const forward = (signal: NodeJS.Signals) => void session.kill(signal).catch(ignore);
  for (const signal of forwarded) process.on(signal, forward);
  return () => {
    for (const signal of forwarded) process.off(signal, forward);
  };
}

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** The session, or the terminal, has gone meanwhile; the exit status is on the way. */
function ignore(): void {}
