const NOUNS = ['heron', 'quill', 'fern', 'oak', 'wren', 'moss', 'birch', 'otter', 'finch', 'cedar', 'maple', 'robin'];

/** Made-up accounts, plainly so: most with API keys, some that sign in. */
export function demoAccounts(count: number): readonly Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `demo-${NOUNS[index % NOUNS.length] as string}-${String(index + 1).padStart(4, '0')}`;
    return index % 5 === 4
      ? {
          kind: 'sign-in',
          name: `${name}@example.test`,
          password: `not-a-real-password-${index + 1}`,
          consent: 'made up, for the demo',
        }
      : { kind: 'api-key', name, apiKey: `IFM-not-a-real-key-${index + 1}` };
  });
}
