import { command } from '../grammar/command.ts';

export const imageVerify = command({
  name: 'image verify',
  group: 'Storage',
  operands: '[image...]',
  summary: 'Compare images with their digests',
  details: 'It reads every byte that containers run from. Without names, all images are verified.',
  options: [],
  examples: ['image verify', 'image verify postgres:16'],
  exitStatus: '1 if an image is damaged',
  run: async (invocation) => {
    const { imageVerify } = await import('../actions/image-verify.ts');
    return imageVerify(invocation);
  },
});
