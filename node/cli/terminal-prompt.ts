/**
 * Asks on the terminal without showing what is typed. It talks to the controlling terminal itself, so it also works where
 * stdin and stdout are pipes, and what is typed never passes through a JavaScript string.
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { CliError } from './errors.ts'

const keys = {
  interrupt: 3,
  endOfInput: 4,
  backspace: 8,
  lineFeed: 10,
  carriageReturn: 13,
  killLine: 21,
  escape: 27,
  delete: 127,
}

/** Undefined where the process has no terminal. The caller overwrites the answer. */
export type Ask = (question: string, maxBytes: number) => Promise<Buffer> | undefined

export const askOnTerminal: Ask = (question, maxBytes) => {
  const descriptor = openTerminal()
  return descriptor === undefined ? undefined : readHidden(descriptor, question, maxBytes)
}

/** The terminal that controls this process, whatever its stdin is. */
function openTerminal(): number | undefined {
  const path = process.platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty'
  try {
    return openSync(path, constants.O_RDWR | (constants.O_NOCTTY ?? 0))
  } catch {
    return undefined
  }
}

function readHidden(descriptor: number, question: string, maxBytes: number): Promise<Buffer> {
  const terminal = new ReadStream(descriptor)
  const typed = Buffer.alloc(maxBytes)
  let length = 0
  const say = (text: string): void => {
    if (process.platform === 'win32') process.stderr.write(text)
    else writeSync(descriptor, text)
  }
  terminal.setRawMode(true)
  say(question)
  return new Promise<Buffer>((resolve, reject) => {
    const finish = (result: () => void): void => {
      terminal.off('data', onData)
      terminal.setRawMode(false)
      say('\n')
      terminal.destroy()
      result()
    }
    const fail = (error: CliError): void => {
      typed.fill(0)
      finish(() => reject(error))
    }
    const take = (): void => {
      const answer = Buffer.from(typed.subarray(0, length))
      typed.fill(0)
      finish(() => resolve(answer))
    }
    const onData = (chunk: Buffer): void => {
      // An arrow key or the like is an escape sequence in a chunk of its own: no part of a password.
      const isKey = chunk[0] === keys.escape
      for (const byte of isKey ? [] : chunk) {
        if (byte === keys.carriageReturn || byte === keys.lineFeed || byte === keys.endOfInput) {
          chunk.fill(0)
          return take()
        }
        if (byte === keys.interrupt) {
          chunk.fill(0)
          return fail(new CliError('INTERRUPTED', 'Interrupted; nothing was done.', { kind: 'interrupted' }))
        }
        if (byte === keys.backspace || byte === keys.delete) length = beforeLastCharacter(typed, length)
        else if (byte === keys.killLine) length = 0
        else if (byte >= 32) {
          if (length === maxBytes) {
            chunk.fill(0)
            return fail(new CliError('SECRET_TOO_LONG', `At most ${maxBytes} bytes are possible.`, { kind: 'usage' }))
          }
          typed[length] = byte
          length += 1
        }
      }
      chunk.fill(0)
    }
    terminal.on('data', onData)
    terminal.on('end', () => fail(new CliError('SECRET_REQUIRED', 'The terminal was closed.', { kind: 'locked' })))
  })
}

/** Backspace takes a whole UTF-8 character: its continuation bytes, then its first. */
function beforeLastCharacter(bytes: Uint8Array, length: number): number {
  let end = length
  while (end > 0) {
    end -= 1
    if (((bytes[end] as number) & 0xc0) !== 0x80) break
  }
  bytes.fill(0, end, length)
  return end
}

/** True where a question can be asked. */
export function hasTerminal(): boolean {
  const descriptor = openTerminal()
  if (descriptor === undefined) return false
  closeSync(descriptor)
  return true
}
