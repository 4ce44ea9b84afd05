import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { SecretBytes } from './secrets.ts'

describe('SecretBytes', () => {
  it('shows nothing of itself, wherever it is printed', () => {
    const secret = SecretBytes.copyOf(Uint8Array.of(1, 2, 3))
    expect([`${secret}`, JSON.stringify({ secret }), inspect({ secret }), String(secret)]).toEqual([
      '[secret]',
      '{"secret":"[secret]"}',
      '{ secret: [secret] }',
      '[secret]',
    ])
    expect(Object.keys(secret)).toEqual([])
  })

  it('zeroes the buffer it was given, and lends nothing afterwards', () => {
    const buffer = Uint8Array.of(1, 2, 3)
    const secret = new SecretBytes(buffer)
    expect(secret.use((bytes) => bytes)).toBe(buffer)
    secret.wipe()
    secret.wipe()
    expect([...buffer]).toEqual([0, 0, 0])
    expect([secret.wiped, secret.length]).toEqual([true, 0])
    expect(() => secret.use(() => undefined)).toThrow('broken invariant')
  })

  it('copies into a buffer of its own', () => {
    const secret = new SecretBytes(Uint8Array.of(7))
    const copy = secret.copy()
    secret.wipe()
    expect(copy.use((bytes) => [...bytes])).toEqual([7])
  })
})
