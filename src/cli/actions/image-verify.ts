import type { Invocation } from '../grammar/command.ts';

export const imageVerify = async ({
  context,
  operands,
}: Invocation<Readonly<Record<never, never>>>): Promise<number> => {
  const { verifyImages } = await import('../../engine/doors/images/verify-images.ts');
  const problems = await verifyImages(operands, (name, isWhole) => {
    if (isWhole) process.stdout.write(`${name}: verified\n`);
  });
  context.messages.show(problems);
  return problems.length > 0 ? 1 : 0;
};
