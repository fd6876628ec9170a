import { Problem } from '../base/diagnostic.ts';

/** The supervisor has ended during a call. */
export class ConnectionLost extends Problem {
  constructor(error: Error) {
    super({
      severity: 'error',
      code: 'supervisor-lost',
      message: 'lost the connection to the supervisor of this project',
      notes: [
        error.message,
        'running containers are not affected; its guardian, or the next command, starts a new supervisor for them',
      ],
    });
  }
}
