/**
 * The node's hardware keys: a process for each module that is in use, logins, and signatures by paired keys. Behind the
 * vault: what it remembers of a key is checked against the pairing, and every signature is verified before it leaves.
 *
 * A PIN never passes here. Whoever has it asks for a ticket (`unlock`), and hands both to the module's process itself.
 */
import { toHex } from '../../core/bytes.ts'
import type { Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import type { ProcessHost } from '../../core/process-host.ts'
import type { Rng } from '../../core/rng.ts'
import { vaultError } from '../errors.ts'
import type { Approval, HardwareSealer, HardwareSigner, TokenKey, VaultAudit, VaultKeys } from '../types.ts'
import { mechanisms as M } from './cryptoki.ts'
import { checkedEcdsa, ecdsaInput } from './ecdsa.ts'
import { hsmError } from './errors.ts'
import { limits } from './limits.ts'
import type { TokenFacts, TokenName } from './messages.ts'
import { createModuleFiles } from './module-files.ts'
import { keyOfToken, type ModuleProcess, startModule } from './module-process.ts'
import { createPairings, keyOf, moduleOptionsOf, type Pairing, tokenOf } from './pairing.ts'
import { needsPin, requireUsable, tokenAmong } from './token-access.ts'

export interface HardwareKeyOptions {
  readonly dataDir: string
  /** Of this user alone: where the processes of modules wait for PINs. Made before it is needed. */
  readonly pinFolder: () => Promise<string>
}

export interface HardwareKeyDeps {
  readonly processHost: ProcessHost
  readonly scheduler: Scheduler
  readonly rng: Rng
  readonly verify: VaultKeys['verify']
  readonly audit: VaultAudit
  /** Told whenever something of `list` may have changed. */
  readonly changed?: () => void
  /** Entry of a module's process, where it is not beside the sources. */
  readonly entry?: URL | undefined
}

/**
 * `absent`: its module runs, and its token is not there. `waiting`: a signature waits for its PIN. `module-changed`,
 * `module-missing`: the file that was paired is another one now, or is not there.
 */
export type HardwareKeyState = 'locked' | 'unlocked' | 'absent' | 'waiting' | 'module-changed' | 'module-missing'

export interface HardwareKeyView {
  readonly pairing: Pairing
  readonly state: HardwareKeyState
}

/** What whoever has the PIN needs; `pin` is null where the token asks for none here. */
export interface PinRequest {
  readonly pairing: Pairing
  readonly token: TokenFacts
  readonly pin: {
    /** Of the module's process; a socket or a named pipe. */
    readonly socket: string
    /** Hex; good for one PIN. */
    readonly ticket: string
    /** A signature that waits for its PIN names what it signs. */
    readonly purpose: 'login' | Approval['what']
    /** That signature: what a person has to allow, and the bytes that the token signs. */
    readonly waiting: { readonly approval: Approval; readonly message: Uint8Array } | null
  } | null
}

export interface HardwareKeys extends HardwareSigner, HardwareSealer {
  list(): Promise<readonly HardwareKeyView[]>
  /**
   * Starts the module where it does not run, and makes ready for a PIN. A token with a keypad of its own is unlocked when
   * this resolves.
   *
   * @param name id or label of a pairing; undefined where there is one
   * @throws NodeError HSM_NOT_PAIRED, HSM_MODULE_CHANGED, HSM_TOKEN_ABSENT, HSM_PIN_LOCKED …
   */
  unlock(name: string | undefined): Promise<PinRequest>
  /** A signature that waits for its PIN ends in HSM_PIN_NOT_GIVEN; nothing where none waits. @throws NodeError HSM_NOT_PAIRED */
  cancel(name: string): Promise<void>
  /** Ends the process of its module, and with it every login there. @throws NodeError HSM_NOT_PAIRED */
  lockKey(name: string): Promise<void>
  /** @throws NodeError HSM_NOT_PAIRED, HSM_LABEL_TAKEN, HSM_PAIRING_FAILED */
  rename(name: string, label: string): Promise<Pairing>
  /** The pairing alone: the key stays in the token, and the accounts that use it in the vault. @throws as rename */
  forget(name: string): Promise<Pairing>
  /** The module's process that waits for PINs at this socket, where one does. */
  moduleAt(pinSocket: string): ModuleProcess | undefined
}

interface Wanted {
  readonly ticket: Uint8Array
  readonly approval: Approval
  readonly message: Uint8Array
}

interface Running {
  readonly module: ModuleProcess
  /** Tokens that are logged in, and those that were there when last looked. */
  readonly unlocked: Set<string>
  present: ReadonlySet<string>
  /** Of tokens whose signature waits for a PIN. */
  readonly wanted: Map<string, Wanted>
  stopPolling: () => void
}

export function createHardwareKeys(options: HardwareKeyOptions, deps: HardwareKeyDeps): HardwareKeys {
  const { processHost, scheduler, rng, verify, audit, changed = () => undefined } = deps
  const pairings = createPairings(options.dataDir)
  const moduleFiles = createModuleFiles()
  /** By what decides which process it is; a start under way too, so that no module is ever loaded twice. */
  const processes = new Map<string, Promise<Running>>()
  const settled = new Map<string, Running>()

  const processKey = ({ module }: Pairing): string => JSON.stringify(module)

  const start = async (pairing: Pairing): Promise<Running> => {
    const key = processKey(pairing)
    const module = await startModule(moduleOptionsOf(pairing, await options.pinFolder()), {
      processHost,
      scheduler,
      rng,
      ...(deps.entry === undefined ? {} : { entry: deps.entry }),
    })
    const running: Running = {
      module,
      unlocked: new Set(),
      present: new Set(),
      wanted: new Map(),
      stopPolling: () => undefined,
    }
    settled.set(key, running)
    void module.ended.then(({ code }) => {
      running.stopPolling()
      if (settled.get(key) === running) settled.delete(key)
      processes.delete(key)
      audit('hsm.module.ended', { module: pairing.module.path, code })
      changed()
    })
    return running
  }

  const processOf = (pairing: Pairing): Promise<Running> => {
    const key = processKey(pairing)
    const known = processes.get(key)
    if (known !== undefined) return known
    const starting = start(pairing)
    processes.set(key, starting)
    starting.catch(() => processes.delete(key))
    return starting
  }

  /** Which tokens are there, and no longer unlocked where they went. */
  const look = async (running: Running): Promise<readonly TokenFacts[]> => {
    const { tokens } = await running.module.request('tokens', {})
    const before = running.present
    running.present = new Set(tokens.map(keyOfToken))
    if (before.size !== running.present.size || [...before].some((token) => !running.present.has(token))) changed()
    for (const token of running.unlocked) {
      if (running.present.has(token)) continue
      running.unlocked.delete(token)
      audit('hsm.token.removed', { token })
    }
    return tokens
  }

  const poll = (running: Running): void => {
    running.stopPolling()
    running.stopPolling = scheduler.after(limits.slotPollMs, () => {
      look(running).then(
        () => poll(running),
        // It has ended, or a fault that the next request will meet too.
        () => undefined,
      )
    })
  }

  const factsOf = async (running: Running, token: TokenName): Promise<TokenFacts> =>
    tokenAmong(await look(running), token)

  const unlock = async (name: string | undefined): Promise<PinRequest> => {
    const pairing = await pairings.require(name)
    const running = await processOf(pairing)
    const { module, wanted, unlocked } = running
    const token = tokenOf(pairing)
    // Also where it is not there: from then on it is seen when it comes.
    poll(running)
    const facts = await factsOf(running, token).catch((error: unknown) => {
      changed()
      throw error
    })
    requireUsable(facts)
    const socket = module.pinSocket ?? ''
    const key = keyOfToken(token)
    const waiting = wanted.get(key)
    if (waiting !== undefined) {
      const { ticket, approval, message } = waiting
      const pin = { socket, ticket: toHex(ticket), purpose: approval.what, waiting: { approval, message } }
      return { pairing, token: facts, pin }
    }
    const done = (): void => {
      unlocked.add(key)
      audit('hsm.unlocked', { pairing: pairing.id })
      changed()
    }
    const refused = (error: unknown): void => {
      audit('hsm.unlock.refused', { pairing: pairing.id, code: error instanceof NodeError ? error.code : 'INTERNAL' })
    }
    if (!needsPin(facts)) {
      try {
        if (facts.loginRequired) await module.request('loginAtToken', { token })
        done()
      } catch (error) {
        refused(error)
        throw error
      }
      return { pairing, token: facts, pin: null }
    }
    const { ticket, used } = await module.expectPin({ token, purpose: 'login', label: '', isMade: true })
    used.then(done, refused)
    return { pairing, token: facts, pin: { socket, ticket: toHex(ticket), purpose: 'login', waiting: null } }
  }

  const stopModuleOf = (pairing: Pairing): void => {
    const key = processKey(pairing)
    const starting = processes.get(key)
    processes.delete(key)
    starting?.then(({ module }) => module.stop()).catch(() => undefined)
  }

  /** The pairing of an account's key: the one that was there when the account was made, and still the same key. */
  const pairingOf = async ({ binding, algorithm, publicKey }: TokenKey): Promise<Pairing> => {
    const pairing = await pairings.require(binding.pairing, [algorithm === 'P-256' ? 'ec' : 'ml-dsa'])
    const isSame =
      pairing.token.serial === binding.serial &&
      pairing.key.id === binding.keyId &&
      pairing.key.publicKey === toHex(publicKey)
    if (!isSame) throw hsmError('HSM_KEY_OTHER')
    return pairing
  }

  return {
    async list() {
      return Promise.all((await pairings.list()).map(async (pairing) => ({ pairing, state: await stateOf(pairing) })))
    },

    unlock,

    async cancel(name) {
      const pairing = await pairings.require(name)
      const running = settled.get(processKey(pairing))
      const waiting = running?.wanted.get(keyOfToken(tokenOf(pairing)))
      if (waiting !== undefined) await running?.module.request('cancelPin', { ticket: waiting.ticket })
    },

    async lockKey(name) {
      stopModuleOf(await pairings.require(name))
    },

    async rename(name, label) {
      const pairing = await pairings.rename(name, label)
      audit('hsm.renamed', { pairing: pairing.id })
      changed()
      return pairing
    },

    async forget(name) {
      const pairing = await pairings.forget(name)
      stopModuleOf(pairing)
      audit('hsm.forgotten', { pairing: pairing.id })
      changed()
      return pairing
    },

    moduleAt: (pinSocket) => [...settled.values()].find(({ module }) => module.pinSocket === pinSocket)?.module,

    async bind(name) {
      const pairing = await pairings.require(name, ['ml-dsa', 'ec'])
      const { id, token, key } = pairing
      const { publicKey } = keyOf(pairing)
      if (publicKey === null) throw hsmError('HSM_UNSUPPORTED')
      const binding = { pairing: id, serial: token.serial, keyId: key.id }
      return { binding, algorithm: key.kind === 'ec' ? 'P-256' : 'ML-DSA-65', publicKey }
    },

    async sign(tokenKey, message, approval) {
      if (message.length > limits.maxMessageBytes) throw hsmError('HSM_DATA_REFUSED')
      const { algorithm, publicKey } = tokenKey
      const pairing = await pairingOf(tokenKey)
      const running = settled.get(processKey(pairing))
      // Never started for a signature: nobody would have typed a PIN.
      if (running === undefined) throw pinRequired(pairing)
      const token = tokenOf(pairing)
      const { numbers } = pairing.key
      const signed = Uint8Array.from(message)
      const [mechanism, toToken] = algorithm === 'P-256' ? [M.ECDSA, ecdsaInput(signed)] : [numbers.sign, signed]
      const input = { token, key: keyOf(pairing), numbers, mechanism, message: toToken }
      const answered = await running.module
        .sign(input, (ticket) => {
          running.wanted.set(keyOfToken(token), { ticket, approval, message: signed })
          audit('hsm.pin.wanted', { pairing: pairing.id, what: approval.what })
          changed()
        })
        .catch((error: unknown) => {
          throw isLocked(error) ? pinRequired(pairing) : error
        })
        .finally(() => {
          if (running.wanted.delete(keyOfToken(token))) changed()
        })
      const signature = algorithm === 'P-256' ? checkedEcdsa(publicKey, signed, answered) : answered
      const isGood = algorithm === 'P-256' || verify(algorithm, publicKey, signed, answered)
      if (signature === undefined || !isGood) throw vaultError('SIGNATURE_SELF_CHECK_FAILED')
      return signature
    },

    async bindSeal(name) {
      const { token, key } = await pairings.require(name, ['aes'])
      return { serial: token.serial, keyId: key.id }
    },

    async crypt({ serial, keyId, ...input }) {
      // By what the vault names, not by the pairing's id: a backup opens where the same token was paired anew.
      const pairing = (await pairings.list()).find(
        ({ token, key }) => key.kind === 'aes' && token.serial === serial && key.id === keyId,
      )
      if (pairing === undefined) throw hsmError('HSM_NOT_PAIRED', { serial })
      const running = settled.get(processKey(pairing))
      if (running === undefined) throw pinRequired(pairing)
      const named = { token: tokenOf(pairing), key: keyOf(pairing), numbers: pairing.key.numbers }
      const { data } = await running.module.request('crypt', { ...named, ...input })
      return data
    },

    lock() {
      for (const { module } of settled.values()) module.stop()
      // One that is being started is ended as soon as it runs.
      for (const starting of processes.values()) starting.then(({ module }) => module.stop()).catch(() => undefined)
      processes.clear()
    },
  }

  async function stateOf(pairing: Pairing): Promise<HardwareKeyState> {
    const running = settled.get(processKey(pairing))
    const token = keyOfToken(tokenOf(pairing))
    if (running === undefined) return moduleFiles.stateOf(pairing)
    if (!running.present.has(token)) return 'absent'
    if (running.wanted.has(token)) return 'waiting'
    return running.unlocked.has(token) ? 'unlocked' : 'locked'
  }
}

/** Says which key it is, so that whoever asked can have it unlocked. */
function pinRequired({ id, label }: Pairing): NodeError {
  return hsmError('HSM_PIN_REQUIRED', { pairing: id, label })
}

/** Whether the token has to be unlocked first, or once more. */
function isLocked(error: unknown): boolean {
  return error instanceof NodeError && error.code === 'HSM_PIN_REQUIRED'
}
