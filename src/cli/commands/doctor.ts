import { command } from '../grammar/command.ts';

export const doctor = command({
  name: 'doctor',
  group: 'Look',
  operands: '',
  summary: 'Show what this kernel and user can do',
  options: [],
  examples: ['doctor'],
  exitStatus: '1 if a requirement of containers is missing',
  run: async (invocation) => {
    const { doctor } = await import('../actions/doctor.ts');
    return doctor(invocation);
  },
});
