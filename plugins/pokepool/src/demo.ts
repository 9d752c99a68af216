const NOUNS = ['heron', 'quill', 'fern', 'oak', 'wren', 'moss', 'birch', 'otter', 'finch', 'cedar', 'maple', 'robin'];

/** Made-up accounts, plainly so, with levels as a pool in use has them: most at 30 and 31, some on their way. */
export function demoAccounts(count: number): readonly Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => {
    const noun = NOUNS[index % NOUNS.length] as string;
    const level = index % 3 === 0 ? 1 + ((index * 7) % 29) : 30 + (index % 2);
    return {
      provider: 'ptc',
      username: `demo-${noun}-${String(index + 1).padStart(4, '0')}`,
      password: `not-a-real-password-${index + 1}`,
      level,
      ...(index % 4 === 0 ? { model: 'iPhone9,1', ios: '10.2.1', deviceId: `demo-device-${index + 1}` } : {}),
    };
  });
}
