import { describe, expect, it } from 'vitest'
import { bytesKey, toHex } from '../core/bytes.ts'
import { ManualClock } from '../core/clock.ts'
import { seededRng } from '../core/rng.ts'
import type { Message } from './messages.ts'
import { decodeMessage, encodeMessage } from './messages.ts'
import { chainId, createTestHost, type TestHost, testFacts, testProposals, testValidator } from './test-support.ts'
import type { EngineEffect } from './types.ts'
import { decodeVertex, type Vertex } from './vertex.ts'

/** A few engines joined by links of 50 ms over the wire's own encoding. */
function network(
  stakes: readonly bigint[],
  options: { drop?: (from: number, to: number, message: Message) => boolean; epochMs?: number } = {},
) {
  const clock = new ManualClock()
  const validators = stakes.map((stake, index) => testValidator(index + 1, stake))
  const keyOf = (index: number): string => bytesKey((validators[index] as { id: Uint8Array }).id)
  const nodes: TestHost[] = validators.map(({ id }, index) => {
    const disk: Vertex[] = []
    const deliver = (to: number, message: Message): void => {
      if (to === index || options.drop?.(index, to, message) === true) return
      const bytes = encodeMessage(message)
      clock.after(50, () => {
        const decoded = decodeMessage(chainId, bytes)
        if (!decoded.ok) throw new Error(decoded.error.code)
        nodes[to]?.feed({ type: 'message', from: keyOf(index), message: decoded.value })
      })
    }
    const carryOut = (effect: EngineEffect): void => {
      if (effect.type === 'store') disk.push(effect.vertex)
      else if (effect.type === 'journal' && effect.kind === 'vertex') {
        const own = decodeVertex(chainId, effect.bytes)
        if (own.ok) disk.push(own.value)
      } else if (effect.type === 'verify') {
        if (effect.kind === 'checkpoint')
          node.feed({ type: 'verified', kind: 'checkpoint', id: effect.id, isGood: true })
        else {
          const { hash } = effect.vertex
          node.feed({ type: 'verified', kind: 'vertex', hash, isGood: true, transactions: testFacts(effect.vertex) })
        }
      } else if (effect.type === 'lookup') {
        const { references, fromRound } = effect
        const vertices = disk
          .filter(({ hash, round, epoch }) =>
            fromRound === null
              ? references.some((reference) => toHex(reference.hash) === toHex(hash))
              : epoch === effect.epoch && round >= fromRound,
          )
          .sort((a, b) => a.round - b.round)
          .slice(0, 100)
        const to = validators.findIndex((_, at) => keyOf(at) === effect.to)
        if (vertices.length > 0) deliver(to, { kind: 'vertices', vertices })
      } else if (effect.type === 'send') {
        if (effect.to === null) for (let to = 0; to < nodes.length; to++) deliver(to, effect.message)
        else
          deliver(
            validators.findIndex((_, at) => keyOf(at) === effect.to),
            effect.message,
          )
      }
    }
    const node = createTestHost(
      {
        validators,
        self: id,
        rng: seededRng(index),
        ...(options.epochMs === undefined ? {} : { epochMs: options.epochMs }),
      },
      { clock, carryOut },
    )
    return node
  })
  for (const [index, node] of nodes.entries()) {
    for (let peer = 0; peer < nodes.length; peer++) {
      if (peer !== index) node.feed({ type: 'connected', peer: keyOf(peer) })
    }
  }
  return { clock, nodes }
}

const order = ({ commits }: TestHost): string[] =>
  commits.map((commit) => `${commit.commitTimeMs} ${commit.vertices.map(({ hash }) => toHex(hash)).join()}`)

const carried = ({ commits }: TestHost): number =>
  commits.flatMap(({ vertices }) => vertices).reduce((sum, vertex) => sum + vertex.transactions.length, 0)

describe('engines on a network', () => {
  it.each([
    ['four of equal stake', [1n, 1n, 1n, 1n]],
    ['seven of unequal stake', [5n, 1n, 3n, 2n, 2n, 1n, 1n]],
  ])('of %s commit the same order, and every transaction once', (_, stakes) => {
    const { clock, nodes } = network(stakes)
    clock.advance(1_000)
    for (let burst = 0; burst < 20; burst++) {
      nodes[burst % nodes.length]?.feed({ type: 'transactions', proposals: testProposals(burst * 5, 5) })
      clock.advance(200)
    }
    clock.advance(5_000)
    const orders = nodes.map(order)
    const shortest = Math.min(...orders.map(({ length }) => length))
    expect(shortest).toBeGreaterThan(20)
    for (const one of orders) expect(one.slice(0, shortest)).toEqual(orders[0]?.slice(0, shortest))
    expect(nodes.map(carried)).toEqual(nodes.map(() => 100))
    const certified = nodes.map(({ effects }) =>
      effects.flatMap((effect) => (effect.type === 'certified' ? [toHex(effect.hash)] : [])),
    )
    expect(certified[0]?.length).toBeGreaterThan(1)
    for (const one of certified) expect(one).toEqual(certified[0])
  })

  it('goes on without one of four, and takes it in again', () => {
    let isCut = true
    const { clock, nodes } = network([1n, 1n, 1n, 1n], { drop: (from, to) => isCut && (from === 3 || to === 3) })
    clock.advance(1_000)
    for (let burst = 0; burst < 30; burst++) {
      nodes[burst % 3]?.feed({ type: 'transactions', proposals: testProposals(burst * 5, 5) })
      clock.advance(200)
    }
    clock.advance(3_000)
    expect(carried(nodes[0] as TestHost)).toBe(150)
    expect(carried(nodes[3] as TestHost)).toBe(0)
    isCut = false
    nodes[3]?.feed({ type: 'transactions', proposals: testProposals(1_000, 5) })
    clock.advance(20_000)
    expect(nodes.map(carried)).toEqual([155, 155, 155, 155])
  })

  it('passes from epoch to epoch with every transaction', () => {
    const { clock, nodes } = network([2n, 1n, 1n, 1n], { epochMs: 3_000 })
    for (let burst = 0; burst < 60; burst++) {
      nodes[burst % 4]?.feed({ type: 'transactions', proposals: testProposals(burst * 5, 5) })
      clock.advance(200)
    }
    clock.advance(10_000)
    expect(nodes.map(carried)).toEqual([300, 300, 300, 300])
    expect(nodes.map(({ engine }) => engine.status.epoch >= 3)).toEqual([true, true, true, true])
    const orders = nodes.map(order)
    const shortest = Math.min(...orders.map(({ length }) => length))
    for (const one of orders) expect(one.slice(0, shortest)).toEqual(orders[0]?.slice(0, shortest))
  })
  it('ends an epoch although its last signatures were lost, while it goes on making vertices', () => {
    let isLost = true
    const { clock, nodes } = network([1n, 1n, 1n, 1n], {
      epochMs: 3_000,
      drop: (_, __, { kind }) => isLost && kind === 'checkpoint-signature',
    })
    for (let burst = 0; burst < 25; burst++) {
      nodes[burst % 4]?.feed({ type: 'transactions', proposals: testProposals(burst * 5, 5) })
      clock.advance(200)
    }
    expect(nodes.map(({ engine }) => engine.status.epoch)).toEqual([0, 0, 0, 0])
    isLost = false
    clock.advance(3_000)
    expect(nodes.map(({ engine }) => engine.status.epoch >= 1)).toEqual([true, true, true, true])
    expect(nodes.map(carried)).toEqual([125, 125, 125, 125])
  })
})
