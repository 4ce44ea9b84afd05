import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choiceFrom, isChainFolder } from './chain-folders.ts'

const base = '/home/mara/.local/share/qudag-exchange'
const folder = `${base}/networks/0123456789abcdef`

describe('isChainFolder', () => {
  it('is the first folder, and those of the chains in it', () => {
    for (const known of [base, folder]) expect(isChainFolder(base, known)).toBe(true)
  })

  it.each([
    '/etc',
    '',
    '.',
    `${base}/networks`,
    `${base}/networks/0123456789abcdeF`,
    `${base}/networks/0123456789abcdef0`,
    `${base}/networks/0123456789abcdef/x`,
    `${base}/networks/../0123456789abcdef`,
    `${base}/networks/./0123456789abcdef`,
    `${folder}/`,
    `${folder}/../0123456789abcdef`,
    `${base}x/networks/0123456789abcdef`,
    'networks/0123456789abcdef',
  ])('is not %s', (other) => expect(isChainFolder(base, other)).toBe(false))

  it('is nothing outside the first folder (property)', () => {
    const part = fc.constantFrom('..', '.', 'networks', '0123456789abcdef', '', 'x')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const path = [base, ...parts].join('/')
        if (isChainFolder(base, path)) expect([base, folder]).toContain(path)
      }),
    )
  })
})

describe('choiceFrom', () => {
  it('takes a folder of the chains before a network, and nothing else', () => {
    expect(choiceFrom({ dataDir: folder, network: 'dev' }, base)).toEqual({ dataDir: folder })
    expect(choiceFrom({ network: '/genesis.json' }, base)).toEqual({ network: '/genesis.json' })
    expect(choiceFrom({ dataDir: '/etc', network: 'dev' }, base)).toEqual({ network: 'dev' })
    for (const value of [undefined, null, 'dev', 1, [], { network: 1 }, { dataDir: '/etc' }]) {
      expect(choiceFrom(value, base)).toEqual({})
    }
  })
})
