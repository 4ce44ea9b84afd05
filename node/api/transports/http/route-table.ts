/** Finds the route of a request. Templates are few and short, so a list a length of path is quick enough. */
import type { HttpRoute } from './types.ts'

export interface RouteMatch {
  readonly route: HttpRoute
  readonly params: Readonly<Record<string, string>>
}

export interface RouteTable {
  add(route: HttpRoute): void
  /** By method, HEAD counting as GET. Undefined where the path is unknown; its methods where only the method is wrong. */
  find(
    method: string,
    path: string,
  ): RouteMatch | { readonly allow: readonly string[]; readonly template: string } | undefined
}

interface Pattern {
  readonly template: string
  readonly segments: readonly string[]
  readonly routes: Map<string, HttpRoute>
}

export function createRouteTable(): RouteTable {
  const byLength = new Map<number, Pattern[]>()

  return {
    add(route) {
      const segments = route.template.split('/')
      const patterns = byLength.get(segments.length) ?? []
      byLength.set(segments.length, patterns)
      let pattern = patterns.find(({ template }) => template === route.template)
      if (pattern === undefined) {
        pattern = { template: route.template, segments, routes: new Map() }
        patterns.push(pattern)
      }
      if (pattern.routes.has(route.method)) throw new Error(`two routes for ${route.method} ${route.template}`)
      pattern.routes.set(route.method, route)
      // Words before parameters: /checkpoints/latest would otherwise depend on the order of adding.
      patterns.sort((a, b) => parameterCount(a) - parameterCount(b))
    },
    find(method, path) {
      const given = path.split('/')
      for (const { segments, routes, template } of byLength.get(given.length) ?? []) {
        const params = match(segments, given)
        if (params === undefined) continue
        const route = routes.get(method === 'HEAD' ? 'GET' : method)
        return route === undefined ? { allow: allowOf(routes), template } : { route, params }
      }
      return undefined
    },
  }
}

function parameterCount({ segments }: Pattern): number {
  return segments.filter((segment) => segment.startsWith('{')).length
}

function allowOf(routes: ReadonlyMap<string, HttpRoute>): string[] {
  return [...routes.keys()].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}

function match(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {}
  for (const [i, segment] of segments.entries()) {
    const text = given[i] ?? ''
    if (!segment.startsWith('{')) {
      if (segment !== text) return undefined
      continue
    }
    const value = decode(text)
    if (value === undefined || value === '') return undefined
    params[segment.slice(1, -1)] = value
  }
  return params
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
