import type { CommandWords, Word } from './words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A word for single quotes of any of the three shells: none of ours needs a quote or a backslash inside. */
const quoted = (text: string): string => `'${text.replaceAll(/['\\\n]/g, ' ')}'`;

const names = (words: readonly Word[]): string => words.map(({ name }) => name).join(' ');

function bash(commands: readonly CommandWords[]): string {
  const known = commands.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  const cases = commands.map(
    ({ path, commands: children, flags }) =>
      `    ${quoted(path)}) words=${quoted(names(children))}; flags=${quoted(names(flags))} ;;`,
  );
  const values = commands.flatMap(({ path, flags }) =>
    flags.flatMap(({ name, values: choices }) =>
      choices.length === 0 ? [] : [`    ${quoted(`${path} ${name}`)}) words=${quoted(choices.join(' '))} ;;`],
    ),
  );
  return `# bash completion of muster
_muster() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' word try words='' flags='' at
  for ((at = 1; at < COMP_CWORD; at++)); do
    word="\${COMP_WORDS[at]}"
    try="\${path:+$path }$word"
    case "$try" in
    ${known.join('|')}) path="$try" ;;
    esac
  done
  case "$path \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
  esac
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$current")); return; fi
  case "$path" in
${cases.join('\n')}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *) if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi ;;
  esac
}
complete -o filenames -F _muster muster
`;
}

function zsh(commands: readonly CommandWords[]): string {
  const known = commands.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  const line = ({ name, summary }: Word): string => quoted(`${name.replaceAll(':', '\\:')}:${summary}`);
  const cases = commands.map(
    ({ path, commands: children, flags }) =>
      `    (${quoted(path)}) children=(${children.map(line).join(' ')}); flags=(${flags.map(line).join(' ')}) ;;`,
  );
  return `#compdef muster
_muster() {
  local path_='' word try at
  local -a children flags
  for ((at = 2; at < CURRENT; at++)); do
    word=\${words[at]}
    try="\${path_:+$path_ }$word"
    case "$try" in
    (${known.join('|')}) path_="$try" ;;
    esac
  done
  case "$path_" in
${cases.join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then _describe -o option flags
  elif (( \${#children} )); then _describe command children
  else _files
  fi
}
if [[ \${funcstack[1]} == _muster ]]; then _muster "$@"; else compdef _muster muster; fi
`;
}

function fish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ path, commands: children, flags }) => {
    const when = quoted(`__muster_at ${path === '' ? '' : path.replaceAll(' ', ' ')}`.trim());
    return [
      ...children.map(({ name, summary }) => `complete -c muster -f -n ${when} -a ${quoted(name)} -d ${quoted(summary)}`),
      ...flags.map(({ name, summary, values }) => {
        const choices = values.length === 0 ? '' : ` -x -a ${quoted(values.join(' '))}`;
        return `complete -c muster -n ${when} -l ${quoted(name.slice(2))}${choices} -d ${quoted(summary)}`;
      }),
    ];
  });
  const known = commands.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return `# fish completion of muster
set -g __muster_paths ${known.join(' ')}
function __muster_at
  set -l path
  for word in (commandline -opc)[2..-1]
    set -l try (string join ' ' $path $word)
    if contains -- $try $__muster_paths
      set path $path $word
    end
  end
  test "$path" = "$argv"
end
${lines.join('\n')}
`;
}

/** The script of a shell that completes commands, flags and their choices. */
export function completionScript(shell: Shell, commands: readonly CommandWords[]): string {
  if (shell === 'bash') return bash(commands);
  return shell === 'zsh' ? zsh(commands) : fish(commands);
}
