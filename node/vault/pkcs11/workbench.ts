/**
 * Work on a token that is not what accounts use it for: looking at it, pairing a key, testing it, another PIN. Each open
 * session has a process of its own for the module, which ends with it, when nobody has used it for a while, and when the
 * vault locks. PINs go to that process as to any other (pin-protocol.ts).
 */
import { toHex } from '../../core/bytes.ts'
import type { Clock, Scheduler } from '../../core/clock.ts'
import type { ProcessHost } from '../../core/process-host.ts'
import type { Rng } from '../../core/rng.ts'
import type { VaultAudit, VaultKeys } from '../types.ts'
import { hsmError } from './errors.ts'
import { limits } from './limits.ts'
import type { ModuleFacts, TokenFacts, TokenName } from './messages.ts'
import { keyOfToken, type ModuleOptions, type ModuleProcess, startModule } from './module-process.ts'
import { type PairWish, pairKey } from './pair.ts'
import { moduleOptionsOf, type Pairing, type Pairings, tokenOf } from './pairing.ts'
import { type Profile, profileOf } from './profiles.ts'
import { runSelfTest, type SelfTestReport } from './self-test.ts'
import { needsPin, requireUsable, tokenAmong } from './token-access.ts'

export interface WorkbenchDeps {
  readonly processHost: ProcessHost
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly rng: Rng
  readonly verify: VaultKeys['verify']
  readonly audit: VaultAudit
  readonly pairings: Pairings
  readonly pinFolder: () => Promise<string>
  /** Told when a key was paired, and when a signature on a bench begins to wait for its PIN. */
  readonly changed: () => void
  readonly entry?: URL | undefined
}

/** What is opened: the module of a pairing, with its token alone, or any. */
export type Bench =
  | { readonly pairing: string }
  | { readonly module: Omit<ModuleOptions, 'sha256' | 'pinFolder'>; readonly pairing?: undefined }

export interface OpenBench {
  /** Names it from here on. */
  readonly session: string
  readonly module: ModuleFacts
  readonly profile: Profile
  readonly tokens: readonly TokenFacts[]
}

export interface TokenWorkbench {
  /** @throws NodeError HSM_MODULE_NOT_FOUND, HSM_MODULE_UNUSABLE, HSM_MODULE_CHANGED, HSM_NOT_PAIRED, HSM_BUSY … */
  open(what: Bench): Promise<OpenBench>
  /**
   * Makes ready for a PIN, or for the old one and the new one. Null where the token has a keypad of its own and is unlocked
   * now, or asks for none. `use`: for the PIN that a key wants for a signature which waits for it (CKA_ALWAYS_AUTHENTICATE),
   * while it is paired or tested; null where none waits.
   *
   * @throws NodeError HSM_STOPPED where the session is over; HSM_PIN_LOCKED, HSM_NEEDS_INITIALISING, HSM_UNSUPPORTED …
   */
  expectPin(
    session: string,
    token: TokenName,
    purpose: 'login' | 'change' | 'use',
  ): Promise<{ readonly token: TokenFacts; readonly pin: { readonly socket: string; readonly ticket: string } | null }>
  /** The token must be logged in. @throws as pairKey */
  pair(session: string, token: TokenName, wish: PairWish): Promise<Pairing>
  /** The token must be logged in. @throws as runSelfTest */
  test(session: string, token: TokenName): Promise<SelfTestReport>
  close(session: string): void
  closeAll(): void
  moduleAt(pinSocket: string): ModuleProcess | undefined
}

interface Opened {
  readonly module: ModuleProcess
  readonly options: ModuleOptions
  readonly pairing: Pairing | undefined
  /** Tickets of signatures that wait for a PIN, by token. */
  readonly wanted: Map<string, Uint8Array>
  stopWaiting: () => void
}

const sessionBytes = 16

export function createTokenWorkbench(deps: WorkbenchDeps): TokenWorkbench {
  const { processHost, scheduler, clock, rng, verify, audit, pairings, pinFolder, changed, entry } = deps
  const open = new Map<string, Opened>()
  let starting = 0

  const end = (session: string): void => {
    const opened = open.get(session)
    open.delete(session)
    opened?.stopWaiting()
    opened?.module.stop()
  }

  /** Everything that is done with it gives it time anew. */
  const used = (session: string): Opened => {
    const opened = open.get(session)
    if (opened === undefined) throw hsmError('HSM_STOPPED')
    opened.stopWaiting()
    opened.stopWaiting = scheduler.after(limits.benchIdleMs, () => end(session))
    return opened
  }

  const tokensOf = async ({ module, pairing }: Opened): Promise<readonly TokenFacts[]> => {
    const { tokens } = await module.request('tokens', {})
    return pairing === undefined ? tokens : tokens.filter((token) => keyOfToken(token) === keyOfToken(tokenOf(pairing)))
  }

  const factsOf = async (opened: Opened, token: TokenName): Promise<TokenFacts> =>
    tokenAmong(await tokensOf(opened), token)

  /** Runs what may sign with a key that wants its PIN each time: whoever has it is told, and asks by `expectPin`. */
  const approving = async <T>(
    { wanted }: Opened,
    token: TokenName,
    work: (approve: (ticket: Uint8Array) => void) => Promise<T>,
  ): Promise<T> => {
    try {
      return await work((ticket) => {
        wanted.set(keyOfToken(token), ticket)
        changed()
      })
    } finally {
      wanted.delete(keyOfToken(token))
    }
  }

  const pinAt = ({ pinSocket }: ModuleProcess, ticket: Uint8Array): { socket: string; ticket: string } => ({
    socket: pinSocket ?? '',
    ticket: toHex(ticket),
  })

  const optionsOf = async (what: Bench): Promise<{ options: ModuleOptions; pairing: Pairing | undefined }> => {
    const folder = await pinFolder()
    if (what.pairing === undefined) {
      return { options: { ...what.module, sha256: null, pinFolder: folder }, pairing: undefined }
    }
    const pairing = await pairings.require(what.pairing)
    return { options: moduleOptionsOf(pairing, folder), pairing }
  }

  return {
    async open(what) {
      if (open.size + starting >= limits.maxBenches) throw hsmError('HSM_BUSY')
      starting += 1
      try {
        const { options, pairing } = await optionsOf(what)
        const module = await startModule(options, {
          ...{ processHost, scheduler, rng },
          ...(entry === undefined ? {} : { entry }),
        })
        const session = toHex(rng.bytes(sessionBytes))
        const opened: Opened = { module, options, pairing, wanted: new Map(), stopWaiting: () => undefined }
        open.set(session, opened)
        void module.ended.then(() => end(session))
        audit('hsm.module.opened', { module: options.path, sha256: module.facts.sha256 })
        const tokens = await tokensOf(used(session)).catch((error: unknown) => {
          end(session)
          throw error
        })
        return { session, module: module.facts, profile: profileOf(module.facts), tokens }
      } finally {
        starting -= 1
      }
    },

    async expectPin(session, token, purpose) {
      const opened = used(session)
      const facts = await factsOf(opened, token)
      requireUsable(facts)
      const { module } = opened
      if (purpose === 'use') {
        const ticket = opened.wanted.get(keyOfToken(token))
        return { token: facts, pin: ticket === undefined ? null : pinAt(module, ticket) }
      }
      if (purpose === 'login' && !needsPin(facts)) {
        if (facts.loginRequired) await module.request('loginAtToken', { token })
        return { token: facts, pin: null }
      }
      // Both PINs would have to be typed on it, which the binding has no way to ask for.
      if (facts.protectedPath) throw hsmError('HSM_UNSUPPORTED', { reason: 'the token has a keypad of its own' })
      const { ticket } = await module.expectPin({ token, purpose, label: '', isMade: true })
      return { token: facts, pin: pinAt(module, ticket) }
    },

    async pair(session, token, wish) {
      const opened = used(session)
      const facts = await factsOf(opened, token)
      const pairing = await approving(opened, token, (approve) =>
        pairKey(opened.module, opened.options, facts, wish, { pairings, verify, clock, rng, approve }),
      )
      audit('hsm.paired', { pairing: pairing.id, generated: wish.generate })
      changed()
      return pairing
    },

    async test(session, token) {
      const opened = used(session)
      const key = opened.pairing?.key
      const numbers = key?.kind === 'ml-dsa' ? key.numbers : undefined
      const facts = await factsOf(opened, token)
      const report = await approving(opened, token, (approve) =>
        runSelfTest(opened.module, facts, numbers, { rng, verify, approve }),
      )
      audit('hsm.tested', { serial: token.serial, verdict: report.verdict })
      return report
    },

    close: end,
    closeAll() {
      for (const session of open.keys()) end(session)
    },
    moduleAt: (pinSocket) => [...open.values()].find(({ module }) => module.pinSocket === pinSocket)?.module,
  }
}
