/**
 * The node's side of a module's process: starts it, hands it one request at a time, and ends it when it does not answer in
 * time, says what it should not, or is no longer wanted. Whatever the module does, the node goes on.
 *
 * A module blocks its process while it works, so requests wait here, in order, each with a time limit that begins when it
 * is its turn. A signature that waits for a PIN lets requests of other tokens pass; those of its own token wait.
 */
import { join } from 'node:path'
import { toHex } from '../../core/bytes.ts'
import type { Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { ticketBytes } from '../../core/pin-protocol.ts'
import type { Child, ProcessHost } from '../../core/process-host.ts'
import type { Rng } from '../../core/rng.ts'
import { type HsmErrorCode, hsmError } from './errors.ts'
import { limits } from './limits.ts'
import {
  type Answers,
  answers,
  fromProcess,
  type ModuleFacts,
  type Operation,
  type Requests,
  type TokenName,
} from './messages.ts'

export interface ModuleOptions {
  /** Path of the library. */
  readonly path: string
  /** SHA-256 of the file that was paired; null before there is a pairing. */
  readonly sha256: string | null
  /** For modules that take parameters when they start (NSS). */
  readonly initString: string | null
  /** Where the system's loader looks for the module's own libraries; in its process's environment alone. */
  readonly libraryPath: string | null
  /** Settings that the module reads from its environment: all it gets. */
  readonly variables: Readonly<Record<string, string>>
  /** A folder of this user's alone for the socket that takes PINs; null where a port brings them. */
  readonly pinFolder: string | null
}

export interface ModuleDeps {
  readonly processHost: ProcessHost
  readonly scheduler: Scheduler
  readonly rng: Rng
  /** Entry of the process, where it is not beside the sources. */
  readonly entry?: URL
}

export interface ModuleProcess {
  readonly facts: ModuleFacts
  readonly pid: number | undefined
  /** Where PINs are taken; null where a port brings them. */
  readonly pinSocket: string | null
  /** Hands a message to the process that is no request: a port. */
  readonly child: Child
  /** @throws NodeError the code of whatever went wrong; HSM_BUSY, HSM_MODULE_HANGS, HSM_MODULE_CRASHED, HSM_STOPPED */
  request<O extends Operation>(op: O, input: Requests[O]): Promise<Answers[O]>
  /**
   * From here on the process takes a PIN for the ticket, once.
   *
   * @returns `used` resolves when that PIN was right, and rejects with what came of it otherwise
   */
  expectPin(input: Omit<Requests['expectPin'], 'ticket'>): Promise<{ ticket: Uint8Array; used: Promise<void> }>
  /** Signs; `onPinWanted` is called where the key wants a PIN for this signature. */
  sign(input: Omit<Requests['sign'], 'ticket'>, onPinWanted?: (ticket: Uint8Array) => void): Promise<Uint8Array>
  /** Ends it now. */
  stop(code?: HsmErrorCode): void
  /** Resolves with why, when it has ended or is being ended. */
  readonly ended: Promise<NodeError>
}

interface Job {
  readonly id: number
  readonly op: Operation
  readonly input: unknown
  readonly token: string | null
  readonly timeoutMs: number
  readonly onPinWanted: (ticket: Uint8Array) => void
  readonly resolve: (value: unknown) => void
  readonly reject: (error: NodeError) => void
  cancelTimer: () => void
}

const defaultEntry = new URL(
  import.meta.url.endsWith('.ts') ? './child/module-process.ts' : './pkcs11-process.js',
  import.meta.url,
)

const timeouts: Readonly<Record<Operation, number>> = {
  start: limits.startMs,
  tokens: limits.lookupMs,
  mechanisms: limits.lookupMs,
  keys: limits.lookupMs,
  expectPin: limits.lookupMs,
  cancelPin: limits.lookupMs,
  loginAtToken: limits.pinEntryMs,
  generate: limits.generateMs,
  destroy: limits.workMs,
  sign: limits.workMs,
  crypt: limits.workMs,
  refusals: limits.workMs,
}

/** @throws NodeError HSM_BINDING_MISSING, HSM_MODULE_NOT_FOUND, HSM_MODULE_UNUSABLE, HSM_MODULE_CHANGED, HSM_MODULE_HANGS, HSM_MODULE_CRASHED */
export async function startModule(options: ModuleOptions, deps: ModuleDeps): Promise<ModuleProcess> {
  const { processHost, scheduler, rng } = deps
  const child = await processHost.start(deps.entry ?? defaultEntry, {
    name: 'qudag-hardware-key',
    env: {
      ...options.variables,
      ...(options.libraryPath === null ? {} : libraryPathVariable(options.libraryPath)),
    },
  })

  const queue: Job[] = []
  /** Of the one that the process is working on, and of those that wait there for a PIN. */
  let active: Job | undefined
  const waiting = new Map<number, Job>()
  const awaitedPins = new Map<string, { resolve: () => void; reject: (error: NodeError) => void }>()
  let nextId = 1
  let end: NodeError | undefined
  let tellEnd: (reason: NodeError) => void = () => undefined
  const ended = new Promise<NodeError>((resolve) => {
    tellEnd = resolve
  })

  /** Rejects everything that is outstanding: what hung with its own code, the rest as stopped. */
  const finish = (code: HsmErrorCode, culprit?: Job): void => {
    if (end !== undefined) return
    end = hsmError(code)
    child.kill()
    for (const job of [active, ...waiting.values(), ...queue.splice(0)]) {
      if (job === undefined) continue
      job.cancelTimer()
      const blamed = code === 'HSM_MODULE_CRASHED' ? job === active || waiting.has(job.id) : job === culprit
      job.reject(hsmError(blamed ? code : 'HSM_STOPPED', blamed ? { operation: job.op } : {}))
    }
    active = undefined
    waiting.clear()
    for (const { reject } of awaitedPins.values())
      reject(hsmError(code === 'HSM_MODULE_CRASHED' ? code : 'HSM_STOPPED'))
    awaitedPins.clear()
    tellEnd(end)
  }

  const limitTime = (job: Job, timeoutMs: number): void => {
    job.cancelTimer()
    job.cancelTimer = scheduler.after(timeoutMs, () => finish('HSM_MODULE_HANGS', job))
  }

  const pump = (): void => {
    if (active !== undefined || end !== undefined) return
    const busy = new Set([...waiting.values()].map(({ token }) => token))
    const index = queue.findIndex(({ token }) => token === null || !busy.has(token))
    const [job] = index < 0 ? [] : queue.splice(index, 1)
    if (job === undefined) return
    active = job
    limitTime(job, job.timeoutMs)
    const { id, op, input } = job
    child.postMessage({ kind: 'request', id, op, input })
  }

  /** Takes the job that an answer is for off the books. */
  const done = (id: number): Job | undefined => {
    const job = active?.id === id ? active : waiting.get(id)
    if (job === undefined) return undefined
    job.cancelTimer()
    if (active === job) active = undefined
    waiting.delete(id)
    return job
  }

  child.onMessage((raw) => {
    if (end !== undefined) return
    const parsed = fromProcess.safeParse(raw)
    if (!parsed.success) return finish('HSM_ANSWER_MALFORMED', active)
    const message = parsed.data
    if (message.kind === 'pin') {
      const awaited = awaitedPins.get(toHex(message.ticket))
      awaitedPins.delete(toHex(message.ticket))
      if (message.fault === null) awaited?.resolve()
      else awaited?.reject(hsmError(message.fault.code as HsmErrorCode, message.fault.details))
      return
    }
    if (message.kind === 'pin-wanted') {
      const job = active
      if (job?.op !== 'sign') return finish('HSM_ANSWER_MALFORMED', active)
      active = undefined
      waiting.set(job.id, job)
      limitTime(job, limits.pinEntryMs + limits.workMs)
      job.onPinWanted(message.ticket)
      return pump()
    }
    const job = done(message.id)
    if (job === undefined) return finish('HSM_ANSWER_MALFORMED')
    if (message.kind === 'fault') {
      job.reject(hsmError(message.fault.code as HsmErrorCode, message.fault.details))
      return pump()
    }
    const answer = answers[job.op].safeParse(message.value)
    if (!answer.success) {
      job.reject(hsmError('HSM_ANSWER_MALFORMED'))
      return finish('HSM_ANSWER_MALFORMED')
    }
    job.resolve(answer.data)
    pump()
  })
  void child.ended.then(() => finish('HSM_MODULE_CRASHED'))

  const request = <O extends Operation>(
    op: O,
    input: Requests[O],
    onPinWanted: (ticket: Uint8Array) => void = () => undefined,
  ): Promise<Answers[O]> =>
    new Promise<Answers[O]>((resolve, reject) => {
      if (end !== undefined) return reject(end)
      if (queue.length >= limits.maxQueued) return reject(hsmError('HSM_BUSY'))
      const token = 'token' in input ? keyOfToken(input.token as TokenName) : null
      queue.push({
        id: nextId++,
        op,
        input,
        token,
        timeoutMs: timeouts[op],
        onPinWanted,
        resolve: resolve as (value: unknown) => void,
        reject,
        cancelTimer: () => undefined,
      })
      pump()
    })

  const pinSocket = options.pinFolder === null ? null : pinSocketIn(options.pinFolder, toHex(rng.bytes(4)))
  const { path, sha256, initString } = options
  const facts = await request('start', { path, sha256, initString, pinSocket, pinEntryMs: limits.pinEntryMs }).catch(
    (error: unknown) => {
      finish('HSM_STOPPED')
      throw error
    },
  )

  return {
    facts,
    get pid() {
      return child.pid
    },
    pinSocket,
    child,
    request: (op, input) => request(op, input),
    async expectPin(input) {
      const ticket = rng.bytes(ticketBytes)
      const used = new Promise<void>((resolve, reject) => void awaitedPins.set(toHex(ticket), { resolve, reject }))
      // Whoever asked may have gone by then.
      used.catch(() => undefined)
      try {
        await request('expectPin', { ...input, ticket })
      } catch (error) {
        awaitedPins.delete(toHex(ticket))
        throw error
      }
      return { ticket, used }
    },
    async sign(input, onPinWanted) {
      const { signature } = await request('sign', { ...input, ticket: rng.bytes(ticketBytes) }, onPinWanted)
      return signature
    },
    stop: (code = 'HSM_STOPPED') => finish(code),
    ended,
  }
}

export function keyOfToken({ serial, label }: TokenName): string {
  return JSON.stringify([serial, label])
}

/** No longer than `node.sock`, whose folder was chosen so that its path fits. */
function pinSocketIn(folder: string, name: string): string {
  return process.platform === 'win32' ? `\\\\.\\pipe\\qudag-pin-${name}` : join(folder, `p${name}`)
}

/** Only the loader of the process itself reads it, so it can be told to nobody later. */
function libraryPathVariable(path: string): Record<string, string> {
  if (process.platform === 'win32') return { PATH: path }
  return process.platform === 'darwin' ? { DYLD_LIBRARY_PATH: path } : { LD_LIBRARY_PATH: path }
}

/** Whether an error is one of ours about a hardware key. */
export function isStopped(error: unknown): boolean {
  return error instanceof NodeError && (error.code === 'HSM_STOPPED' || error.code === 'HSM_MODULE_CRASHED')
}
