import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import { seededRng } from '../../core/rng.ts'
import { loadOrCreatePeerKey, peerKeyFileName } from './identity.ts'
import { memoryFiles } from './testing/memory-files.ts'

const idOf = async (files: ReturnType<typeof memoryFiles>, seed = 1): Promise<string> =>
  peerIdFromPrivateKey(await loadOrCreatePeerKey(files, seededRng(seed))).toString()

async function codeOf(files: ReturnType<typeof memoryFiles>): Promise<string> {
  try {
    await loadOrCreatePeerKey(files, seededRng(1))
    return 'none'
  } catch (error) {
    return error instanceof NodeError ? error.code : String(error)
  }
}

describe('the key of a node', () => {
  it('is made once, and is the same from then on', async () => {
    const files = memoryFiles()
    const id = await idOf(files, 1)
    expect(id).toMatch(/^12D3KooW/)
    expect(await idOf(files, 2)).toBe(id)
    expect(files.writes).toBe(1)
    expect(await idOf(memoryFiles(), 2)).not.toBe(id)
  })

  it('is refused where others could have changed it, and left as it is where it is damaged', async () => {
    const files = memoryFiles()
    files.fault = { fault: 'permissions', reason: 'open-to-others' }
    expect(await codeOf(files)).toBe('PEER_KEY_PERMISSIONS')
    files.fault = { fault: 'read', systemCode: 'EIO' }
    expect(await codeOf(files)).toBe('PEER_KEY_READ_FAILED')
    files.fault = undefined
    files.content.set(peerKeyFileName, new Uint8Array(5_000))
    expect(await codeOf(files)).toBe('PEER_KEY_DAMAGED')
    expect(files.content.get(peerKeyFileName)).toHaveLength(5_000)
  })

  it('that cannot be kept is no key', async () => {
    const files = memoryFiles()
    const failing = {
      ...files,
      replace: async () => ({ ok: false, error: { fault: 'write', systemCode: 'ENOSPC' } }) as const,
    }
    await expect(loadOrCreatePeerKey(failing, seededRng(1))).rejects.toMatchObject({
      code: 'PEER_KEY_WRITE_FAILED',
      details: { systemCode: 'ENOSPC' },
    })
  })

  it('is never taken from a file that was altered anywhere it matters (property)', async () => {
    const files = memoryFiles()
    const id = await idOf(files)
    const sound = files.content.get(peerKeyFileName) ?? new Uint8Array()
    await fc.assert(
      fc.asyncProperty(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 }), async (at, byte) => {
        const altered = Uint8Array.from(sound)
        altered[at] = byte
        files.content.set(peerKeyFileName, altered)
        const code = await codeOf(files)
        if (code === 'none') expect(await idOf(files)).toBe(id)
        else expect(code).toBe('PEER_KEY_DAMAGED')
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        files.content.set(peerKeyFileName, utf8(JSON.stringify(value)))
        expect(await codeOf(files)).toBe('PEER_KEY_DAMAGED')
      }),
    )
  })
})
