/** Options that say which PKCS #11 module and token are meant, and running a command with them. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { MlDsaNumbers, ModuleOptions, ModuleProcess, Pairing, TokenFacts } from '../../hardware-keys.ts'
import { type CommandContext, interrupted } from '../context.ts'
import type { Environment } from '../environment.ts'
import { usageError } from '../errors.ts'
import type { Output } from '../output.ts'
import { withSecrets } from '../secrets.ts'
import { type Options, text } from './action.ts'

/** Loaded by the commands that need it, so that all others stay quick. */
export const hardwareKeys = () => import('../../hardware-keys.ts')

export type Module = Omit<ModuleOptions, 'pinFolder'>

export function moduleOptions(command: Command): Command {
  return command
    .option('--module <file>', "the token's PKCS #11 library")
    .option('--init-string <text>', 'parameters that the module wants when it starts (NSS)')
    .option('--library-path <dir>', "where the module's own libraries are")
    .option('--module-env <name=value>', 'a setting for the environment of the module; can be given again', collect, [])
}

export function tokenOption(command: Command): Command {
  return command.option('--token <name>', 'serial number, label or slot of the token, where several are there')
}

export function numbersOption(command: Command): Command {
  return command.option(
    '--ml-dsa-numbers <numbers>',
    "a maker's own numbers for ML-DSA: generate,sign,keyType,parameterSetAttribute,parameterSet",
  )
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

/** Undefined where no module is named. @throws CliError USAGE */
export async function moduleOf(options: Options, { variables }: Environment): Promise<Module | undefined> {
  const path = text(options, 'module')
  if (path === undefined) return undefined
  const { moduleVariables } = await hardwareKeys()
  const libraryPath = text(options, 'libraryPath')
  return {
    path: resolve(path),
    sha256: null,
    initString: text(options, 'initString') ?? null,
    libraryPath: libraryPath === undefined ? null : resolve(libraryPath),
    variables: { ...moduleVariables(variables), ...Object.fromEntries(settingsOf(options)) },
  }
}

function settingsOf(options: Options): [string, string][] {
  const given = (options.moduleEnv ?? []) as readonly string[]
  return given.map((setting) => {
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]{0,63})=(.*)$/s.exec(setting) ?? []
    if (name === undefined || value === undefined) throw usageError('--module-env takes NAME=VALUE.')
    return [name, value]
  })
}

/** @throws CliError USAGE */
export function numbersOf(options: Options): MlDsaNumbers | undefined {
  const typed = text(options, 'mlDsaNumbers')
  if (typed === undefined) return undefined
  const numbers = typed
    .split(',')
    .map((part) => (/^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(part) ? Number(part) : Number.NaN))
  const [generate, sign, keyType, parameterSetAttribute, parameterSet] = numbers
  if (
    numbers.length !== 5 ||
    numbers.some((number) => !(number <= 0xffff_ffff)) ||
    generate === undefined ||
    sign === undefined ||
    keyType === undefined ||
    parameterSetAttribute === undefined ||
    parameterSet === undefined
  ) {
    throw usageError(
      '--ml-dsa-numbers takes five numbers, in decimal or as 0x…, with commas between them.',
      "They are in the header file of the module's maker.",
    )
  }
  return { generate, sign, keyType, parameterSetAttribute, parameterSet }
}

/** As it was paired, by its id or label; only that very file is loaded. */
export async function pairedModule(
  dataDir: string,
  name: string | undefined,
): Promise<{ pairing: Pairing; module: Module }> {
  const { pairingsOf, moduleOptionsOf } = await hardwareKeys()
  const pairing = await pairingsOf(dataDir).require(name)
  return { pairing, module: moduleOptionsOf(pairing, null) }
}

/** Ends the module's process at Ctrl-C too. */
export async function runModule<T>(
  { environment }: CommandContext,
  module: Module,
  use: (module: ModuleProcess) => Promise<T>,
): Promise<T> {
  const { withModule } = await hardwareKeys()
  let off: () => void = () => undefined
  const stopped = new Promise<never>((_, reject) => {
    off = environment.onInterrupt(() => reject(interrupted()))
  })
  stopped.catch(() => undefined)
  try {
    return await withModule(module, (running) => Promise.race([use(running), stopped]))
  } finally {
    off()
  }
}

/** Says how the token stands before anybody types a PIN. */
export function tellTries(
  out: Output,
  { label, serial, tries, protectedPath }: Pick<TokenFacts, 'label' | 'serial' | 'tries' | 'protectedPath'>,
): void {
  const which = `token “${label}” (${serial})`
  if (tries === 'last')
    out.note(`Take care: the ${which} says that one try is left. After a wrong PIN it locks itself.`)
  else if (tries === 'few') out.note(`The ${which} says that a PIN was wrong and few tries are left.`)
  else out.note(`Unlocking the ${which}; it does not say how many tries are left. The PIN is tried once.`)
  if (protectedPath) out.note('Type the PIN on the token now.')
}

/**
 * Logs in with a PIN from the options or the terminal, on the token itself where it has a keypad, and does the work.
 *
 * @param use gets the PIN, for a key that wants it for its signature too; undefined where none was typed here. It is overwritten after that
 */
export async function logInWith<T>(
  { out }: CommandContext,
  options: Options,
  module: ModuleProcess,
  token: TokenFacts,
  use: (pin: Uint8Array | undefined) => Promise<T>,
): Promise<T> {
  const { logIn, needsPin, requireUsable } = await hardwareKeys()
  requireUsable(token)
  if (token.loginRequired) tellTries(out, token)
  const logInAndUse = async (pin: Uint8Array | undefined): Promise<T> => {
    await logIn(module, token, pin)
    return use(pin)
  }
  return needsPin(token)
    ? withSecrets([{ name: 'pin' }], options, ({ pin }) => logInAndUse(pin))
    : logInAndUse(undefined)
}
