/** docs/configuration.md, made from the table of options. */
import { describeAllowed, type Host, type OptionName, optionNames, options } from '../node/config/index.ts'
import { limits } from '../node/config/limits.ts'

/** Any machine will do: what differs from one to another has its own words in the table. */
const someHost: Host = { platform: 'linux', homeDir: '~', workingDir: '/', cpuCount: 1 }

export function configurationPage(): string {
  return `<!-- Made by scripts/generate-docs.ts from node/config/options.ts. Change the options there, then run it. -->

# Configuration

Every option can be given as a flag or in the configuration file, one also as an environment variable. Where several name
it, the flag wins over the environment, the environment over the file, and the file over the default. A value that is not
allowed is refused wherever it stands, also where a stronger one overrides it; nothing is guessed or rounded. A list is an array
in the file; as a flag it is given several times, or at once with commas between its items.

The configuration file is a JSON object of at most ${limits.maxFileBytes} bytes. \`--config <file>\` names it; without that
it is \`config.json\` in the data folder, if there is one. Unknown names are refused, with the nearest known one. Relative
paths start at the working folder, in the file at the file's own folder.

\`\`\`json
{
  "apiPort": 3100,
  "autoLockMinutes": 5,
  "logLevel": "warn"
}
\`\`\`

Errors have the code \`CONFIG_INVALID\` and name every refused option, what was given and what is allowed. The value of an
option marked *not shown* is left out of them, since a password might stand there by mistake. Passwords and phrases
themselves are no options: they come from a prompt, a file or a file descriptor.

The settings of the interface are made from the same table. They show what holds and where it comes from, and write the
configuration file; what else is in it stays. Not among them are \`dataDir\` and options whose value is *not shown*. What a
flag or the environment says holds on, whatever the file says.

| Option | Flag | Allowed | Default |
|---|---|---|---|
${optionNames.map(row).join('\n')}

${optionNames.map(section).join('\n\n')}
`
}

function row(name: OptionName): string {
  const cells = [`[${name}](#${name.toLowerCase()})`, flagOf(name), describeAllowed(name), defaultText(name)]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function section(name: OptionName): string {
  const option: { description: string; env?: string; liveChange: boolean; sensitive?: boolean } = options[name]
  const notes = [
    option.env === undefined ? undefined : `Environment: \`${option.env}\`.`,
    option.liveChange ? 'A running node takes a new value.' : 'A new value applies at the next start.',
    option.sensitive === true ? 'Its value is *not shown* in errors.' : undefined,
  ]
  return `## ${name}\n\n${option.description} ${notes.filter((note) => note !== undefined).join(' ')}`
}

function flagOf(name: OptionName): string {
  return `\`--${options[name].flag} <${options[name].placeholder}>\``
}

function defaultText(name: OptionName): string {
  const option: { defaultText?: string; defaultOf: (host: Host, env: Record<string, string>) => unknown } =
    options[name]
  return option.defaultText ?? `\`${String(option.defaultOf(someHost, {}))}\``
}
