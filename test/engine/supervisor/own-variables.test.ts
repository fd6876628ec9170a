import test from 'ava';
import { ownVariables } from '../../../src/engine/supervisor/own-variables.ts';

test('a supervisor gets the variables that it reads, and no secrets of the command that starts it', (t) => {
  const own = {
    TSCOMPOSE_RUN_DIR: '/run/x',
    HOME: '/root',
    PATH: '/bin',
    NODE_OPTIONS: '',
    XDG_STATE_HOME: '/s',
  };
  t.deepEqual(ownVariables({ ...own, TOKEN: 'x', PATHS: 'x', MY_HOME: 'x', COMPOSE_FILE: 'x' }), own);
  t.deepEqual(ownVariables({ ...own, NODE_EXTRA_CA_CERTS: '/etc/authorities.pem' }), own);
});
