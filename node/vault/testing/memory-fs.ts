/**
 * A disk in memory that can fail at any step, and that forgets at a power cut what was not synced:
 * a file's content until its own sync, a folder's entries until the folder's sync.
 */
import { dirname } from 'node:path'
import type { NewFile, VaultFs } from '../file-system.ts'

interface Inode {
  content: Uint8Array
  /** What a power cut leaves; undefined before the first sync. */
  synced: Uint8Array | undefined
  mode: number
  uid: number
}

type EntryChange =
  | { readonly path: string; readonly inode: Inode }
  | { readonly path: string; readonly inode: undefined }

/** What happens at one step, counted from 0: an error before or after its effect; a crash lets nothing happen afterwards. */
export interface Fault {
  readonly atStep: number
  readonly when: 'before' | 'after'
  readonly kind: 'error' | 'crash'
}

export interface MemoryFs extends VaultFs {
  /** Names of the steps so far. */
  readonly steps: readonly string[]
  plan(fault: Fault | undefined): void
  /** Visible content; undefined where there is no such file. */
  content(path: string): Uint8Array | undefined
  /** Puts a file there, synced, as if it had always been. */
  put(path: string, bytes: Uint8Array, attributes?: { mode?: number; uid?: number }): void
  mode(path: string): number | undefined
  paths(): string[]
  /** Every disk that a power cut now could leave. */
  afterPowerCut(): MemoryFs[]
  copy(): MemoryFs
}

const ownUid = 1_000

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code })
}

export function createMemoryFs(initial: ReadonlyMap<string, Inode> = new Map()): MemoryFs {
  const cloneInode = (inode: Inode): Inode => ({ ...inode, content: Uint8Array.from(inode.content) })
  const visible = new Map([...initial].map(([path, inode]) => [path, cloneInode(inode)]))
  const durable = new Map(visible)
  let pending: EntryChange[] = []
  const steps: string[] = []
  let fault: Fault | undefined
  let crashed = false

  const step = async <T>(name: string, effect: () => T): Promise<T> => {
    if (crashed) throw systemError('ECRASHED')
    const hit = fault !== undefined && fault.atStep === steps.length ? fault : undefined
    steps.push(name)
    if (hit === undefined) return effect()
    if (hit.when === 'after') effect()
    crashed = hit.kind === 'crash'
    throw systemError('ENOSPC')
  }

  const change = (entry: EntryChange): void => {
    pending.push(entry)
    if (entry.inode === undefined) visible.delete(entry.path)
    else visible.set(entry.path, entry.inode)
  }

  const fs: MemoryFs = {
    steps,
    plan(next) {
      fault = next
      steps.length = 0
      crashed = false
    },
    content: (path) => visible.get(path)?.content,
    mode: (path) => visible.get(path)?.mode,
    paths: () => [...visible.keys()].sort(),
    put(path, bytes, { mode = 0o600, uid = ownUid } = {}) {
      const inode = { content: Uint8Array.from(bytes), synced: Uint8Array.from(bytes), mode, uid }
      visible.set(path, inode)
      durable.set(path, inode)
    },
    copy: () => createMemoryFs(visible),

    afterPowerCut() {
      const outcomes: MemoryFs[] = []
      // Entries reach the disk in order; how many of them did is chance.
      for (let kept = 0; kept <= pending.length; kept++) {
        const entries = new Map(durable)
        for (const { path, inode } of pending.slice(0, kept)) {
          if (inode === undefined) entries.delete(path)
          else entries.set(path, inode)
        }
        for (const share of [0, 0.5, 1]) {
          const files = new Map<string, Inode>()
          for (const [path, inode] of entries) {
            const content = inode.synced ?? inode.content.slice(0, Math.floor(inode.content.length * share))
            files.set(path, { ...inode, content, synced: content })
          }
          outcomes.push(createMemoryFs(files))
        }
      }
      return outcomes
    },

    read: (path, maxBytes) =>
      step(`read ${path}`, () => {
        const inode = visible.get(path)
        if (inode === undefined) return { kind: 'missing' }
        if (inode.content.length > maxBytes) return { kind: 'too-large' }
        return { kind: 'file', bytes: Uint8Array.from(inode.content), mode: inode.mode, uid: inode.uid }
      }),

    create: (path) =>
      step(`create ${path}`, (): NewFile => {
        if (visible.has(path)) throw systemError('EEXIST')
        const inode: Inode = { content: new Uint8Array(), synced: undefined, mode: 0o600, uid: ownUid }
        change({ path, inode })
        return {
          write: (bytes) =>
            step(`write ${path}`, () => {
              inode.content = Uint8Array.from(bytes)
            }),
          sync: () =>
            step(`sync ${path}`, () => {
              inode.synced = Uint8Array.from(inode.content)
            }),
          close: () => step(`close ${path}`, () => undefined),
        }
      }),

    rename: (from, to) =>
      step(`rename ${from}`, () => {
        const inode = visible.get(from)
        if (inode === undefined) throw systemError('ENOENT')
        change({ path: to, inode })
        change({ path: from, inode: undefined })
      }),

    remove: (path) =>
      step(`remove ${path}`, () => {
        if (visible.has(path)) change({ path, inode: undefined })
      }),

    syncFolder: (path) =>
      step(`sync-folder ${path}`, () => {
        const own = pending.filter((entry) => dirname(entry.path) === path)
        pending = pending.filter((entry) => dirname(entry.path) !== path)
        for (const { path: name, inode } of own) {
          if (inode === undefined) durable.delete(name)
          else durable.set(name, inode)
        }
      }),

    makeFolder: (path) => step(`make-folder ${path}`, () => undefined),
    ownUid: () => ownUid,
  }
  return fs
}
