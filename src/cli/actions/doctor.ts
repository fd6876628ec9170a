import { createColors } from 'picocolors';
import type { Finding } from '../../engine/doors/doctor.ts';
import type { Context } from '../command-context.ts';

export const doctor = async ({ context }: { readonly context: Context }): Promise<number> => {
  const { examine } = await import('../../engine/doors/doctor.ts');
  const findings = await examine();
  process.stdout.write(doctorLines(findings, context).join('\n').concat('\n'));
  return findings.some(({ verdict }) => verdict === 'missing') ? 1 : 0;
};

function doctorLines(findings: readonly Finding[], { color }: Pick<Context, 'color'>): readonly string[] {
  const { green, yellow, red } = createColors(color.stdout);
  const marks = { good: green('✔'), limited: yellow('!'), missing: red('✖') };
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings.flatMap(({ what, verdict, found, help }) => [
    `${marks[verdict]} ${what.padEnd(width)}  ${found}`,
    ...(help ? [`  ${' '.repeat(width)}  ${help}`] : []),
  ]);
}
