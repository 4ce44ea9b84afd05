/**
 * Passwords, phrases and PINs: from a file, a descriptor, or the terminal; never from an argument, which every user of the
 * machine can read in the list of processes. They stay in buffers, which `withSecrets` overwrites.
 */
import { read } from 'node:fs'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import { CliError, usageError } from './errors.ts'
import { cliLimits } from './limits.ts'
import { type Ask, askOnTerminal } from './terminal-prompt.ts'

export type SecretName = 'password' | 'new-password' | 'phrase' | 'passphrase' | 'pin' | 'new-pin' | 'so-pin'

interface SecretWording {
  readonly question: string
  readonly what: string
}

const wordings: Readonly<Record<SecretName, SecretWording>> = {
  password: { question: 'Password: ', what: 'password' },
  'new-password': { question: 'New password: ', what: 'new password' },
  phrase: { question: 'Recovery phrase (24 words, not shown): ', what: 'recovery phrase' },
  passphrase: { question: 'Passphrase: ', what: 'passphrase of the recovery phrase' },
  pin: { question: 'PIN of the token: ', what: 'PIN of the token' },
  'new-pin': { question: 'New PIN of the token: ', what: 'new PIN of the token' },
  'so-pin': { question: "Security officer's PIN: ", what: "security officer's PIN of the token" },
}

/** Adds `--<name>-file` and `--<name>-fd` to a command. */
export function secretOptions(command: Command, ...names: readonly SecretName[]): Command {
  for (const name of names) {
    const { what } = wordings[name]
    command.option(`--${name}-file <file>`, `read the ${what} from a file of your own with mode 0600`)
    command.option(`--${name}-fd <n>`, `read the ${what} from an open file descriptor`)
  }
  return command
}

export interface SecretRequest {
  readonly name: SecretName
  /** Asked on the terminal: twice, because a typing error would lock its owner out. */
  readonly isNew?: boolean
  /** Not asked for: taken where an option names it, else left out. */
  readonly optional?: boolean
}

/** What commander made of the secret options of a command. */
export type SecretOptionValues = Readonly<Record<string, unknown>>

/**
 * Reads the secrets in the order they are asked for, hands them over, and overwrites them at the end, however it ends.
 *
 * @throws CliError SECRET_REQUIRED (3: no option and no terminal), SECRET_FILE_PERMISSIONS (3), SECRET_FILE_UNREADABLE,
 *   SECRET_EMPTY, SECRET_TOO_LONG, SECRET_MISMATCH (2), INTERRUPTED
 */
export async function withSecrets<T>(
  requests: readonly SecretRequest[],
  options: SecretOptionValues,
  use: (secrets: Partial<Record<SecretName, Uint8Array>>) => Promise<T>,
  ask: Ask = askOnTerminal,
): Promise<T> {
  const secrets: Partial<Record<SecretName, Uint8Array>> = {}
  try {
    refuseSharedDescriptors(requests, options)
    for (const request of requests) {
      const secret = await readSecret(request, options, ask)
      if (secret !== undefined) secrets[request.name] = secret
    }
    return await use(secrets)
  } finally {
    for (const secret of Object.values(secrets)) secret.fill(0)
  }
}

/** The secret of a request that was not optional. */
export function required(secret: Uint8Array | undefined): Uint8Array {
  if (secret === undefined) throw new Error('broken invariant: a required secret was not read')
  return secret
}

/** "new-password" and "file" → "newPasswordFile", as commander names it. */
function optionValue(options: SecretOptionValues, name: SecretName, suffix: 'file' | 'fd'): string | undefined {
  const key = `${name}-${suffix}`.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const value = options[key]
  return typeof value === 'string' ? value : undefined
}

/** One descriptor gives its bytes once: the second secret would be empty, or worse, half of the first. */
function refuseSharedDescriptors(requests: readonly SecretRequest[], options: SecretOptionValues): void {
  const descriptors = requests.map(({ name }) => optionValue(options, name, 'fd')).filter((fd) => fd !== undefined)
  if (new Set(descriptors).size !== descriptors.length) throw usageError('Two secrets cannot come from one descriptor.')
}

async function readSecret(
  { name, isNew = false, optional = false }: SecretRequest,
  options: SecretOptionValues,
  ask: Ask,
): Promise<Uint8Array | undefined> {
  const file = optionValue(options, name, 'file')
  const descriptor = optionValue(options, name, 'fd')
  if (file !== undefined && descriptor !== undefined) throw usageError(`Give --${name}-file or --${name}-fd, not both.`)
  if (file !== undefined) return checked(name, await readSecretFile(name, file))
  if (descriptor !== undefined) return checked(name, await readSecretDescriptor(name, descriptor))
  if (optional) return undefined
  return checked(name, await askFor(name, isNew, ask))
}

async function askFor(name: SecretName, isNew: boolean, ask: Ask): Promise<Uint8Array> {
  const { question, what } = wordings[name]
  const asked = ask(question, cliLimits.maxSecretBytes)
  if (asked === undefined) {
    throw new CliError('SECRET_REQUIRED', `The ${what} is needed, and there is no terminal to ask on.`, {
      hint: `Give it with --${name}-file FILE or --${name}-fd N.`,
      kind: 'locked',
    })
  }
  const first = await asked
  if (!isNew) return first
  let second: Buffer | undefined
  try {
    second = await ask('The same again: ', cliLimits.maxSecretBytes)
    if (second?.equals(first)) return first
  } catch (error) {
    first.fill(0)
    throw error
  } finally {
    second?.fill(0)
  }
  first.fill(0)
  throw usageError('The two are not the same.', 'Nothing was changed; try again.', 'SECRET_MISMATCH')
}

/** Without the line break that editors and `echo` add. */
function checked(name: SecretName, bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  if (bytes[end - 1] === 10) end -= 1
  if (end > 0 && end < bytes.length && bytes[end - 1] === 13) end -= 1
  // Not slice(): of a Buffer it would be the same memory, overwritten with it.
  const secret = Uint8Array.from(bytes.subarray(0, end))
  bytes.fill(0)
  if (end > 0) return secret
  throw usageError(`The ${wordings[name].what} is empty.`, '', 'SECRET_EMPTY')
}

async function readSecretFile(name: SecretName, path: string): Promise<Uint8Array> {
  const unreadable = (cause: unknown) =>
    new CliError('SECRET_FILE_UNREADABLE', `The file of --${name}-file cannot be read: ${systemReason(cause)}.`, {
      hint: `Look at ${path}.`,
      kind: 'usage',
    })
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(cause)
  })
  try {
    // Of the open file, not of its name, so that it cannot be exchanged in between.
    const found = await handle.stat()
    if (!found.isFile()) throw unreadable('it is not a file')
    const userId = process.getuid?.()
    if (userId !== undefined && (found.uid !== userId || (found.mode & 0o077) !== 0)) {
      const reason = found.uid === userId ? 'others can read it' : 'it belongs to another user'
      throw new CliError('SECRET_FILE_PERMISSIONS', `The file of --${name}-file is not taken, because ${reason}.`, {
        hint: `Make it yours alone: chmod 600 ${path}. Change the ${wordings[name].what} if somebody may have read it.`,
        kind: 'locked',
      })
    }
    return await readAll(name, handle.fd)
  } finally {
    await handle.close()
  }
}

async function readSecretDescriptor(name: SecretName, text: string): Promise<Uint8Array> {
  if (!/^\d{1,4}$/.test(text)) throw usageError(`--${name}-fd takes the number of an open descriptor.`)
  const descriptor = Number(text)
  if (descriptor === 1 || descriptor === 2)
    throw usageError(`--${name}-fd cannot be ${descriptor}, which is for output.`)
  return await readAll(name, descriptor)
}

const readPart = promisify(read)

/** To the end of the input, within the limit. Every buffer that held a part is overwritten. */
async function readAll(name: SecretName, descriptor: number): Promise<Uint8Array> {
  // One byte more than is allowed, to see that there is more; two for a line break.
  const buffer = Buffer.alloc(cliLimits.maxSecretBytes + 3)
  let length = 0
  try {
    for (;;) {
      const bytesRead = await readSome(name, descriptor, buffer, length)
      if (bytesRead === 0) return Uint8Array.from(buffer.subarray(0, length))
      length += bytesRead
      if (length === buffer.length) {
        const { what } = wordings[name]
        throw usageError(`The ${what} is longer than ${cliLimits.maxSecretBytes} bytes.`, '', 'SECRET_TOO_LONG')
      }
    }
  } finally {
    buffer.fill(0)
  }
}

async function readSome(name: SecretName, descriptor: number, buffer: Buffer, offset: number): Promise<number> {
  for (;;) {
    try {
      return (await readPart(descriptor, buffer, offset, buffer.length - offset, null)).bytesRead
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      if (code === 'EOF') return 0
      // A pipe whose other end was opened non-blocking: nothing there yet.
      if (code === 'EAGAIN') {
        await new Promise((resolve) => setTimeout(resolve, cliLimits.processPollMs))
        continue
      }
      throw usageError(
        `The ${wordings[name].what} cannot be read: ${systemReason(cause)}.`,
        '',
        'SECRET_FILE_UNREADABLE',
      )
    }
  }
}

function systemReason(cause: unknown): string {
  if (typeof cause === 'string') return cause
  const { code } = cause as NodeJS.ErrnoException
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'it does not exist',
    EACCES: 'access is denied',
    EISDIR: 'it is a folder',
    EBADF: 'the descriptor is not open',
  }
  return reasons[code ?? ''] ?? code ?? 'the system gave no reason'
}
