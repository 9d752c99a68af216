/** How long a stopped group may take to be stopped. Where it cannot be (an orphaned group), the screen comes back after it. */
const GIVE_UP_MS = 300;

/**
 * Stops the whole foreground group, as Ctrl-Z does in a program that leaves it to the terminal: the shell may have started more than
 * this process. Resolves when the shell brings it back.
 */
export async function stopUntilContinued(): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      process.off('SIGCONT', done);
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, GIVE_UP_MS);
    process.once('SIGCONT', done);
    process.kill(0, 'SIGTSTP');
  });
}
