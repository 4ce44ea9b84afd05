/** Places of the interface, in the fragment of the address: `#/wallet/send`. What the fragment says is never trusted further than here. */
import { useSyncExternalStore } from 'react'

export const views = ['wallet', 'network', 'settings'] as const
export type View = (typeof views)[number]

export interface Route {
  readonly view: View
  /** What follows the view: `['send']`, `['transaction', '<txId>']`. */
  readonly path: readonly string[]
  readonly query: Readonly<Record<string, string>>
}

/** What is undefined is left out. */
export type Query = Readonly<Record<string, string | undefined>>

const home: Route = { view: 'wallet', path: [], query: {} }

/** Characters of a fragment: an id of 64, an address of 64, and a search text. */
const maxFragmentCharacters = 1_024

/** Anything that is no place here is home. */
export function parseRoute(fragment: string): Route {
  if (fragment.length > maxFragmentCharacters) return home
  const match = /^#?\/([a-z]+)((?:\/[^/?]+)*)\/?(?:\?(.*))?$/.exec(fragment)
  const view = views.find((name) => name === match?.[1])
  if (match === null || view === undefined) return home
  const path = decodeAll((match[2] ?? '').split('/').filter((part) => part !== ''))
  if (path === undefined) return home
  return { view, path, query: Object.fromEntries(new URLSearchParams(match[3] ?? '')) }
}

function decodeAll(parts: readonly string[]): readonly string[] | undefined {
  try {
    return parts.map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** `routeTo('wallet', ['transaction', txId])` is `#/wallet/transaction/<txId>`: for links. */
export function routeTo(view: View, path: readonly string[] = [], query: Query = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const search = new URLSearchParams(given).toString()
  return `#/${[view, ...path.map(encodeURIComponent)].join('/')}${search === '' ? '' : `?${search}`}`
}

/** Goes there; `replace` leaves no step in the history. */
export function navigate(
  view: View,
  path: readonly string[] = [],
  { query = {}, replace = false }: { readonly query?: Query; readonly replace?: boolean } = {},
): void {
  const fragment = routeTo(view, path, query)
  if (fragment === location.hash) return
  if (!replace) {
    location.hash = fragment
    return
  }
  history.replaceState(null, '', fragment)
  // replaceState tells nobody.
  dispatchEvent(new HashChangeEvent('hashchange'))
}

let last: { readonly fragment: string; readonly route: Route } = { fragment: '', route: home }

/** The same object for the same fragment, as useSyncExternalStore asks for. */
export function currentRoute(): Route {
  if (last.fragment !== location.hash) last = { fragment: location.hash, route: parseRoute(location.hash) }
  return last.route
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute)
}
