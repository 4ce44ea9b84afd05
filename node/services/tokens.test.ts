/** Tokens and their limits over a real database, restarted and cut off at will; chain, vault and ledger have no part in it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import { seededRng } from '../core/rng.ts'
import { testAccount, testGenesis } from '../ledger/test-support.ts'
import { createStorage, type DurableStorage } from '../storage/index.ts'
import { createChain } from './chain.ts'
import { createKeyedMutex } from './keyed-mutex.ts'
import { serviceLimits } from './limits.ts'
import { codeOf } from './test-support.ts'
import { createTokens, type Tokens } from './tokens.ts'
import type { SpendLimits } from './types.ts'

const { tokenDayMs: dayMs, tokenSlotMs: slotMs } = serviceLimits
const chain = createChain(testGenesis([]))
const [alice, bob, carol] = [testAccount(1), testAccount(2), testAccount(3)]

interface World {
  readonly clock: ManualClock
  readonly folder: string
  readonly audits: { action: string; details: Readonly<Record<string, string | number | boolean>> }[]
  tokens: Tokens
  storage: DurableStorage
  /** The node ends, in whatever it is doing, and starts again on what is durable. */
  restart(): Promise<void>
  /** The same with the database left open, which costs no thread: what the tokens know is read back from it. */
  forget(): Promise<void>
}

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
})

async function newWorld(seed = 1): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'qudag-tokens-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  const clock = new ManualClock()
  const rng = seededRng(seed)
  const audits: World['audits'] = []
  const audit = async (action: string, details: World['audits'][number]['details']): Promise<void> => {
    audits.push({ action, details })
  }
  const readBack = ({ read, write }: DurableStorage) => createTokens({ chain, read, write, clock, rng, audit })
  const open = async (): Promise<Pick<World, 'tokens' | 'storage'>> => {
    const storage = await createStorage({ file: join(folder, 'ledger.db'), synchronous: 'NORMAL' })
    return { storage, tokens: await readBack(storage) }
  }
  const world: World = {
    clock,
    folder,
    audits,
    ...(await open()),
    async restart() {
      await world.storage.close()
      Object.assign(world, await open())
    },
    async forget() {
      world.tokens = await readBack(world.storage)
    },
  }
  closers.push(() => world.storage.close())
  return world
}

const spender = (limits?: SpendLimits, label = 'shop') => ({ label, scopes: ['spend' as const], limits })

async function newToken(world: World, limits?: SpendLimits): Promise<string> {
  return (await world.tokens.api.create(spender(limits))).view.id
}

/** One payment to bob that goes well, unless told otherwise. */
function spend(
  { tokens }: World,
  tokenId: string,
  key: string,
  amountMicroRuv: bigint,
  attempt: { send?: () => Promise<string>; hasLeft?: () => Promise<boolean> } = {},
): Promise<string> {
  const { send = async () => 'sent', hasLeft = async () => false } = attempt
  return tokens.guard.spend({ tokenId, key, amountMicroRuv, recipients: [bob.id] }, { send, hasLeft })
}

/** Ends the node between the record and the sending. @returns whether there was a record */
async function cutOff(
  world: World,
  tokenId: string,
  key: string,
  amountMicroRuv: bigint,
  restart = world.restart,
): Promise<boolean> {
  const recorded = Promise.withResolvers<boolean>()
  const send = (): Promise<never> => {
    recorded.resolve(true)
    return new Promise(() => undefined)
  }
  spend(world, tokenId, key, amountMicroRuv, { send }).catch(() => recorded.resolve(false))
  const isRecorded = await recorded.promise
  await restart()
  return isRecorded
}

const fails = async (): Promise<never> => {
  throw new NodeError('MEMPOOL_FULL', 'refused')
}

const spentOf = async ({ tokens }: World): Promise<bigint | undefined> =>
  (await tokens.api.list())[0]?.spentTodayMicroRuv

describe('a token', () => {
  it('opens what it was made for, until it is revoked, across restarts', async () => {
    const world = await newWorld()
    const { token, view } = await world.tokens.api.create({ label: '  Shop ', scopes: ['spend', 'read', 'spend'] })
    const bearer = { id: view.id, scopes: ['read', 'spend'] }
    expect(view).toMatchObject({ label: 'Shop', scopes: ['read', 'spend'], limits: {}, expiresAtMs: null })
    expect(view.id).toMatch(/^[0-9a-f]{12}$/)
    expect(await world.tokens.api.authenticate(token)).toEqual(bearer)
    expect(await world.tokens.api.authenticate(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).toBeNull()
    await world.restart()
    expect(await world.tokens.api.authenticate(token)).toEqual(bearer)
    expect(await world.tokens.api.list()).toEqual([view])
    await world.tokens.api.revoke(view.id)
    expect(await world.tokens.api.authenticate(token)).toBeNull()
    expect(await codeOf(world.tokens.api.revoke(view.id))).toBe('TOKEN_UNKNOWN')
    await world.restart()
    expect(await world.tokens.api.authenticate(token)).toBeNull()
    expect(await world.tokens.api.list()).toEqual([])
  })

  it('is on disk and in the audit log as nothing that opens anything', async () => {
    const world = await newWorld()
    const { token } = await world.tokens.api.create(spender())
    await world.tokens.api.authenticate(token)
    await world.storage.close()
    const secret = token.slice('qdx_'.length)
    const files = readdirSync(world.folder)
    expect(files).toContain('ledger.db')
    for (const name of files) expect(readFileSync(join(world.folder, name)).includes(secret)).toBe(false)
    expect(JSON.stringify(world.audits)).not.toContain(secret)
    await world.restart()
  })

  it('ends at its time, and no clock that is set back brings it back', async () => {
    const world = await newWorld()
    const expiresAtMs = world.clock.nowMs() + 1_000
    const { token, view } = await world.tokens.api.create({ ...spender(), expiresAtMs })
    world.clock.advance(999)
    expect(await spend(world, view.id, 'k', 1n)).toBe('sent')
    expect(await world.tokens.api.authenticate(token)).not.toBeNull()
    world.clock.advance(1)
    expect(await world.tokens.api.authenticate(token)).toBeNull()
    expect(await codeOf(spend(world, view.id, 'k2', 1n))).toBe('TOKEN_EXPIRED')
    expect(await codeOf(world.tokens.guard.checkMaySpend(view.id))).toBe('TOKEN_EXPIRED')
    expect((await world.tokens.api.list())[0]).toMatchObject({ expiresAtMs })
    world.clock.set(expiresAtMs - 500)
    await world.tokens.api.list()
    expect(await codeOf(spend(world, view.id, 'k2', 1n))).toBe('TOKEN_EXPIRED')
  })

  it('shows its limits, with recipients as addresses', async () => {
    const world = await newWorld()
    const limits = { perTransactionMicroRuv: 5n, perDayMicroRuv: 50n, recipients: [chain.format(bob.id)] }
    const { view } = await world.tokens.api.create(spender(limits))
    expect(view.limits).toEqual(limits)
    await world.restart()
    expect((await world.tokens.api.list())[0]?.limits).toEqual(limits)
    expect(world.audits).toMatchObject([
      {
        action: 'token.created',
        details: { token: view.id, label: 'shop', scopes: 'spend', perDayMicroRuv: '50', recipients: 1 },
      },
    ])
  })

  it('is not made of what makes no sense', async () => {
    const world = await newWorld()
    const nowMs = world.clock.nowMs()
    const create = (change: object) => codeOf(world.tokens.api.create({ ...spender(), ...change }))
    for (const label of ['', '   ', 'x'.repeat(1_000), 'a\u0000b', 'ruvd1abc']) {
      expect(await create({ label })).toBe('LABEL_INVALID')
    }
    for (const scopes of [[], ['secret'], ['read', 'constructor']]) {
      expect(await create({ scopes })).toBe('TOKEN_SCOPES_INVALID')
    }
    for (const expiresAtMs of [nowMs, nowMs - 1, Number.NaN, nowMs + 0.5, nowMs + 11 * 365 * dayMs]) {
      expect(await create({ expiresAtMs })).toBe('TOKEN_EXPIRY_INVALID')
    }
    const address = chain.format(bob.id)
    for (const limits of [
      { perDayMicroRuv: 0n },
      { perTransactionMicroRuv: -1n },
      { perDayMicroRuv: 2n ** 64n },
      { recipients: [] },
      { recipients: Array(101).fill(address) },
    ]) {
      expect(await create({ limits })).toBe('TOKEN_LIMITS_INVALID')
    }
    expect(await create({ scopes: ['read'], limits: { perDayMicroRuv: 1n } })).toBe('TOKEN_LIMITS_INVALID')
    expect(await create({ limits: { recipients: ['bob'] } })).toBe('ADDRESS_INVALID')
    expect(await world.tokens.api.list()).toEqual([])
    expect(world.audits).toEqual([])
  })

  it('has a label of its own, also where two are asked for at once, and there are only so many', async () => {
    const world = await newWorld()
    const codes = await Promise.all(
      ['Shop', 'shop', 'ＳＨＯＰ'].map((label) => codeOf(world.tokens.api.create(spender({}, label)))),
    )
    expect(codes).toEqual(['no error', 'TOKEN_LABEL_TAKEN', 'TOKEN_LABEL_TAKEN'])
    const { maxTokens } = serviceLimits
    const more = await Promise.all(
      Array.from({ length: maxTokens }, (_, index) => codeOf(world.tokens.api.create(spender({}, `shop ${index}`)))),
    )
    expect(more.filter((code) => code === 'no error')).toHaveLength(maxTokens - 1)
    expect(more.at(-1)).toBe('TOKEN_COUNT')
    const [first] = await world.tokens.api.list()
    await world.tokens.api.revoke(first?.id ?? '')
    expect(await codeOf(world.tokens.api.create(spender({}, 'SHOP')))).toBe('no error')
  })
})

describe('spending by a token', () => {
  it('TOKEN_SCOPE, TOKEN_RECIPIENT, TOKEN_LIMIT_TRANSACTION: told before and at the record, and nothing is recorded', async () => {
    const world = await newWorld()
    const { view: reader } = await world.tokens.api.create({ label: 'reader', scopes: ['read', 'submit'] })
    const limits = { perTransactionMicroRuv: 10n, recipients: [alice, bob].map(({ id }) => chain.format(id)) }
    const id = await newToken(world, limits)
    const refusals = [
      ['TOKEN_SCOPE', reader.id, 1n, [bob.id]],
      ['TOKEN_RECIPIENT', id, 1n, [carol.id]],
      ['TOKEN_RECIPIENT', id, 1n, [bob.id, carol.id]],
      ['TOKEN_LIMIT_TRANSACTION', id, 11n, [bob.id, alice.id]],
      ['TOKEN_REVOKED', 'nobody', 1n, [bob.id]],
    ] as const
    const send = async (): Promise<never> => expect.unreachable('nothing may be sent')
    for (const [code, tokenId, amountMicroRuv, recipients] of refusals) {
      const charge = { tokenId, amountMicroRuv, recipients }
      expect(await codeOf(world.tokens.guard.check(charge))).toBe(code)
      const attempt = { send, hasLeft: async () => false }
      expect(await codeOf(world.tokens.guard.spend({ ...charge, key: 'k' }, attempt))).toBe(code)
    }
    expect(await world.storage.read.tokenSpending({ tokenId: id, key: 'k' })).toBeNull()
    const { guard } = world.tokens
    for (const recipients of [[], [alice.id, bob.id, bob.id]]) {
      await guard.check({ tokenId: id, amountMicroRuv: 10n, recipients })
    }
  })

  it('TOKEN_LIMIT_DAY: tells what remains, and gives way when earlier payments are 24 hours old', async () => {
    const world = await newWorld()
    const id = await newToken(world, { perDayMicroRuv: 100n })
    await spend(world, id, 'a', 60n)
    world.clock.advance(3_600_000)
    await spend(world, id, 'b', 30n)
    await expect(spend(world, id, 'c', 11n)).rejects.toMatchObject({
      code: 'TOKEN_LIMIT_DAY',
      details: { remainingMicroRuv: '10' },
    })
    await spend(world, id, 'c', 10n)
    world.clock.advance(dayMs - 3_600_001)
    expect(await codeOf(spend(world, id, 'd', 1n))).toBe('TOKEN_LIMIT_DAY')
    world.clock.advance(1)
    expect(await codeOf(spend(world, id, 'd', 61n))).toBe('TOKEN_LIMIT_DAY')
    expect(await spend(world, id, 'd', 60n)).toBe('sent')
  })

  it('is not made easier by a clock that is set back, nor by a restart meanwhile', async () => {
    const world = await newWorld()
    const id = await newToken(world, { perDayMicroRuv: 100n })
    await spend(world, id, 'a', 100n)
    for (const backMs of [1, dayMs, 400 * dayMs]) {
      world.clock.set(1_750_000_000_000 - backMs)
      expect(await codeOf(spend(world, id, 'b', 1n))).toBe('TOKEN_LIMIT_DAY')
      await world.restart()
      expect(await codeOf(spend(world, id, 'b', 1n))).toBe('TOKEN_LIMIT_DAY')
    }
    world.clock.set(1_750_000_000_000 + dayMs)
    expect(await spend(world, id, 'b', 100n)).toBe('sent')
  })

  it('is durable before anything is sent', async () => {
    const world = await newWorld()
    const id = await newToken(world, { perDayMicroRuv: 100n })
    const recorded = await spend(world, id, 'a', 70n, {
      send: async () => String((await world.storage.read.tokenSpending({ tokenId: id, key: 'a' }))?.amountMicroRuv),
    })
    expect(recorded).toBe('70')
  })

  it('counts once for a key, also where the node was cut off in the middle', async () => {
    const world = await newWorld()
    const id = await newToken(world, { perDayMicroRuv: 100n })
    await cutOff(world, id, 'a', 70n)
    expect(await spentOf(world)).toBe(70n)
    expect(await codeOf(spend(world, id, 'b', 31n))).toBe('TOKEN_LIMIT_DAY')
    // The fee may be another by now.
    expect(await spend(world, id, 'a', 71n)).toBe('sent')
    expect(await spend(world, id, 'b', 29n)).toBe('sent')
    expect(await spentOf(world)).toBe(100n)
    await world.restart()
    expect(await spentOf(world)).toBe(100n)
  })

  it('counts a payment that is made good much later by when it is sent, not by when it was begun', async () => {
    const world = await newWorld()
    const id = await newToken(world, { perDayMicroRuv: 100n })
    await cutOff(world, id, 'a', 100n)
    expect(await spentOf(world)).toBe(100n)
    world.clock.advance(dayMs - 1)
    expect(await spend(world, id, 'a', 100n)).toBe('sent')
    world.clock.advance(slotMs)
    expect(await codeOf(spend(world, id, 'b', 1n))).toBe('TOKEN_LIMIT_DAY')
  })

  it('is given back where nothing has left, and only there', async () => {
    const world = await newWorld()
    const id = await newToken(world, { perDayMicroRuv: 100n })
    expect(await codeOf(spend(world, id, 'a', 40n, { send: fails }))).toBe('MEMPOOL_FULL')
    expect(await spentOf(world)).toBe(0n)
    await world.restart()
    expect(await spentOf(world)).toBe(0n)
    expect(await codeOf(spend(world, id, 'b', 40n, { send: fails, hasLeft: async () => true }))).toBe('MEMPOOL_FULL')
    expect(await spentOf(world)).toBe(40n)
    const broken = { send: fails, hasLeft: () => Promise.reject(new Error('the disk is gone')) }
    expect(await codeOf(spend(world, id, 'c', 40n, broken))).toBe('MEMPOOL_FULL')
    await world.restart()
    expect(await spentOf(world)).toBe(80n)
  })

  it('never passes the limit of a day in 200 requests at once', async () => {
    const world = await newWorld()
    const id = await newToken(world, { perDayMicroRuv: 1_000n })
    const other = (await world.tokens.api.create(spender({ perDayMicroRuv: 1_000n }, 'other'))).view.id
    const requests = Array.from({ length: 200 }, (_, index) =>
      codeOf(spend(world, index % 2 === 0 ? id : other, `k${index}`, 30n)),
    )
    const codes = await Promise.all(requests)
    for (const parity of [0, 1]) {
      const own = codes.filter((_, index) => index % 2 === parity)
      expect(own.filter((code) => code === 'no error')).toHaveLength(33)
      expect(own.filter((code) => code === 'TOKEN_LIMIT_DAY')).toHaveLength(67)
    }
    await world.restart()
    expect((await world.tokens.api.list()).map(({ spentTodayMicroRuv }) => spentTodayMicroRuv)).toEqual([990n, 990n])
  })

  it('ends with the revocation: what had begun goes out before it returns, and nothing after', async () => {
    const world = await newWorld()
    const id = await newToken(world, { perDayMicroRuv: 100n })
    const events: string[] = []
    const recorded = Promise.withResolvers<void>()
    const leave = Promise.withResolvers<void>()
    const running = spend(world, id, 'a', 10n, {
      async send() {
        recorded.resolve()
        await leave.promise
        events.push('sent')
        return 'sent'
      },
    })
    await recorded.promise
    const attempts = [1, 2, 3].map((index) => spend(world, id, `b${index}`, 10n).then((text) => events.push(text)))
    const revoked = world.tokens.api.revoke(id).then(() => events.push('revoked'))
    attempts.push(spend(world, id, 'c', 10n).then((text) => events.push(text)))
    expect(await Promise.all(attempts.map(codeOf))).toEqual(Array(4).fill('TOKEN_REVOKED'))
    leave.resolve()
    await Promise.all([running, revoked])
    expect(events).toEqual(['sent', 'revoked'])
    expect(world.audits.at(-1)).toMatchObject({ action: 'token.revoked', details: { token: id } })
  })

  it('records refusals in the audit log once a minute, with how many there were', async () => {
    const world = await newWorld()
    const id = await newToken(world, { perTransactionMicroRuv: 10n })
    const refusals = (): object[] =>
      world.audits.filter(({ action }) => action === 'token.refused').map((a) => a.details)
    for (let index = 0; index < 50; index++) await codeOf(spend(world, id, 'a', 11n))
    await codeOf(spend(world, 'nobody', 'a', 11n))
    expect(refusals()).toEqual([
      { token: id, code: 'TOKEN_LIMIT_TRANSACTION', before: 0, limitMicroRuv: '10' },
      { token: 'nobody', code: 'TOKEN_REVOKED', before: 0 },
    ])
    world.clock.advance(serviceLimits.tokenRefusalIntervalMs)
    await codeOf(spend(world, id, 'a', 11n))
    expect(refusals().at(-1)).toMatchObject({ token: id, before: 49 })
  })

  it('keeps every sliding day within the limit, and refuses no more than that, whatever happens (property)', async () => {
    const limit = 300n
    const payment = fc.record({
      key: fc.integer({ min: 0, max: 12 }),
      amount: fc.bigInt(1n, 160n),
      end: fc.constantFrom('sent', 'sent', 'refused', 'unsure', 'cut off'),
    })
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.array(payment, { minLength: 1, maxLength: 6 }).map((payments) => ({ payments })) },
      { weight: 3, arbitrary: fc.nat({ max: dayMs }).map((waitMs) => ({ waitMs })) },
      { weight: 1, arbitrary: fc.nat({ max: 2 * dayMs }).map((backMs) => ({ backMs })) },
      { weight: 2, arbitrary: fc.constant({ restart: true }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = await newWorld()
        const tokenId = await newToken(world, { perDayMicroRuv: limit })
        // As the payments do: one request a key at a time, and nothing recorded for one that has left.
        let perKey = createKeyedMutex()
        const left = new Map<string, { amount: bigint; atMs: number }>()
        /** Records of requests that were cut off: they count until they are made good. */
        const unsettled = new Map<string, bigint>()
        const latestMs = (): number => Math.max(0, ...[...left.values()].map(({ atMs }) => atMs))

        const pay = async (
          { key: number, amount, end }: { key: number; amount: bigint; end: string },
          alone: boolean,
        ) => {
          const key = `k${number}`
          if (left.has(key)) return
          const leaves = async (): Promise<string> => {
            const row = await world.storage.read.tokenSpending({ tokenId, key })
            expect(row?.amountMicroRuv).toBe(amount)
            expect(row?.atMs ?? 0).toBeGreaterThanOrEqual(Math.max(world.clock.nowMs(), latestMs()))
            left.set(key, { amount, atMs: row?.atMs ?? 0 })
            unsettled.delete(key)
            return 'sent'
          }
          const work = spend(world, tokenId, key, amount, {
            send: async () => {
              if (end === 'refused') return fails()
              await leaves()
              if (end === 'unsure') return fails()
              return 'sent'
            },
            hasLeft: async () => left.has(key),
          })
          const code = await codeOf(work)
          if (code === 'TOKEN_LIMIT_DAY') {
            if (!alone) return
            const sinceMs = world.clock.nowMs() - dayMs - slotMs
            let counted = 0n
            for (const entry of left.values()) if (entry.atMs > sinceMs) counted += entry.amount
            for (const [other, recorded] of unsettled) if (other !== key) counted += recorded
            expect(counted + amount > limit).toBe(true)
          } else {
            expect(code).toBe(end === 'sent' ? 'no error' : 'MEMPOOL_FULL')
            if (end === 'refused') unsettled.delete(key)
          }
        }
        for (const step of steps) {
          if ('waitMs' in step) world.clock.advance(step.waitMs)
          else if ('backMs' in step) world.clock.set(world.clock.nowMs() - step.backMs)
          else if ('restart' in step) await world.forget()
          else {
            const cut = step.payments.find(({ end }) => end === 'cut off')
            const others = step.payments.filter(({ end }) => end !== 'cut off')
            await Promise.all(
              others.map((payment) => perKey(`${payment.key}`, () => pay(payment, others.length === 1))),
            )
            if (cut !== undefined && !left.has(`k${cut.key}`)) {
              const { key, amount } = cut
              if (await cutOff(world, tokenId, `k${key}`, amount, world.forget)) unsettled.set(`k${key}`, amount)
              perKey = createKeyedMutex()
            }
          }
          for (const { atMs: endMs } of left.values()) {
            let sum = 0n
            for (const { amount, atMs } of left.values()) if (atMs <= endMs && atMs > endMs - dayMs) sum += amount
            expect(sum <= limit).toBe(true)
          }
        }
        await world.storage.close()
        rmSync(world.folder, { recursive: true, force: true })
      }),
      { seed: 43, numRuns: 15 },
    )
  }, 120_000)
})
