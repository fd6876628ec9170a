import { call, inside, type Step } from '../kernel/program/program.ts';

// netlink(7): an ack is a header, then 0 or -errno. That number becomes the flags of getrandom(2). It accepts 0 and
// refuses negative numbers, so a refused request stops the Program without a conditional jump.
const ANSWER = 'continues only if the kernel’s answer to the request is 0';

/** Reads the kernel's answer to a request over a netlink socket with a fixed number. */
export const acknowledged = (socket: number): readonly Step[] => [
  inside(ANSWER, call('readv', socket, [16, '$refused', 64])),
  inside(ANSWER, call('getrandom', 0, 0, '$refused')),
];
