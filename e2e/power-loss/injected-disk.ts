/**
 * Runs a program on a disk that loses power: builds the library of drop-unsynced.c with the system's compiler, preloads it
 * into a Node process, kills that after so many lines of its output, and lays out what the disk would hold then.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Why the injected disk cannot be used on this machine; undefined where it can. */
export function whyNoInjectedDisk(): string | undefined {
  if (process.platform !== 'linux')
    return `the injected disk needs LD_PRELOAD and statx, which ${process.platform} lacks`
  if (spawnSync('cc', ['--version']).status !== 0) return 'the injected disk needs a C compiler named cc'
  return undefined
}

/** @returns path of the library */
export function buildInjectedDisk(folder: string): string {
  const library = join(folder, 'drop-unsynced.so')
  const source = fileURLToPath(new URL('./drop-unsynced.c', import.meta.url))
  const build = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-Wall', '-o', library, source, '-ldl', '-lpthread'], {
    encoding: 'utf8',
  })
  if (build.status !== 0) throw new Error(`the injected disk does not build: ${build.stderr}`)
  return library
}

export interface PowerLoss {
  /** What the disk holds: a fresh folder with everything that was synced in the data folder, and nothing else. */
  readonly survived: string
  /** All lines that the program printed before the end. */
  readonly lines: readonly string[]
}

/**
 * @param script TypeScript program, run with the data folder as its first argument; prints a line for each promise it makes
 * @param killAfterLines lines after which it is killed; undefined lets it end by itself
 * @param breakAfterSyncs syncs after which every further one fails; undefined for a disk that never does
 */
export async function runUntilPowerLoss({
  library,
  workFolder,
  dataFolder,
  script,
  parameters = [],
  killAfterLines,
  breakAfterSyncs,
}: {
  library: string
  workFolder: string
  dataFolder: string
  script: URL
  parameters?: readonly string[]
  killAfterLines?: number
  breakAfterSyncs?: number
}): Promise<PowerLoss> {
  const image = mkdtempSync(join(workFolder, 'image-'))
  const child = spawn(process.execPath, [fileURLToPath(script), dataFolder, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      LD_PRELOAD: library,
      QUDAG_DISK_ROOT: dataFolder,
      QUDAG_DISK_IMAGE: image,
      ...(breakAfterSyncs === undefined ? {} : { QUDAG_DISK_SYNCS: String(breakAfterSyncs) }),
      // Syncs through the kernel's ring would pass the library by.
      UV_USE_IO_URING: '0',
    },
  })
  let output = ''
  let seen = 0
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (chunk: string) => {
    output += chunk
    seen += chunk.split('\n').length - 1
    if (killAfterLines !== undefined && seen >= killAfterLines) child.kill('SIGKILL')
  })
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, string | null]
  const expected = killAfterLines === undefined ? exitCode === 0 : signal === 'SIGKILL'
  if (!expected) throw new Error(`the program ended by itself: exit code ${exitCode}, signal ${signal}`)

  const survived = mkdtempSync(join(workFolder, 'survived-'))
  layOut(image, 'root', survived)
  return { survived, lines: output.split('\n').slice(0, -1) }
}

function layOut(image: string, folderKey: string, target: string): void {
  const list = join(image, 'dirs', folderKey)
  // A folder whose name is durable, and that was never synced itself, is empty.
  if (!existsSync(list)) return
  for (const line of readFileSync(list, 'utf8').split('\n').slice(0, -1)) {
    const [, kind, key, name] = /^([FD]) (\S+) (.*)$/.exec(line) as unknown as [string, string, string, string]
    const path = join(target, name)
    if (kind === 'D') {
      mkdirSync(path, { mode: 0o700 })
      layOut(image, key, path)
    } else if (existsSync(join(image, 'files', key))) copyFileSync(join(image, 'files', key), path)
    else writeFileSync(path, '')
  }
}
