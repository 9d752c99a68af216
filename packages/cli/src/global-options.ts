import type { Command } from 'commander';

/** The global options, which may stand anywhere on the line. */
export function withGlobalOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'data directory (else $MUSTER_HOME, else data/ of the checkout, else the XDG state folder)')
    .option('--json', 'one JSON document on stdout and nothing else there')
    .option('--quiet', 'no messages but errors')
    .option('--no-color', 'no colour')
    .option('--standalone', 'no host: do it in this process')
    .option('--host <url>', 'a host over TCP, as http://127.0.0.1:PORT')
    .option('--token-file <file>', 'bearer token for --host');
}
