import { describe, expect, it } from 'vitest'
import { jsonSerializers } from './bytes-serializer.ts'
import { errorTable } from './errors.ts'
import { contract, contractLimits, meaningOf } from './index.ts'
import { amount, timestamp } from './shapes.ts'

interface Declared {
  readonly '~orpc': {
    readonly route: { method?: string; path?: string; successStatus?: number }
    readonly errorMap: Record<string, { status: number }>
  }
}

const procedures = Object.entries(contract).flatMap(([area, group]) =>
  Object.entries(group).map(([name, procedure]) => [`${area}.${name}`, procedure as unknown as Declared] as const),
)

describe('contract', () => {
  it('has the routes of the REST interface, no two alike', () => {
    const routes = procedures
      .map(([, procedure]) => procedure['~orpc'].route)
      .filter((route) => route.path !== undefined)
      .map(({ method, path, successStatus }) => `${method} ${path} ${successStatus}`)
    expect(new Set(routes).size).toBe(routes.length)
    expect(routes.sort()).toEqual([
      'DELETE /network/bans/{id} 200',
      'GET /accounts 200',
      'GET /accounts/{account} 200',
      'GET /accounts/{account}/policy 200',
      'GET /checkpoints/{seq} 200',
      'GET /network/bootstrap 200',
      'GET /network/graph 200',
      'GET /network/peers 200',
      'GET /network/reachability 200',
      'GET /network/stats 200',
      'GET /network/status 200',
      'GET /network/sync 200',
      'GET /network/traffic 200',
      'GET /network/validators 200',
      'GET /network/vertices/{hash} 200',
      'GET /proofs/accounts/{account} 200',
      'GET /transactions 200',
      'GET /transactions/{txId} 200',
      'GET /validators 200',
      'POST /accounts 201',
      'POST /faucet 202',
      'POST /network/bans 201',
      'POST /network/peers 201',
      'POST /transactions 202',
    ])
  })

  it.each(procedures)('%s declares errors of the table, with its statuses', (_, procedure) => {
    const { errorMap } = procedure['~orpc']
    expect(Object.keys(errorMap)).toContain('INTERNAL')
    for (const [code, { status }] of Object.entries(errorMap)) expect(status).toBe(meaningOf(code)?.status)
  })

  it('has no error without a sentence, and no status that is none', () => {
    for (const [code, { status, meaning }] of Object.entries(errorTable)) {
      expect(code).toMatch(/^[A-Z][A-Z_]+$/)
      expect(meaning).toMatch(/^[A-Z].*\.$/)
      expect(status >= 400 && status < 600).toBe(true)
    }
    expect(meaningOf('constructor')).toBeUndefined()
  })
})

describe('shapes', () => {
  it('an amount is a plain decimal within 64 bits', () => {
    for (const text of ['0', '1', '18446744073709551615']) expect(amount.safeParse(text).success).toBe(true)
    for (const text of ['', '01', '+1', '1.0', '1e3', ' 1', '18446744073709551616', '٣', 1, 1n, null]) {
      expect(amount.safeParse(text).success).toBe(false)
    }
  })

  it('a time is UTC with milliseconds', () => {
    expect(timestamp.safeParse('2025-06-15T15:06:40.000Z').success).toBe(true)
    for (const text of ['2025-06-15T15:06:40Z', '2025-06-15T15:06:40.000+00:00', '2025-06-15']) {
      expect(timestamp.safeParse(text).success).toBe(false)
    }
  })
})

describe('jsonSerializers', () => {
  const [serializer] = jsonSerializers

  it('brings bytes back, Buffers too', () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0, 127, 255), Buffer.from('text')]) {
      expect(serializer.condition(bytes)).toBe(true)
      expect([...serializer.deserialize(serializer.serialize(bytes))]).toEqual([...bytes])
    }
  })

  it('refuses what is not hex', () => {
    for (const wire of ['0', 'zz', 1, null, {}]) expect(() => serializer.deserialize(wire)).toThrow(TypeError)
  })

  it('a backup of the largest size fits a frame', async () => {
    const { transportLimits } = await import('../transports/limits.ts')
    expect(2 * contractLimits.maxBackupBytes + 1_000).toBeLessThan(transportLimits.maxFrameBytes)
  })
})
