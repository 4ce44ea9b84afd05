import { describe, expect, it } from 'vitest'
import { utf8 } from '../core/bytes.ts'
import { readPrivateFile, replacePrivateFile } from './private-file.ts'
import { createMemoryFs, type MemoryFs } from './testing/memory-fs.ts'

const path = '/data/file'
const before = utf8('the old content')
const after = utf8('the new content, which is longer')
const text = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes)

const stepsOf = async (): Promise<readonly string[]> => {
  const fs = createMemoryFs()
  await replacePrivateFile(fs, path, after)
  return [...fs.steps]
}

function diskWith(content: Uint8Array | undefined): MemoryFs {
  const fs = createMemoryFs()
  if (content !== undefined) fs.put(path, content)
  return fs
}

describe('replacing a file', () => {
  it('takes these steps', async () => {
    expect(await stepsOf()).toEqual([
      'make-folder /data',
      'remove /data/file.tmp',
      'create /data/file.tmp',
      'write /data/file.tmp',
      'sync /data/file.tmp',
      'close /data/file.tmp',
      'rename /data/file.tmp',
      'sync-folder /data',
    ])
  })

  it.each([
    ['the old file', before],
    ['no file', undefined],
  ])('leaves %s or the new one, whole, wherever the power is cut', async (_, old) => {
    const steps = await stepsOf()
    const seen = new Set<string | undefined>()
    for (let atStep = 0; atStep < steps.length; atStep++) {
      for (const when of ['before', 'after'] as const) {
        const fs = diskWith(old)
        fs.plan({ atStep, when, kind: 'crash' })
        expect((await replacePrivateFile(fs, path, after)).ok).toBe(false)
        for (const disk of fs.afterPowerCut()) {
          const found = text(disk.content(path))
          expect([text(old), text(after)]).toContain(found)
          seen.add(found)
          // And the next write works, past whatever was left.
          expect(await replacePrivateFile(disk, path, after)).toEqual({ ok: true, value: undefined })
          expect(await readPrivateFile(disk, path, 100)).toEqual({ ok: true, value: after })
        }
      }
    }
    expect(seen).toEqual(new Set([text(old), text(after)]))
  })

  it('lasts once it has answered', async () => {
    const fs = diskWith(before)
    await replacePrivateFile(fs, path, after)
    for (const disk of fs.afterPowerCut()) expect(text(disk.content(path))).toBe(text(after))
  })

  it('says where it failed, leaves the old file and nothing beside it', async () => {
    const steps = await stepsOf()
    for (let atStep = 0; atStep < steps.length - 1; atStep++) {
      const fs = diskWith(before)
      fs.plan({ atStep, when: 'before', kind: 'error' })
      expect(await replacePrivateFile(fs, path, after)).toMatchObject({
        ok: false,
        error: { systemCode: 'ENOSPC', replaced: false },
      })
      expect(text(fs.content(path))).toBe(text(before))
      expect(fs.paths()).toEqual([path])
    }
    const fs = diskWith(before)
    fs.plan({ atStep: steps.length - 1, when: 'before', kind: 'error' })
    expect(await replacePrivateFile(fs, path, after)).toEqual({
      ok: false,
      error: { step: 'sync-folder', systemCode: 'ENOSPC', replaced: true },
    })
  })

  it('would be caught without its syncs: the disk model forgets what was not synced', async () => {
    const lossy = (without: 'file' | 'folder'): MemoryFs => {
      const fs = diskWith(before)
      const { create } = fs
      if (without === 'folder') fs.syncFolder = async () => undefined
      else fs.create = async (name) => ({ ...(await create(name, 0o600)), sync: async () => undefined })
      return fs
    }
    for (const without of ['file', 'folder'] as const) {
      const fs = lossy(without)
      await replacePrivateFile(fs, path, after)
      const left = fs.afterPowerCut().map((disk) => text(disk.content(path)))
      expect(left.some((content) => content !== text(after))).toBe(true)
    }
  })
})
