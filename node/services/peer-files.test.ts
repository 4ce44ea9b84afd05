import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seededRng } from '../core/rng.ts'
import { loadOrCreatePeerKey } from '../p2p/host/identity.ts'
import { peerFiles } from './peer-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qudag-peer-files-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the files of the network layer', () => {
  it('are read as they were written, and bounded', async () => {
    const files = peerFiles(folder)
    expect(await files.read('a', 10)).toEqual({ ok: true, value: null })
    expect(await files.replace('a', new Uint8Array([1, 2, 3]))).toEqual({ ok: true, value: undefined })
    expect(await files.read('a', 3)).toEqual({ ok: true, value: new Uint8Array([1, 2, 3]) })
    expect(await files.read('a', 2)).toEqual({ ok: false, error: { fault: 'too-large' } })
    mkdirSync(join(folder, 'b'))
    expect(await files.replace('b', new Uint8Array([1]))).toMatchObject({ ok: false, error: { fault: 'write' } })
  })

  it('belong to their owner alone; a key that others can read is refused', async ({ skip }) => {
    if (process.platform === 'win32') skip('files have no mode here')
    const files = peerFiles(folder)
    await loadOrCreatePeerKey(files, seededRng(1))
    expect(readdirSync(folder)).toEqual(['peer.key'])
    expect((statSync(join(folder, 'peer.key')).mode & 0o777).toString(8)).toBe('600')
    chmodSync(join(folder, 'peer.key'), 0o640)
    await expect(loadOrCreatePeerKey(files, seededRng(2))).rejects.toMatchObject({
      code: 'PEER_KEY_PERMISSIONS',
      details: { reason: 'open-to-others' },
    })
  })
})
