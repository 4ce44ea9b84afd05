import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesKey, compareBytes, toHex } from '../core/bytes.ts'
import {
  type CommitteeMember,
  closeEpoch,
  type EpochState,
  isEpochEnd,
  nextCommittee,
  selectLargestStakes,
} from './epochs.ts'
import { executeCommit } from './execution.ts'
import { validatorIdOf } from './genesis.ts'
import { developmentParameters, type NetworkParameters } from './parameters.ts'
import { newStakeRecord, type StakeRecord, stakeOfRecord } from './stake.ts'
import { applyDelta, genesisState } from './state.ts'
import { rulesOf, startTimeMs, testChain, testGenesis, testValidator } from './test-support.ts'

const parameters: NetworkParameters = {
  ...developmentParameters,
  epochMs: 1_000,
  unbondingMs: 10_000,
  minValidatorStakeMicroRuv: 1n,
  maxValidatorStakeMicroRuv: 1_000n,
}
const owner = new Uint8Array(33)

interface Held {
  readonly validator: number
  readonly record: Partial<StakeRecord>
}

/** Stakes of some validators, and the epoch that they are in. */
function stakesOf(...held: readonly Held[]): Map<string, StakeRecord> {
  return new Map(
    held.map(({ validator, record }) => {
      const { publicKey, id } = testValidator(validator)
      return [bytesKey(id), { ...newStakeRecord(publicKey, owner), ...record }]
    }),
  )
}

const member = (validator: number, stakeMicroRuv: bigint): CommitteeMember => ({
  ...testValidator(validator),
  stakeMicroRuv,
})
const committeeOf = (...members: readonly CommitteeMember[]) => [...members].sort((a, b) => compareBytes(a.id, b.id))
const epochOf = (epoch: number, ...members: readonly CommitteeMember[]): EpochState => ({
  epoch,
  startMs: 0,
  endsAtMs: 1_000,
  committee: committeeOf(...members),
})
const settled = (stakeMicroRuv: bigint): Partial<StakeRecord> => ({
  bondedMicroRuv: stakeMicroRuv,
  activeMicroRuv: stakeMicroRuv,
})

/** One epoch later: records as they are then, and the committee. */
function close(stakes: Map<string, StakeRecord>, current: EpochState, changed: Partial<NetworkParameters> = {}) {
  const { epoch, records } = closeEpoch(stakes, current, 1_000, { ...parameters, ...changed }, selectLargestStakes)
  const after = new Map(stakes)
  for (const [key, record] of records) {
    if (record === null) after.delete(key)
    else after.set(key, record)
  }
  const of = (validator: number) => after.get(bytesKey(testValidator(validator).id))
  return { epoch, records, after, of, active: (validator: number) => of(validator)?.activeMicroRuv }
}

describe('the end of an epoch', () => {
  const genesis = testGenesis([], { epochMs: 1_000, unbondingMs: 10_000 })

  it('is the first commit at or past the boundary, which still belongs to it; the next epoch lasts as long from there', () => {
    const { state, commit } = testChain(genesis)
    expect(state.epoch).toMatchObject({ epoch: 0, startMs: startTimeMs, endsAtMs: startTimeMs + 1_000 })
    expect([isEpochEnd(state, startTimeMs + 999), isEpochEnd(state, startTimeMs + 1_000)]).toEqual([false, true])
    expect(commit([], 999).nextValidators).toBeNull()
    expect(state.epoch.epoch).toBe(0)
    const { nextValidators } = commit([], 2_500)
    expect(nextValidators).toEqual(state.epoch.committee)
    expect(state.epoch).toMatchObject({ epoch: 1, startMs: startTimeMs + 3_499, endsAtMs: startTimeMs + 4_499 })
  })

  it('comes with one validator and no change as with any: the epoch counts on, and nothing else differs', () => {
    const { state, commit } = testChain(genesis)
    const before = state.epoch.committee
    const { delta } = commit([], 1_000)
    expect([state.epoch.epoch, delta.stakes.size]).toEqual([1, 0])
    expect(state.epoch.committee).toEqual(before)
  })

  it('is what the order says it is: a commit that is said to close an epoch, or not to, at the wrong time is a fault', () => {
    const state = genesisState(genesis)
    const execute = (afterMs: number, closesEpoch: boolean) =>
      executeCommit(
        state,
        { commitIndex: 1, commitTimeMs: startTimeMs + afterMs, candidates: [], closesEpoch },
        rulesOf(genesis),
      )
    expect(() => execute(999, true)).toThrow('an epoch ends where its time is over')
    expect(() => execute(1_000, false)).toThrow('an epoch ends where its time is over')
    const { delta, nextValidators } = execute(1_000, true)
    expect(nextValidators).toEqual(nextCommittee(state, genesis.parameters))
    applyDelta(state, delta)
    expect(state.epoch.epoch).toBe(1)
  })
})

describe('how stake comes to count', () => {
  it('by a tenth of what counts an epoch, and what goes beyond waits', () => {
    const stakes = stakesOf(
      { validator: 1, record: settled(1_000n) },
      { validator: 2, record: { bondedMicroRuv: 250n, waitingSinceMs: 5 } },
    )
    let current = epochOf(0, member(1, 1_000n))
    const seen: (bigint | undefined)[] = []
    let held = stakes
    for (let round = 0; round < 4; round++) {
      const next = close(held, current)
      seen.push(next.active(2))
      expect(next.epoch.committee).toEqual(committeeOf(member(1, 1_000n), member(2, next.active(2) as bigint)))
      ;[held, current] = [next.after, next.epoch]
    }
    // 100 of 1,000, then 110 of 1,100, then the rest.
    expect(seen).toEqual([100n, 210n, 250n, 250n])
    expect(held.get(bytesKey(testValidator(2).id))?.waitingSinceMs).toBeNull()
  })

  it('in the order of the last change, and by id where that is the same', () => {
    const waiting = (since: number): Partial<StakeRecord> => ({ bondedMicroRuv: 80n, waitingSinceMs: since })
    const stakes = stakesOf(
      { validator: 1, record: settled(1_000n) },
      { validator: 2, record: waiting(9) },
      { validator: 3, record: waiting(8) },
      { validator: 4, record: { ...settled(30n), bondedMicroRuv: 10n, waitingSinceMs: 7 } },
    )
    const first = close(stakes, epochOf(0, member(1, 1_000n), member(4, 30n)))
    // 103 to go round: 20 for what leaves, 80 for who came next, 3 for the last.
    expect([first.active(4), first.active(3), first.active(2)]).toEqual([10n, 80n, 3n])
    const same = stakesOf(
      { validator: 1, record: settled(1_000n) },
      { validator: 2, record: waiting(9) },
      { validator: 3, record: waiting(9) },
    )
    const [low, high] = compareBytes(testValidator(2).id, testValidator(3).id) < 0 ? [2, 3] : [3, 2]
    const second = close(same, epochOf(0, member(1, 1_000n)))
    expect([second.active(low), second.active(high)]).toEqual([80n, 20n])
  })

  it('up to the most that counts of one validator', () => {
    const stakes = stakesOf(
      { validator: 1, record: settled(1_000n) },
      { validator: 2, record: { bondedMicroRuv: 5_000n, activeMicroRuv: 950n, waitingSinceMs: 1 } },
    )
    expect(close(stakes, epochOf(0, member(1, 1_000n), member(2, 950n))).active(2)).toBe(1_000n)
  })

  it('at least by one µrUv, so that the smallest network can change', () => {
    const stakes = stakesOf(
      { validator: 1, record: settled(1n) },
      { validator: 2, record: { bondedMicroRuv: 3n, waitingSinceMs: 1 } },
    )
    expect(close(stakes, epochOf(0, member(1, 1n))).active(2)).toBe(1n)
  })
})

describe('who leaves', () => {
  const unbonding = (...amounts: readonly bigint[]) =>
    amounts.map((amountMicroRuv) => ({ amountMicroRuv, releaseAtMs: null }))

  it('jailed validators at once, whatever share that is, and before anybody comes', () => {
    const stakes = stakesOf(
      { validator: 1, record: settled(500n) },
      { validator: 2, record: { ...settled(400n), jailedFromEpoch: 1, unbonding: unbonding(30n) } },
      { validator: 3, record: { bondedMicroRuv: 90n, waitingSinceMs: 1 } },
    )
    const { epoch, of } = close(stakes, epochOf(0, member(1, 500n), member(2, 400n)))
    expect(epoch.committee).toEqual([member(1, 500n)])
    expect(of(2)).toMatchObject({ activeMicroRuv: 0n, bondedMicroRuv: 400n, unbonding: [{ releaseAtMs: 11_000 }] })
    expect(of(3)?.activeMicroRuv).toBe(0n)
  })

  it('slashed stake at once: what counts is never more than what is there', () => {
    const stakes = stakesOf(
      { validator: 1, record: settled(500n) },
      { validator: 2, record: { activeMicroRuv: 400n, bondedMicroRuv: 100n, unbonding: unbonding(50n) } },
    )
    // 150 are left of 400, of which 50 are on their way out; the tenth is used up by what was slashed.
    const { of } = close(stakes, epochOf(0, member(1, 500n), member(2, 400n)))
    expect(of(2)).toMatchObject({ activeMicroRuv: 150n, unbonding: [{ releaseAtMs: null }] })
  })

  it('an amount asked back is on the clock once all of it has ceased to count, the oldest first', () => {
    const record = { bondedMicroRuv: 100n, activeMicroRuv: 400n, waitingSinceMs: 1, unbonding: unbonding(60n, 240n) }
    const stakes = stakesOf({ validator: 1, record: settled(600n) }, { validator: 2, record })
    let [held, current] = [stakes, epochOf(0, member(1, 600n), member(2, 400n))]
    const clocks: unknown[] = []
    for (let round = 0; round < 4; round++) {
      const next = close(held, current)
      ;[held, current] = [next.after, next.epoch]
      clocks.push([next.active(2), ...(next.of(2)?.unbonding.map(({ releaseAtMs }) => releaseAtMs) ?? [])])
    }
    expect(clocks).toEqual([
      [300n, 11_000, null],
      [210n, 11_000, null],
      [129n, 11_000, null],
      [100n, 11_000, 11_000],
    ])
  })

  it('even all of them, where others wait: those come at once, whatever share that is', () => {
    // By the tenth alone nobody could have come, and the committee of the jailed would have stayed for ever.
    const stakes = stakesOf(
      { validator: 1, record: { ...settled(500n), jailedFromEpoch: 1 } },
      { validator: 2, record: { bondedMicroRuv: 90n, waitingSinceMs: 1 } },
      { validator: 3, record: { bondedMicroRuv: 2_000n, waitingSinceMs: 2 } },
    )
    const { epoch } = close(stakes, epochOf(0, member(1, 500n)))
    expect(epoch.committee).toEqual(committeeOf(member(2, 90n), member(3, 1_000n)))
  })

  it('not the last: where nobody would be left, the committee stays as it was', () => {
    const jailed = stakesOf({ validator: 1, record: { ...settled(500n), jailedFromEpoch: 1 } })
    const stays = close(jailed, epochOf(4, member(1, 500n)))
    expect([stays.epoch.epoch, stays.epoch.committee]).toEqual([5, [member(1, 500n)]])
    expect(stays.records.size).toBe(0)

    let [held, current] = [
      stakesOf({ validator: 1, record: { activeMicroRuv: 3n, waitingSinceMs: 1, unbonding: unbonding(3n) } }),
      epochOf(0, member(1, 3n)),
    ]
    for (let round = 0; round < 5; round++) {
      const next = close(held, current)
      ;[held, current] = [next.after, next.epoch]
      expect(next.of(1)?.unbonding).toMatchObject([{ releaseAtMs: null }])
    }
    expect(current.committee).toEqual([member(1, 1n)])
    // Somebody else comes: then it may go.
    held.set(bytesKey(testValidator(2).id), { ...newStakeRecord(owner, owner), bondedMicroRuv: 9n, waitingSinceMs: 0 })
    for (let round = 0; round < 12; round++) {
      const next = close(held, current)
      ;[held, current] = [next.after, next.epoch]
    }
    expect(current.committee.map(({ id }) => toHex(id))).toEqual([toHex(testValidator(2).id)])
  })
})

describe('the choice of a committee', () => {
  const many = Array.from({ length: 104 }, (_, index) => ({
    validator: index,
    record: settled(index < 100 ? 100n : BigInt(index)),
  }))

  it('is the largest hundred, of equals the lower ids', () => {
    const { committee } = close(stakesOf(...many), epochOf(0)).epoch
    expect(committee.length).toBe(100)
    const ids = committee.map(({ id }) => toHex(id))
    expect([...ids].sort()).toEqual(ids)
    const equals = many.slice(0, 101).map(({ validator }) => toHex(testValidator(validator).id))
    const left = equals.filter((id) => !ids.includes(id))
    // 101, 102 and 103 are in, so 97 of the 101 that have 100.
    expect(left.sort()).toEqual([...equals].sort().slice(-left.length))
    expect(left.length).toBe(4)
  })

  it('can be handed in, and must be some of those who have stake', () => {
    const stakes = stakesOf(...many.slice(0, 5))
    const current = epochOf(6)
    const seen: unknown[] = []
    const odd = closeEpoch(stakes, current, 1_000, parameters, (candidates, context) => {
      seen.push([candidates.length, context])
      return candidates.filter((_, index) => index % 2 === 1).reverse()
    })
    expect(seen).toEqual([[5, { epoch: 7 }]])
    const ids = [...stakes.keys()].sort()
    expect(odd.epoch.committee.map(({ id }) => bytesKey(id))).toEqual([ids[1], ids[3]])
    const close = (chosen: readonly CommitteeMember[]) => () =>
      closeEpoch(stakes, current, 1_000, parameters, () => chosen)
    expect(close([])).toThrow('a committee has members')
    expect(close([member(50, 1n)])).toThrow('a committee is chosen from the candidates')
    expect(close([member(1, 1n)])).toThrow('a committee is chosen from the candidates')
  })
})

it('no rUv is made or lost, no more changes than may, and all that was asked for comes in the end (property)', () => {
  const anyRecord = fc.record({
    bondedMicroRuv: fc.bigInt({ min: 0n, max: 1_500n }),
    activeMicroRuv: fc.bigInt({ min: 0n, max: 1_000n }),
    waitingSinceMs: fc.option(fc.nat(50)),
    jailedFromEpoch: fc.option(fc.constant(1), { freq: 5 }),
    unbonding: fc.array(
      fc.record({ amountMicroRuv: fc.bigInt({ min: 1n, max: 400n }), releaseAtMs: fc.constant(null) }),
      { maxLength: 4 },
    ),
  })
  fc.assert(
    fc.property(
      fc.array(anyRecord, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 400_000 }),
      (records, ppm) => {
        const changed = { maxStakeChangePpm: ppm }
        let held = stakesOf(...records.map((record, validator) => ({ validator, record })))
        const total = (stakes: Iterable<StakeRecord>) => [...stakes].reduce((sum, one) => sum + stakeOfRecord(one), 0n)
        const before = total(held.values())
        let current = epochOf(0, member(0, 1n))
        for (let round = 0; round < 3; round++) {
          const next = close(held, current, changed)
          const counted = [...held.values()].reduce((sum, { activeMicroRuv }) => sum + activeMicroRuv, 0n)
          let [moved, isStill] = [0n, next.records.size === 0]
          for (const [key, was] of held) {
            const is = next.after.get(key)
            const active = is?.activeMicroRuv ?? 0n
            if (isStill) continue
            const there =
              was.bondedMicroRuv + was.unbonding.reduce((sum, { amountMicroRuv }) => sum + amountMicroRuv, 0n)
            expect(active <= 1_000n && active <= there).toBe(true)
            if (was.jailedFromEpoch !== null) expect(active).toBe(0n)
            else if (was.activeMicroRuv <= there) {
              const step = active - was.activeMicroRuv
              moved += step < 0n ? -step : step
              // It never overshoots what it goes for.
              const target = was.bondedMicroRuv < 1_000n ? was.bondedMicroRuv : 1_000n
              if (step > 0n) expect(active <= target).toBe(true)
              if (step < 0n) expect(active >= target).toBe(true)
            }
            const held = is?.unbonding.filter(({ releaseAtMs }) => releaseAtMs === null) ?? []
            const backing = held.reduce((sum, { amountMicroRuv }) => sum + amountMicroRuv, is?.bondedMicroRuv ?? 0n)
            expect(active <= backing).toBe(true)
          }
          // Where nobody stays, those who wait come at once.
          const isOrdinary = [...held].some(
            ([key, was]) => was.activeMicroRuv > 0n && (next.after.get(key)?.activeMicroRuv ?? 0n) > 0n,
          )
          if (isOrdinary) expect(moved <= (counted * BigInt(ppm) + 999_999n) / 1_000_000n).toBe(true)
          expect(total(next.after.values())).toBe(before)
          expect(next.epoch.committee.length).toBeGreaterThan(0)
          ;[held, current] = [next.after, next.epoch]
        }
        const all = { maxStakeChangePpm: 1_000_000 }
        for (let round = 0; round < 40; round++) {
          const next = close(held, current, all)
          ;[held, current] = [next.after, next.epoch]
        }
        const left = [...held.values()]
        if (left.some(({ bondedMicroRuv, jailedFromEpoch }) => bondedMicroRuv > 0n && jailedFromEpoch === null)) {
          for (const { waitingSinceMs } of left) expect(waitingSinceMs).toBeNull()
        }
      },
    ),
    { seed: 3, numRuns: 400 },
  )
})

it('the first committee is the validators of the genesis with what counts of their stakes', () => {
  const validators = [1, 2, 3].map((validator) => ({
    publicKey: testValidator(validator).publicKey,
    stakeMicroRuv: BigInt(validator) * 400n,
  }))
  const genesis = testGenesis([], { maxValidatorStakeMicroRuv: 1_000n, minValidatorStakeMicroRuv: 1n }, { validators })
  const { committee } = genesisState(genesis).epoch
  expect(committee).toEqual(committeeOf(member(1, 400n), member(2, 800n), member(3, 1_000n)))
  expect(committee.every(({ id, publicKey }) => compareBytes(id, validatorIdOf(publicKey)) === 0)).toBe(true)
})
