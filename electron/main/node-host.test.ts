import { describe, expect, it } from 'vitest'
import type { PortLike } from '../../node/api/client/index.ts'
import type { NodeState } from '../../node/api/contract/index.ts'
import type { SettledConfig } from '../../node/config/index.ts'
import { NodeError } from '../../node/core/node-error.ts'
import type { Choice } from './chain-folders.ts'
import { shellLimits } from './limits.ts'
import type { LiveNode } from './live-node.ts'
import { createNodeHost } from './node-host.ts'
import { manualTimer } from './testing/manual-timer.ts'

interface FakeNode extends LiveNode {
  end(cause?: unknown): void
  readonly served: string[]
  readonly isClosed: boolean
}

function fakeNode(isAttached: boolean, network = 'dev'): FakeNode {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  ended.catch(() => undefined)
  const state = { isClosed: false }
  const served: string[] = []
  return {
    isAttached,
    network,
    dataDir: '/d',
    client: {} as LiveNode['client'],
    served,
    serve: (_, kind) => void served.push(kind),
    handPinPort: async () => undefined,
    ended,
    end: (cause) => (cause === undefined ? resolve() : reject(cause)),
    async close() {
      state.isClosed = true
      resolve()
    },
    get isClosed() {
      return state.isClosed
    },
  }
}

const notRunning = (): never => {
  throw new NodeError('NODE_NOT_RUNNING', 'none')
}
const port = (): PortLike & { closed: boolean } => {
  const close = (): void => {
    made.closed = true
  }
  const made = { closed: false, postMessage() {}, on() {}, close }
  return made
}

/** What attaching and starting come to, one answer a call; the last one again and again. */
function host(attach: readonly (() => LiveNode)[], startOwn: readonly (() => LiveNode)[]) {
  const timer = manualTimer()
  const states: NodeState[] = []
  const faults: unknown[] = []
  const choices: (Choice | undefined)[] = []
  const counts = { attach: 0, startOwn: 0 }
  const answer = (answers: readonly (() => LiveNode)[], name: keyof typeof counts): LiveNode => {
    const at = Math.min(counts[name], answers.length - 1)
    counts[name] += 1
    const make = answers[at]
    if (make === undefined) throw new Error(`${name} was not expected`)
    return make()
  }
  const made = createNodeHost({
    settle(chosen) {
      choices.push(chosen)
      return { config: { dataDir: '/d' } } as SettledConfig
    },
    attach: async () => answer(attach, 'attach'),
    startOwn: async () => answer(startOwn, 'startOwn'),
    timer,
    reportFault: (fault) => faults.push(fault),
  })
  made.onState((state) => states.push(state))
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  /** Lets time pass in small steps, with whatever happens between them. */
  const pass = async (ms: number): Promise<void> => {
    for (let done = 0; done < ms; done += 50) {
      timer.advance(50)
      await settle()
    }
  }
  return { host: made, timer, states, faults, choices, counts, settle, pass }
}

describe('createNodeHost', () => {
  it('starts a node of its own where none runs, and serves windows by their kind', async () => {
    const own = fakeNode(false)
    const { host: nodes, states } = host([notRunning], [() => own])
    const early = port()
    expect([nodes.serve(early, 'page'), early.closed]).toEqual([false, true])
    expect(await nodes.start()).toEqual({ kind: 'running', attached: false, network: 'dev', dataDir: '/d' })
    expect(states.map(({ kind }) => kind)).toEqual(['running'])
    expect([nodes.serve(port(), 'page'), nodes.serve(port(), 'secret')]).toEqual([true, true])
    expect(own.served).toEqual(['page', 'secret'])
  })

  it('attaches to one that runs, and lets it live on', async () => {
    const other = fakeNode(true)
    const { host: nodes, counts } = host([() => other], [])
    expect(await nodes.start()).toMatchObject({ kind: 'running', attached: true })
    await nodes.stop()
    expect([other.isClosed, counts.startOwn]).toEqual([true, 0])
  })

  it('waits for one that has the folder and does not answer yet', async () => {
    const other = fakeNode(true)
    const inUse = (): never => {
      throw new NodeError('DATA_FOLDER_IN_USE', 'in use')
    }
    const { host: nodes, pass, counts } = host([notRunning, notRunning, () => other], [inUse])
    const started = nodes.start()
    await pass(3 * shellLimits.attachPollMs)
    expect(await started).toMatchObject({ kind: 'running', attached: true })
    expect(counts).toEqual({ attach: 3, startOwn: 2 })
  })

  it('gives up on one that never answers', async () => {
    const inUse = (): never => {
      throw new NodeError('DATA_FOLDER_IN_USE', 'in use')
    }
    const { host: nodes, pass } = host([notRunning], [inUse])
    const started = nodes.start()
    await pass(shellLimits.attachTimeoutMs + shellLimits.attachPollMs)
    expect(await started).toMatchObject({ kind: 'failed', code: 'DATA_FOLDER_IN_USE' })
  })

  it.each(['STORAGE_FULL', 'NO_GENESIS', 'DATA_FOLDER_PERMISSIONS'])(
    'tells of %s with its hint, and starts again when asked',
    async (code) => {
      const own = fakeNode(false)
      const refuse = (): never => {
        throw new NodeError(code, 'no', { hint: 'do this' })
      }
      const { host: nodes, states } = host([notRunning], [refuse, () => own])
      expect(await nodes.start()).toEqual({ kind: 'failed', code, message: 'no', hint: 'do this' })
      expect(await nodes.start()).toMatchObject({ kind: 'running' })
      expect(states.map(({ kind }) => kind)).toEqual(['failed', 'starting', 'running'])
    },
  )

  it('keeps the text of a fault that is not ours to the log', async () => {
    const { host: nodes, faults } = host(
      [notRunning],
      [
        () => {
          throw new TypeError('abandon ability able')
        },
      ],
    )
    expect(JSON.stringify(await nodes.start())).not.toContain('abandon')
    expect(faults).toHaveLength(1)
  })

  it('refuses to start beside a node that it cannot talk to', async () => {
    const mismatch = (): never => {
      throw new NodeError('PROTOCOL_MISMATCH', 'older')
    }
    const { host: nodes, counts } = host([mismatch], [])
    expect(await nodes.start()).toMatchObject({ kind: 'failed', code: 'PROTOCOL_MISMATCH' })
    expect(counts.startOwn).toBe(0)
  })

  it('says why its own node had to stop, and does not start it again by itself', async () => {
    const own = fakeNode(false)
    const { host: nodes, settle, counts } = host([notRunning], [() => own])
    await nodes.start()
    own.end(new NodeError('STORAGE_FULL', 'full'))
    await settle()
    expect(nodes.state).toMatchObject({ kind: 'failed', code: 'STORAGE_FULL' })
    expect(nodes.client).toBeUndefined()
    expect(counts.startOwn).toBe(1)
  })

  it('says so where the owner stopped it from elsewhere', async () => {
    const own = fakeNode(false)
    const { host: nodes, settle } = host([notRunning], [() => own])
    await nodes.start()
    own.end()
    await settle()
    expect(nodes.state).toMatchObject({ kind: 'failed', code: 'NODE_NOT_RUNNING' })
  })

  it('takes the place of an attached node that has gone', async () => {
    const other = fakeNode(true)
    const own = fakeNode(false)
    const { host: nodes, states, settle, pass } = host([() => other, notRunning], [() => own])
    await nodes.start()
    other.end()
    await settle()
    await pass(shellLimits.reattachDelayMs)
    expect(states.map((state) => (state.kind === 'running' ? state.attached : state.kind))).toEqual([
      true,
      'starting',
      false,
    ])
  })

  it('stops trying where attached nodes are lost again and again', async () => {
    const made: FakeNode[] = []
    const another = (): LiveNode => {
      made.push(fakeNode(true))
      return made.at(-1) as FakeNode
    }
    const { host: nodes, settle, pass } = host([another], [])
    await nodes.start()
    for (let i = 0; i <= shellLimits.maxLossesInARow; i++) {
      made.at(-1)?.end()
      await settle()
      await pass(shellLimits.reattachDelayMs)
    }
    expect(nodes.state).toMatchObject({ kind: 'failed', code: 'CONNECTION_LOST' })
    expect(made).toHaveLength(shellLimits.maxLossesInARow + 1)
    expect(await nodes.start()).toMatchObject({ kind: 'running' })
  })

  it('starts once, however often it is asked', async () => {
    const { host: nodes, counts } = host([notRunning], [() => fakeNode(false)])
    await Promise.all([nodes.start(), nodes.start(), nodes.start()])
    await nodes.start()
    expect(counts.startOwn).toBe(1)
  })

  it('ends its own node for another network, and stays on it', async () => {
    const first = fakeNode(false)
    const { host: nodes, choices } = host([notRunning], [() => first, () => fakeNode(false, 'test')])
    await nodes.start()
    expect(await nodes.start({ network: 'test' })).toMatchObject({ kind: 'running', network: 'test' })
    expect(first.isClosed).toBe(true)
    expect(choices).toEqual([undefined, { network: 'test' }])
    // A choice stands for all that was chosen before it.
    await nodes.start({ dataDir: '/d/networks/0123456789abcdef' })
    expect(choices.at(-1)).toEqual({ dataDir: '/d/networks/0123456789abcdef' })
  })

  it('does not wait for a start that itself waits for others, and tells of no fault', async () => {
    const faults: unknown[] = []
    const nodes = createNodeHost({
      settle: () => ({ config: { dataDir: '/d' } }) as SettledConfig,
      attach: async () => notRunning(),
      startOwn: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new NodeError('NODE_STOPPING', 'told to stop')))
        }),
      timer: manualTimer(),
      reportFault: (fault) => faults.push(fault),
    })
    const starting = nodes.start()
    await new Promise((resolve) => setImmediate(resolve))
    await nodes.stop()
    expect([(await starting).kind, faults]).toEqual(['starting', []])
  })

  it('ends its own node when it stops, one that was just starting too', async () => {
    const own = fakeNode(false)
    const { host: nodes } = host([notRunning], [() => own])
    const starting = nodes.start()
    await nodes.stop()
    await starting
    expect(own.isClosed).toBe(true)
  })
})
