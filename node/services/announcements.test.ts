/** What a real node announces beside transactions: its vault opening and locking, by itself too. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settleConfig } from '../config/index.ts'
import type { Scheduler } from '../core/clock.ts'
import type { Node } from '../node.ts'
import { passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'
import type { EventDelivery, EventView } from './types.ts'

const folder = temporaryDataDir()
const lockMinutes = 7
let node: Node
/** What would lock the vault by itself, held back until the test says that the time is over. */
let lockBySelf: (() => void) | undefined

const scheduler: Scheduler = {
  after(delayMs, callback) {
    if (delayMs === lockMinutes * 60_000) {
      lockBySelf = callback
      return () => {
        if (lockBySelf === callback) lockBySelf = undefined
      }
    }
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

beforeAll(async () => {
  const flags = { dataDir: folder.path, network: 'dev', apiPort: 0, verifierWorkers: 1 }
  const settled = settleConfig({ flags })
  if (!settled.ok) throw new Error(settled.error.message)
  node = await startTestNode(folder.path, { scheduler, settled: settled.value })
})
afterAll(async () => {
  await node.stop()
  folder.remove()
})

/** Follows until it is stopped. */
function follow(query: { types?: string[]; accounts?: string[] }) {
  const over = new AbortController()
  const iterator = node.services.events.subscribe(query, over.signal)[Symbol.asyncIterator]()
  const next = async (): Promise<EventView> => {
    const step = await iterator.next()
    const delivery = step.value as EventDelivery
    if (step.done === true || delivery.kind !== 'event') throw new Error('the stream ended')
    return delivery.event
  }
  return { next, stop: () => over.abort() }
}

const changed = (exists: boolean, locked: boolean): EventView => ({
  type: 'vault.changed',
  subject: 'vault',
  data: { exists, locked },
})

describe('vault.changed', () => {
  it('comes when the vault is made, locked and opened, and when it locks by itself after a time set meanwhile', async () => {
    const { vault, settings } = node.services
    const { next, stop } = follow({ types: ['vault.changed'] })
    const events = [next()]
    await vault.init({ password: passwordBytes() })
    expect(await events[0]).toEqual(changed(true, false))
    await vault.lock()
    expect(await next()).toEqual(changed(true, true))
    // Locked already: nothing changes, and nothing is said.
    await vault.lock()
    await vault.unlock({ password: passwordBytes() })
    expect(await next()).toEqual(changed(true, false))
    expect(lockBySelf).toBeUndefined()
    expect(await settings.set({ autoLockMinutes: lockMinutes })).toMatchObject({ restartNeeded: false })
    const held = lockBySelf as unknown as () => void
    expect(held).toBeTypeOf('function')
    const { autoLockAtMs } = await vault.keepOpen()
    expect(autoLockAtMs).toBeGreaterThan(Date.now() + (lockMinutes - 1) * 60_000)
    expect(lockBySelf).not.toBe(held)
    lockBySelf?.()
    expect(await next()).toEqual(changed(true, true))
    expect((await vault.status()).locked).toBe(true)
    expect((await vault.keepOpen()).autoLockAtMs).toBeNull()
    stop()
  })

  it('is told to nobody who listens to accounts, nor are labels', async () => {
    const { vault, accounts, labels } = node.services
    await vault.unlock({ password: passwordBytes() })
    const { address } = await accounts.create({ label: 'alice' })
    const { next, stop } = follow({ accounts: ['alice'] })
    const all = follow({ types: ['vault.changed', 'label.changed', 'account.list.changed'] })
    const first = next()
    const label = all.next()
    await labels.put({ type: 'address', ref: address, label: 'the first' })
    expect(await label).toEqual({ type: 'label.changed', subject: address, data: { ref: address } })
    await vault.lock()
    expect(await all.next()).toEqual(changed(true, true))
    await vault.unlock({ password: passwordBytes() })
    expect(await all.next()).toEqual(changed(true, false))
    await accounts.rename({ account: 'alice', label: 'alicia' })
    const renamed = { type: 'account.list.changed', subject: address, data: { address } }
    expect(await all.next()).toEqual(renamed)
    expect(await first).toEqual(renamed)
    stop()
    all.stop()
  })
})
