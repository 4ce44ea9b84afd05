import { describe, expect, it } from 'vitest'
import type { MissingPart } from '../types.ts'
import { loadMdns, loadUpnp, loadWebRtc, reasonOf, tryPart } from './optional-parts.ts'

describe('an optional part', () => {
  it('is there where it can be had, and named with the reason where not', async () => {
    for (const [part, load] of [
      ['webrtc', loadWebRtc],
      ['mdns', loadMdns],
      ['upnp', loadUpnp],
    ] as const) {
      const missing: MissingPart[] = []
      const loaded = await tryPart(part, missing, load as () => Promise<unknown>)
      // Which of the two holds depends on the machine; never both, never neither.
      expect(missing.map((entry) => entry.part)).toEqual(loaded === undefined ? [part] : [])
    }
  })

  it('does not stop the node', async () => {
    const missing: MissingPart[] = []
    const noModule = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
    expect(await tryPart('webrtc', missing, () => Promise.reject(noModule))).toBeUndefined()
    expect(await tryPart('mdns', missing, () => Promise.reject(new Error('one line\nand a stack')))).toBeUndefined()
    expect(missing).toEqual([
      { part: 'webrtc', reason: 'ERR_MODULE_NOT_FOUND' },
      { part: 'mdns', reason: 'one line' },
    ])
    expect(reasonOf('text')).toBe('text')
    expect(reasonOf(null)).toBe('null')
  })
})
