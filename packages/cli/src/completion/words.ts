import type { Command } from 'commander';

export interface Word {
  readonly name: string;
  readonly summary: string;
}

/** What may follow a command: its sub-commands and flags. */
export interface CommandWords {
  /** `''` for the program itself, `accounts`, `accounts list`, … */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly flags: readonly (Word & { readonly values: readonly string[] })[];
}

/** Every command with what can be typed after it. */
export function wordsOf(program: Command): CommandWords[] {
  const globals = program.options;
  const walk = (command: Command, path: string): CommandWords[] => {
    const options = command === program ? globals : [...command.options, ...globals];
    const flags = options.flatMap(({ long, description, argChoices }) =>
      long ? [{ name: long, summary: description, values: argChoices ?? [] }] : [],
    );
    const commands = command.commands.map((child) => ({ name: child.name(), summary: child.summary() || child.description() }));
    return [
      { path, commands, flags: [...flags, { name: '--help', summary: 'show help', values: [] }] },
      ...command.commands.flatMap((child) => walk(child, path === '' ? child.name() : `${path} ${child.name()}`)),
    ];
  };
  return walk(program, '');
}
