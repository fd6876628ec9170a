import { testTopLevelKey } from '../key-tests.ts';

testTopLevelKey('models', {
  forms: [
    ['{model: ai/smollm2}', { model: 'ai/smollm2' }],
    [
      '{model: ai/smollm2, name: mine, context_size: "1024", runtime_flags: [--temp]}',
      { model: 'ai/smollm2', name: 'mine', context_size: 1024, runtime_flags: ['--temp'] },
    ],
  ],
  faults: [
    ['{}', 'missing-key 5:14 {}'],
    ['{model: x, context_size: big}', 'invalid-value 5:39 big'],
    ['{model: x, runtime_flags: a}', 'invalid-type 5:40 a'],
  ],
});
