/** How a test ended: a line of the Test Anything Protocol. */
export type TestResult = { readonly title: string; readonly outcome: 'ok' | 'not ok' | 'skipped' };

/** Undefined for lines that are about something else. */
export function testResult(line: string): TestResult | undefined {
  const match = /^(not )?ok \d+ - (.*?)( # (?:SKIP|TODO)\b.*)?$/.exec(line.trimEnd());
  if (!match) return undefined;
  const [, failed, title = '', directive] = match;
  return { title, outcome: directive !== undefined ? 'skipped' : failed ? 'not ok' : 'ok' };
}

/** Tests that should have passed and have not, as many times as they are missing. ava puts the file before a title. */
export function notPassed(expected: readonly string[], results: readonly TestResult[]): readonly string[] {
  const passed = results.filter(({ outcome }) => outcome === 'ok').map(({ title }) => title);
  return expected.filter((title) => {
    const index = passed.findIndex((name) => name === title || name.endsWith(` › ${title}`));
    if (index === -1) return true;
    passed.splice(index, 1);
    return false;
  });
}
