import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isNetworkLink, linkOf, parseArguments } from './arguments.ts'

describe('parseArguments', () => {
  it('takes the flags of the headless node, in either form', () => {
    expect(parseArguments(['--data-dir', '/d', '--network=dev', '--api-port', '0'])).toEqual({
      flags: { dataDir: '/d', network: 'dev', apiPort: '0' },
      config: undefined,
      hidden: false,
      link: undefined,
    })
    expect(parseArguments(['--config=/c.json', '--hidden'])).toMatchObject({ config: '/c.json', hidden: true })
  })

  it('leaves alone what belongs to Chromium, and a flag whose value is missing', () => {
    expect(parseArguments(['--disable-gpu', '--user-data-dir=/u', '--data-dir', '--hidden', 'stray'])).toMatchObject({
      flags: {},
      hidden: true,
    })
    expect(parseArguments(['--network']).flags).toEqual({})
  })

  it('finds a link among them', () => {
    expect(parseArguments(['--hidden', 'qudag:abc?amount=1']).link).toBe('qudag:abc?amount=1')
  })
})

describe('linkOf', () => {
  it('looks at a link in any case of letters', () => {
    expect(linkOf(['/usr/bin/app', '--flag', 'QuDag:abc'])).toBe('QuDag:abc')
  })

  it('takes a link to a network, too', () => {
    expect(linkOf(['--flag', 'QUDAG-network:?genesis=00'])).toBe('QUDAG-network:?genesis=00')
    expect(isNetworkLink('QUDAG-network:?genesis=00')).toBe(true)
    expect(isNetworkLink('qudag:abc')).toBe(false)
    expect(linkOf([`qudag-network:?${'a'.repeat(2_034)}`])).toBeUndefined()
  })

  it('takes none of two, and none that is too long', () => {
    expect(linkOf(['qudag:a', 'qudag:b'])).toBeUndefined()
    expect(linkOf(['qudag:a', 'qudag-network:?genesis=00'])).toBeUndefined()
    expect(linkOf([`qudag:${'a'.repeat(2_042)}`])).toHaveLength(2_048)
    expect(linkOf([`qudag:${'a'.repeat(2_043)}`])).toBeUndefined()
  })

  it('sees nothing in other arguments (property)', () => {
    const other = fc.string().filter((text) => !/^qudag(?:-network)?:/i.test(text))
    fc.assert(fc.property(fc.array(other), (argv) => linkOf(argv) === undefined))
    fc.assert(fc.property(fc.array(other), fc.array(other), (a, b) => linkOf([...a, 'qudag:x', ...b]) === 'qudag:x'))
  })
})
