/**
 * The built interface as a table: address, file, media type. It is read once, at the start; requests are looked up in it,
 * so that no text of a request ever becomes a path.
 */
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

export interface InterfaceFile {
  /** `/` for the page, `/assets/index-4f3a9c21.js` and the like for what it loads. */
  readonly address: string
  readonly path: string
  readonly contentType: string
  /** Its name changes with its content: it may be kept for good. */
  readonly isHashed: boolean
}

/** Files of an interface: its build has about fifty; thousands would be the wrong folder. */
const maxInterfaceFiles = 2_000

/** Bytes of all of them; a build has 4 MB. */
const maxInterfaceBytes = 64_000_000

export interface LoadedInterfaceFile extends InterfaceFile {
  readonly content: Buffer
}

/**
 * The same with their contents: what a page loads is of the build that the page is of, whatever happens to the folder.
 *
 * @returns undefined where no interface is built there, or it is being built just now
 */
export async function loadInterface(folder: string): Promise<readonly LoadedInterfaceFile[] | undefined> {
  const files = await readInterfaceFiles(folder)
  if (files === undefined) return undefined
  const loaded: LoadedInterfaceFile[] = []
  let bytes = 0
  for (const file of files) {
    const content = await readFile(file.path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined
      throw cause
    })
    bytes += content?.length ?? 0
    if (content === undefined || bytes > maxInterfaceBytes) return undefined
    loaded.push({ ...file, content })
  }
  return loaded
}

/** What a build consists of; anything else in the folder (source maps, the desktop's other page) is not for browsers. */
const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * @param folder of the build: `index.html`, and `assets/` with all that it loads
 * @returns undefined where no interface is built there
 */
export async function readInterfaceFiles(folder: string): Promise<readonly InterfaceFile[] | undefined> {
  const root = await filesIn(folder, false)
  if (!root.includes(join(folder, 'index.html'))) return undefined
  const assets = await filesIn(join(folder, 'assets'), true)
  const page = { address: '/', path: join(folder, 'index.html'), contentType: html, isHashed: false }
  return [page, ...[...root.filter(isImage), ...assets].flatMap((path) => entryOf(folder, path))]
}

const html = 'text/html; charset=utf-8'

/** At the root of a build lies what browsers look for there: its icons. */
function isImage(path: string): boolean {
  return contentTypes[extname(path)]?.startsWith('image/') === true
}

function entryOf(folder: string, path: string): InterfaceFile[] {
  const contentType = contentTypes[extname(path)]
  if (contentType === undefined) return []
  const address = `/${relative(folder, path).split(sep).map(encodeURIComponent).join('/')}`
  return [{ address, path, contentType, isHashed: /^\/assets\/.*-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/.test(address) }]
}

/**
 * Regular files only: a link may lead out of the folder. Empty where there is no such folder. Folder by folder, since inside
 * an archive of Electron's entries do not say which they are in.
 */
async function filesIn(folder: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return []
    throw cause
  })
  const paths = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name))
  if (recursive) {
    const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => filesIn(join(folder, name), true))
    paths.push(...(await Promise.all(below)).flat())
  }
  return paths.slice(0, maxInterfaceFiles).sort()
}
