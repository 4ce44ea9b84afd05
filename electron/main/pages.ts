/**
 * The pages of the app and the files they load, by address. The table is read once, at the start: no text of a request ever
 * becomes a path. Each kind of window has its own page and cannot load the other's.
 */
import { join } from 'node:path'
import { readInterfaceFiles } from '../../node/api/transports/http/index.ts'

export const appScheme = 'app'
export const appHost = 'qudag'

/** `page` shows everything and takes no secret; `secret` takes or shows one, and lives as long as that takes. */
export type WindowKind = 'page' | 'secret'

const pageNames: Readonly<Record<WindowKind, string>> = { page: 'index.html', secret: 'secret.html' }

export interface PageFile {
  readonly path: string
  readonly contentType: string
  readonly isPage: boolean
}

export type PageTable = ReadonlyMap<string, PageFile>

export function pageAddress(kind: WindowKind, fragment?: string): string {
  return `${appScheme}://${appHost}/${pageNames[kind]}${fragment === undefined ? '' : `#${fragment}`}`
}

/** @param folder of the built interface. @returns undefined where it is not built */
export async function readPageTables(folder: string): Promise<Readonly<Record<WindowKind, PageTable>> | undefined> {
  const files = await readInterfaceFiles(folder)
  if (files === undefined) return undefined
  const assets = files
    .filter(({ address }) => address !== '/')
    .map(({ address, path, contentType }): [string, PageFile] => [address, { path, contentType, isPage: false }])
  const tableOf = (kind: WindowKind): PageTable => {
    const page = { path: join(folder, pageNames[kind]), contentType: 'text/html; charset=utf-8', isPage: true }
    return new Map([...assets, [`/${pageNames[kind]}`, page]])
  }
  return { page: tableOf('page'), secret: tableOf('secret') }
}

/** What an address of ours stands for; undefined for any other address, and for what is not in the table. */
export function fileAt(table: PageTable, address: string): PageFile | undefined {
  const url = parsed(address)
  if (url === undefined || !isOurs(url) || url.search !== '') return undefined
  return table.get(url.pathname)
}

export function isOurAddress(address: string): boolean {
  const url = parsed(address)
  return url !== undefined && isOurs(url)
}

/** Whether it is the page of that kind of window, whatever its fragment. */
export function isPageOf(kind: WindowKind, address: string): boolean {
  const url = parsed(address)
  return url !== undefined && isOurs(url) && url.pathname === `/${pageNames[kind]}` && url.search === ''
}

/** The origin of a scheme of our own reads `null` here, so the parts are compared. */
function isOurs({ protocol, host, username, password }: URL): boolean {
  return protocol === `${appScheme}:` && host === appHost && username === '' && password === ''
}

function parsed(address: string): URL | undefined {
  try {
    return new URL(address)
  } catch {
    return undefined
  }
}
