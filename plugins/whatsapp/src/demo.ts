/** Made-up numbers: short names, and no number, so that whatever the stand-in's phones are called is taken. */
export const demoAccounts = (count: number): Record<string, unknown>[] =>
  Array.from({ length: count }, (_unused, index) => ({
    clientId: `demo-${index + 1}`,
    passphrase: `demo passphrase ${index + 1}`,
  }));
