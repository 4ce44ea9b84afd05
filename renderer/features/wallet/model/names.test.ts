import { describe, expect, it } from 'vitest'
import { matching, type NamedAddress } from './names.ts'

const entry = (name: string, address: string): NamedAddress => ({ name, address, kind: 'book' })
const savings = entry('Savings', 'ruvd1qzkmat7q5')
const thomas = entry('Thomas', 'ruvd1qqq222')
const mara = entry('Mara Lindqvist', 'ruvd1qr353cwt')
const all = [savings, thomas, mara]

describe('matching', () => {
  it('puts a name that begins with the text before one that has it somewhere, whatever their addresses', () => {
    expect(matching(all, 'ma')).toEqual([mara, thomas])
    expect(matching(all, ' MA')).toEqual([mara, thomas])
  })

  it('looks in addresses for what is long enough not to be in them by chance, after the names', () => {
    expect(matching(all, 'mat')).toEqual([])
    expect(matching(all, 'kmat')).toEqual([savings])
    const named = entry('kmat', 'ruvd1q0')
    expect(matching([savings, named], 'kmat')).toEqual([named, savings])
  })

  it('keeps the order of those that fit alike, and gives all for nothing', () => {
    expect(matching(all, '')).toEqual(all)
    expect(matching(all, 'ruvd')).toEqual(all)
  })
})
