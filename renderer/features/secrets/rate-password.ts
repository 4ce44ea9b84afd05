/**
 * Rates a password by how it would be guessed (zxcvbn: words, names, dates, keyboard runs, repeats), not by rules about
 * its characters. The word lists are large and are loaded when the first password is typed.
 */
import { limits } from './limits.ts'
import { type Strength, strengthOf } from './strength.ts'

/** Rates; never throws for a text. */
export type RatePassword = (password: string) => Strength

let loading: Promise<RatePassword> | undefined

/** Loads once; a failed load is tried again at the next call. */
export function loadRating(): Promise<RatePassword> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

/** What everybody would try first for this program. */
const ownWords = ['qudag', 'exchange', 'ruv', 'wallet', 'ledger', 'quantum']

async function load(): Promise<RatePassword> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ])
  const factory = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    maxLength: limits.maxRatedCharacters,
  })
  return (password) => strengthOf(factory.check(password.slice(0, limits.maxRatedCharacters), ownWords).guesses)
}
