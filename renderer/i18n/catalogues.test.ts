import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { english } from './english.ts'
import { german } from './german.ts'
import { pseudoCatalogue } from './pseudo.ts'

type Ast = ReturnType<IntlMessageFormat['getAst']>

/** Names of the arguments of a message, with the branches of what chooses between texts; plural branches differ by language. */
function argumentsOf(text: string, tag: string): readonly string[] {
  const names = new Set<string>()
  const visit = (elements: Ast): void => {
    for (const element of elements) {
      if (!('value' in element) || element.type === 0) continue
      names.add(element.value)
      if (!('options' in element)) continue
      for (const [branch, { value }] of Object.entries(element.options)) {
        // 5 is select: its branches are values of the program, alike in every language.
        if (element.type === 5) names.add(`${element.value}=${branch}`)
        visit(value)
      }
    }
  }
  visit(new IntlMessageFormat(text, tag, undefined, { ignoreTag: true }).getAst())
  return [...names].sort()
}

const catalogues = [
  ['de', german],
  ['en-XA', pseudoCatalogue(english)],
] as const

describe.each(catalogues)('%s', (locale, texts) => {
  it('has the same keys as English', () => {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(english).sort())
  })

  it('takes the same values in each text', () => {
    const tag = locale === 'en-XA' ? 'en' : locale
    for (const [key, text] of Object.entries(english)) {
      expect(argumentsOf(texts[key as keyof typeof english], tag), key).toEqual(argumentsOf(text, 'en'))
    }
  })
})

describe('keys', () => {
  const root = join(import.meta.dirname, '..')
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/messages\.[a-z]+\.ts$|\.test\.tsx?$/.test(path))
    .map((path) => readFileSync(join(root, path), 'utf8'))
  const literals = new Set(
    sources.flatMap((text) => [...text.matchAll(/['"`]([a-zA-Z][\w.-]*)['"`]/g)].map(([, key]) => key)),
  )
  const patterns = sources
    .flatMap((text) => [...text.matchAll(/`([a-zA-Z]\w*\.[^`\n]*\$\{[^`\n]*)`/g)].map(([, template = '']) => template))
    .map(
      (template) =>
        new RegExp(
          `^${template
            .split(/\$\{[^}]*\}/)
            .map(escaped)
            .join('[\\w.-]+')}$`,
        ),
    )

  it('reads the sources', () => {
    expect(sources.length).toBeGreaterThan(80)
    expect(literals.has('ui.close')).toBe(true)
  })

  it('are all used', () => {
    const isUsed = (key: string): boolean => literals.has(key) || patterns.some((pattern) => pattern.test(key))
    expect(Object.keys(english).filter((key) => !isUsed(key))).toEqual([])
    expect(isUsed('ui.nothing')).toBe(false)
  })
})

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
